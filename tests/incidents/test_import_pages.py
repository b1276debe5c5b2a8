"""The pages of the import: a file as it comes from the spreadsheet, looked at, confirmed, and nothing kept of it."""

import html
from typing import Any

import pytest

from core.access import Role
from tests.fixtures.smtp import Postbox
from tests.fixtures.world import World
from tests.incidents.letters import REFERENCE, Letters, letters_of
from tests.notifications.letters.workbooks import workbook

HERE = f"/incidents/{REFERENCE}/people/import"
ROWS = [("Namn", "E-post", "Postnummer"), ("Åsa Öberg", "asa@kund.example.com", 99901), ("Bo Ek", "=cmd|' /C calc'!A0")]


@pytest.fixture
def letters(small_world: World, postbox: Postbox) -> Letters:
    return letters_of(small_world, postbox)


def sent_in(letters: Letters, data: bytes, name: str = "kunder.xlsx") -> tuple[int, str]:
    """What the writer sees when this file is chosen."""
    answer = letters.world.client(Role.WRITER).post(HERE, files={"list": (name, data)}, follow_redirects=True)
    return answer.status_code, html.unescape(answer.text)


def test_a_workbook_is_shown_before_anything_of_it_is_imported(letters: Letters) -> None:
    def sheets(book: Any) -> None:
        book.active.title = "Kunder"
        book.create_sheet("Gamla")

    status, shown = sent_in(letters, workbook(ROWS, sheets))
    assert status == 200
    assert "Läst från bladet ”Kunder”. Lämnade därhän: Gamla." in shown
    assert "2 rader lästa" in shown
    assert "1 rad har fel" in shown
    assert "Rad 3" in shown
    client = letters.world.client(Role.WRITER)
    columns = {"column-0": "name", "column-1": "email", "column-2": "postcode"}
    assert client.post(f"{HERE}/confirm", data={**columns, "step": "all"}).status_code == 422
    assert client.post(f"{HERE}/confirm", data={**columns, "step": "rest"}).status_code == 303
    assert letters.mails == 1
    assert letters.mailing.draft_sealed == ""


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "arbetsbok av det gamla slaget (.xls)"),
        (workbook(ROWS)[:900], "Arbetsboken är skadad eller avkortad."),
        (b"Namn;E-post\n" + b";" * 2_000_000, "Rad 2 är alldeles för lång för en lista."),
        (b"Namn;E-post\n\x00", "Det här är ingen lista som vi kan läsa."),
    ],
)
def test_what_is_no_list_is_said_under_the_field_and_nothing_is_kept(
    letters: Letters, data: bytes, sentence: str
) -> None:
    status, shown = sent_in(letters, data)
    assert status == 422
    assert sentence in shown
    assert letters.mailing is None
