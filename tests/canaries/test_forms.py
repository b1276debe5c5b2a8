"""A robot types canaries into every form of every page, for everybody who may open it; none shows afterwards."""

import io
import re
from collections import Counter
from collections.abc import Iterator

import pytest
from sqlalchemy import update

from identity.models import User
from tests.canaries.office import HASH, PASSWORD, TEXT_FILE, Office, nothing_shows, office_of
from tests.fixtures.canaries import STEM, canary
from tests.fixtures.demo import DEMO_NOW, copied
from tests.fixtures.forms import answered, forms_of
from tests.fixtures.pages import PageOf, pages_of
from tests.fixtures.world import World

CAUSE = {"sv", "en", "hint_sv", "hint_en", "clause", "words"}  # a card of the company's own
PUBLISHED = {"summary_sv", "summary_en", "text_sv", "text_en"}  # the company's rules
SEARCHABLE = (
    {"title", "systems", "asset", "cause_text", "name", "email", "phone", "number", "address"} | CAUSE | PUBLISHED
)
COUNTRIES = {"countries", "others"}  # words that must be known
RULES_FILE = (TEXT_FILE[0], b"Alla anger det de ser.", "text/plain")
OFTEN = 3
EACH = 12  # of the pages about a case, in the short run


def typing(name: str, kind: str) -> str:
    """A fitting answer for a field, with a canary in it wherever words may stand that SECURITY.md does not name."""
    today = DEMO_NOW.strftime("%Y-%m-%d")
    if name in COUNTRIES:
        return "SE"
    if name in SEARCHABLE:
        return "vanliga ord"
    fixed = {
        "date": today,
        "time": "12:00",
        "number": "1",
        "hidden": "",
        "file": "",
        "email": f"{STEM}@post.example.com",
    }
    return fixed.get(kind, PASSWORD if "password" in name else canary(name))


@pytest.fixture(scope="module")
def filled_world(demo_world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The demonstration company, to be changed: every state of a case, so nearly every form there is."""
    made = copied(demo_world, tmp_path_factory.mktemp("filled"))
    with made.change() as session:
        session.execute(update(User).values(password_hash=HASH))
    yield made
    made.database.dispose()


def test_nothing_typed_in_any_form_of_any_page_shows(
    filled_world: World, ear: io.StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    """Each page about a case for every twelfth case, other ones from page to page."""
    pages = list(pages_of(filled_world))
    routes = list(dict.fromkeys(one.route for one in pages))
    some = [one for at, one in enumerate(pages) if "{" not in one.route or (at + routes.index(one.route)) % EACH == 0]
    nothing_shows_of(filled_world, some, ear, capfd)


@pytest.mark.long
def test_nothing_typed_in_any_form_of_any_page_of_any_case_shows(
    filled_world: World, ear: io.StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    nothing_shows_of(filled_world, list(pages_of(filled_world)), ear, capfd)


def nothing_shows_of(world: World, pages: list[PageOf], ear: io.StringIO, capfd: pytest.CaptureFixture[str]) -> None:
    with office_of(world) as office:
        statuses, tried = Counter[int](), Counter[str]()
        for one in pages:
            statuses.update(filled_in(office, one.who, one.path, tried))
        assert statuses[303] > 30
        assert statuses[422] > 30
        assert max(statuses) < 500
        nothing_shows(office, ear, "".join(capfd.readouterr()))


def filled_in(office: Office, who: str, path: str, tried: Counter[str]) -> Iterator[int]:
    """Send each form twice: first with every choice left out, then filled in. Each kind of form some times."""
    answer = office.client(who).get(path)
    is_page = answer.headers.get("content-type", "").startswith("text/html")  # bytes of a file may look like markup
    for form in forms_of(answer.text) if is_page else []:
        where = form.action or path
        kind = re.sub(r"PUI-[\w-]+|\w{32}", "*", where)
        if tried[kind] >= OFTEN or where in {"/sign-out", "/settings"}:
            continue
        tried[kind] += 1
        answers_given, files = answered(form, typing, RULES_FILE if where.startswith("/rules") else TEXT_FILE)
        free = {name: answer for name, answer in answers_given.items() if STEM in answer or name == "version"}
        for sent in (free, answers_given):
            yield office.client(who).post(where, data=sent, files=files or None).status_code
