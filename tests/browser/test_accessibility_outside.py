"""The pages that no address alone opens: the report from its first question to the thread, set-up, invitation, errors,
a signature, and a company where nothing has happened yet."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app import first_run
from core.access import Role
from core.i18n import translate
from identity.invitations import invite_again
from identity.sessions import open_session
from incidents.models import Countersign, Incident
from tests.browser.looking import FORMS, Copy, Looker, opening
from tests.fixtures.browser import Visits
from tests.fixtures.databases import Databases
from tests.fixtures.looks import views
from tests.fixtures.serving import Serve, serving
from tests.fixtures.world import World, build
from tests.incidents.reporting import ANSWERS

LANGUAGES = ["sv", pytest.param("en", marks=pytest.mark.long)]
pytestmark = [pytest.mark.browser, pytest.mark.parametrize("language", LANGUAGES)]
STEPS = (
    ("what_happened_kind", "what_happened_text"),
    ("noticed_at_choice", "still_going_on"),
    ("data_kinds", "people_band"),
    ("contact_choice", "contact_value"),
)


def judged(looker: Looker) -> None:
    assert looker.wrong == [], "\n".join(looker.wrong)


def answer(looker: Looker, name: str) -> None:
    given: Any = ANSWERS[name]
    field = looker.page().locator(f"[name={name}]")
    if field.first.get_attribute("type") in {"radio", "checkbox"}:
        for value in given if isinstance(given, list) else [given]:
            looker.page().locator(f"label:has([name={name}][value='{value}'])").first.click()
    else:
        field.fill(given)


def press(looker: Looker, label: str) -> None:
    with looker.page().expect_navigation(wait_until="load"):
        looker.page().get_by_role("button", name=translate(looker.language, label), exact=True).click()


def send_nothing(looker: Looker, name: str, form: str = FORMS) -> None:
    """The page again, with its faults named."""
    with looker.page().expect_navigation(wait_until="load") as sent:
        looker.page().locator(form).first.evaluate("form => HTMLFormElement.prototype.submit.call(form)")
    assert sent.value.status == 422, name
    looker.look("", f"{name} refused")


def test_the_report_from_its_first_question_to_the_thread(
    small_world: World, visit: Visits, serve: Serve, language: str
) -> None:
    looker = Looker(serve(small_world.app), visit, language, views)
    looker.open("", "/r/nordhamn")
    for number, names in enumerate(STEPS, 1):
        looker.look("", f"question page {number}")
        send_nothing(looker, f"question page {number}", "#report")
        for name in names:
            answer(looker, name)
        press(looker, "Continue")
    looker.look("", "check page")
    press(looker, "Send the report")
    looker.look("", "receipt")
    press(looker, "Follow the report")
    looker.look("", "status")
    send_nothing(looker, "status", "form[action$=message]")
    judged(looker)


def test_set_up(databases: Databases, tmp_path: Path, visit: Visits, serve: Serve, language: str) -> None:
    url = databases.fresh("sqlite")
    world = build(url, tmp_path, people=False)
    looker = Looker(serve(world.app), visit, language, views)
    for query in ("", "?token=wrong", f"?token={first_run.token(world.settings)}"):
        looker.open("", f"/set-up{query}")
        looker.look("", f"/set-up{query[:7]}")
    send_nothing(looker, "/set-up")
    world.database.dispose()
    databases.remove(url)
    judged(looker)


def test_invitation_and_errors(small_world: World, visit: Visits, serve: Serve, language: str) -> None:
    world = small_world
    with world.change() as session:
        path = invite_again(session, world.actor(Role.ADMIN), world.users[Role.WRITER], world.now)
        tokens = {"manager": open_session(session, world.users[Role.MANAGER], world.now)}
    looker = Looker(serve(world.app), visit, language, views, tokens)
    looker.open("", path)
    looker.look("", "/invitation")
    send_nothing(looker, "/invitation")
    for who, wrong in (("", "/nowhere"), ("", "/invitation/wrong"), ("manager", "/incidents/PUI-2026-0000")):
        assert looker.open(who, wrong).status in {404, 410, 422}
        looker.look(who, wrong)
    judged(looker)


@pytest.fixture(scope="module")
def copy(demo_world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    made = Copy(demo_world, tmp_path_factory.mktemp("signatures"))
    yield made
    made.world.database.dispose()


def test_a_signature(copy: Copy, visit: Visits, language: str) -> None:
    with copy.world.look() as session:
        found = select(Incident.reference, Countersign.id).join(Countersign, Countersign.incident_id == Incident.id)
        waiting = session.execute(found.where(Countersign.kind == "dismissal", Countersign.state == "waiting")).first()
    assert waiting
    with serving(copy.world.app) as address:
        looker = Looker(address, visit, language, views, copy.tokens)
        path = f"/incidents/{waiting[0]}/sign/{waiting[1]}"
        assert looker.open("head", path).status == 200
        looker.look("head", "signature")
        looker.refused_forms("head", path, copy.restore)
    assert looker.seen == 2
    judged(looker)


@pytest.mark.long
def test_where_nothing_has_happened_yet(small_world: World, visit: Visits, serve: Serve, language: str) -> None:
    world = small_world
    with world.change() as session:
        tokens = {key: open_session(session, user, world.now) for key, user in world.users.items()}
    looker = Looker(serve(world.app), visit, language, views, tokens)
    for one in opening(world, tokens, 1):
        if one.who:
            looker.open(one.who, one.path)
            looker.look(one.who, f"empty {one.path}")
    assert looker.seen > 8
    judged(looker)
