"""Page, PDF, JSON and CSV of one notice carry the same head, are a draft until released, and mark what is new."""

import csv
import io
import re
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from core.access import Role
from incidents import notifying
from notifications.edpb.answers import known
from notifications.edpb.exchange import digest
from notifications.filings import answers_of
from notifications.notice_models import Notice
from tests.fixtures.pdf_text import pdf_text
from tests.fixtures.world import World
from tests.incidents.cases import Case
from tests.incidents.first_notice import file_first, release_first, save

WARNING = "UTKAST: inte godkänd. Skicka den inte."


@dataclass
class Outputs:
    """The latest phase in its four shapes, as a reader finds them; the PDF without white space."""

    page: str
    pdf: str
    json: dict[str, Any]
    csv: list[list[str]]

    @property
    def texts(self) -> dict[str, str]:
        rows = "\n".join(" ".join(row) for row in self.csv)
        return {"page": self.page, "pdf": self.pdf, "json": str(self.json), "csv": rows}


def outputs(case: Case) -> Outputs:
    manager, base = case.world.client(Role.MANAGER), f"{case.path}/authority/notice"
    rows = csv.reader(io.StringIO(manager.get(f"{base}.csv").content.decode("utf-8-sig")))
    pdf = pdf_text(manager.get(f"{base}.pdf").content, margins=True)
    return Outputs(manager.get(base).text, pdf, manager.get(f"{base}.json").json(), list(rows))


def latest(case: Case) -> tuple[Notice, str]:
    with case.world.look() as session:
        notice = session.scalars(select(Notice).order_by(Notice.phase.desc())).first()
        assert notice
        return notice, digest(answers_of(session, notice))


@pytest.fixture
def case(small_world: World) -> Case:
    return Case(small_world).take().classify()


def drafted(case: Case) -> None:
    case.do(lambda session, actor, one, now: notifying.draft(session, actor, one, "imy", now), Role.MANAGER)


@pytest.mark.parametrize("released", [False, True], ids=["draft", "released"])
def test_every_output_carries_reference_phase_version_and_digest(case: Case, released: bool) -> None:
    drafted(case)
    if released:
        release_first(case)
    notice, found = latest(case)
    made = outputs(case)
    for name, text in made.texts.items():
        assert case.reference in text, name
        assert found in text, name
    assert (made.json["phase"], made.json["version"]) == (1, notice.version)
    head = {row[0]: row[1] for row in made.csv[: made.csv.index([""] * 7)]}
    assert (head["Referens"], head["Fas"], head["Version"]) == (case.reference, "1", str(notice.version))
    for label in ("Referens", "Till", "Fas", "Version", "Läge", "Svarens kontrollsumma, SHA-256"):
        assert label in head
        assert f"<dt>{label}</dt>" in made.page
        assert label.replace(" ", "") in made.pdf


def test_every_output_says_draft_until_somebody_else_has_released_it(case: Case) -> None:
    drafted(case)
    for name, text in outputs(case).texts.items():
        assert WARNING.replace(" ", "") in text.replace(" ", ""), name
    release_first(case)
    for name, text in outputs(case).texts.items():
        assert "UTKAST" not in text, name


def test_the_draft_of_a_paper_says_so_on_every_page(case: Case) -> None:
    drafted(case)
    pdf = outputs(case).pdf
    pages = int(re.findall(r"Sida1av(\d)", pdf)[0])
    assert pages > 1
    assert pdf.count(f"{case.reference}·fas1·UTKAST") == pages


def test_a_supplement_marks_in_every_output_what_is_new_and_what_is_changed(case: Case) -> None:
    file_first(case)
    drafted(case)
    save(case, Role.MANAGER, {75: known("training"), 62: known("Två listor gick fel.")})
    made = outputs(case)
    parts = made.json["answers"]
    assert (parts["75"]["since"], parts["75"]["news"]) == (2, "new")
    assert (parts["62"]["since"], parts["62"]["news"]) == (2, "changed")
    assert (parts["92"]["since"], parts["92"].get("news")) == (1, None)
    marks = {row[0]: row[6] for row in made.csv[made.csv.index([""] * 7) + 2 :]}
    assert (marks["75"], marks["62"], marks["92"]) == ("nytt sedan fas 1", "ändrat sedan fas 1", "skickat i fas 1")
    for text in (made.page.replace(" ", ""), made.pdf):
        for words in ("(nytt sedan fas 1)", "(ändrat sedan fas 1)", "(skickat i fas 1)", "Nya eller ändrade svar"):
            assert words.replace(" ", "") in text


def test_the_copy_desk_and_the_form_show_only_what_is_new_when_asked(case: Case) -> None:
    file_first(case)
    manager = case.world.client(Role.MANAGER)
    assert "Bara det som är nytt" not in manager.get(f"{case.path}/authority/copy").text
    drafted(case)
    save(case, Role.MANAGER, {62: known("Två listor gick fel.")})
    for page in ("copy", "edit"):
        whole = manager.get(f"{case.path}/authority/{page}").text
        news = manager.get(f"{case.path}/authority/{page}?only=new").text
        for mark in ("ändrat sedan fas 1", "skickat i fas 1", "Bara det som är nytt"):
            assert mark in whole, page
        assert "Två listor gick fel." in news, page
        assert "ändrat sedan fas 1" in news, page
        assert "skickat i fas 1" not in news, page


def test_in_a_first_notice_there_is_nothing_to_filter(case: Case) -> None:
    drafted(case)
    page = case.world.client(Role.MANAGER).get(f"{case.path}/authority/copy?only=new").text
    assert "Bara det som är nytt" not in page
    assert case.reference in page.split("Frågor och svar", maxsplit=1)[1]
