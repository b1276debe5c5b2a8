"""Rows that may be one person: shown side by side straight after the import, and united when a person says so."""

import pytest

from core.access import Role
from incidents import informing
from notifications.letters.list_rows import details
from tests.fixtures.smtp import Postbox
from tests.fixtures.world import World
from tests.incidents.letters import LIST, REFERENCE, Letters, letters_of

HERE = f"/incidents/{REFERENCE}/people"
TWICE = LIST + "Åsa Öberg;ASA@kund.example.com;sv;lön;\nŽofia Łęcka;ZOFIA@kund.example.com;en;;\n"
COLUMNS = ("name", "email", "language", "data", "address")


@pytest.fixture
def letters(small_world: World, postbox: Postbox) -> Letters:
    return letters_of(small_world, postbox)


def test_the_import_leads_to_the_doubts_and_the_last_answer_back_to_the_letters(letters: Letters) -> None:
    client = letters.world.client(Role.MANAGER)
    client.post(f"{HERE}/import", data={"pasted": TWICE})
    columns = {f"column-{number}": column for number, column in enumerate(COLUMNS)}
    doubts = f"{HERE}/list?show=doubt"
    assert client.post(f"{HERE}/import/confirm", data={**columns, "step": "all"}).headers["location"] == doubts
    page = client.get(doubts).text
    assert "Åsa Öberg · asa@kund.example.com" in page
    assert "Žofia Łęcka · zofia@kund.example.com" in page
    answers = {"show": "doubt", "step": "same"}, {"show": "doubt", "step": "other"}
    went = [client.post(f"{HERE}/list/{letters.row(row).id}", data=answer).headers["location"]
            for row, answer in zip((6, 7), answers, strict=True)]  # fmt: skip
    assert went == [doubts, HERE]
    with letters.world.look() as session:
        assert details(session, letters.mailing, letters.row(2)).data == ("namn", "adress", "lön")
    assert (letters.row(6).state, letters.row(7).state, letters.mails) == ("merged", "pending", 4)


def test_a_list_without_doubts_leads_to_the_letters(letters: Letters) -> None:
    client = letters.world.client(Role.MANAGER)
    client.post(f"{HERE}/import", data={"pasted": LIST})
    columns = {f"column-{number}": column for number, column in enumerate(COLUMNS)}
    assert client.post(f"{HERE}/import/confirm", data={**columns, "step": "all"}).headers["location"] == HERE


def test_two_colleagues_are_ticked_beforehand_who_do_not_approve(letters: Letters) -> None:
    with letters.case() as (session, incident):
        people = informing.colleagues(session, letters.actor(Role.WRITER), incident)
        asked = {user.id for user in people if user.id in informing.first_asked(people)}
    assert asked == {letters.world.users[role].id for role in (Role.DPO, Role.MANAGER)}
