"""A notice that holds personal data of the people concerned is warned about, and never blocked."""

import pytest

from core.access import Role
from incidents.notice_warnings import warnings
from notifications.edpb.answers import Answer, known
from tests.fixtures.smtp import Postbox
from tests.fixtures.world import World
from tests.incidents.cases import Case
from tests.incidents.letters import letters_of


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("En lista gick till fel företag.", 0),
        ("Listan visade 19811228-9874.", 1),
        ("Henkilötunnus 131052-308T näkyi.", 1),
        ("Skickat till bo.ek@kund.example.com.", 1),
        ("Åsa Öberg ringde oss.", 1),
        ("Listan visade 19811228-9874 för åsa öberg.", 2),
        ("Åsa Öbergsson ringde oss.", 0),
        ("Siv ringde.", 0),
    ],
)
def test_numbers_addresses_and_names_on_the_own_list_are_named(
    small_world: World, postbox: Postbox, text: str, holds: int
) -> None:
    letters = letters_of(small_world, postbox)
    letters.import_list()
    with letters.case() as (session, incident):
        found = warnings(session, incident, {62: known(text)}, "sv")
    assert len(found.get("q62", [])) == holds


def test_short_answers_are_not_looked_at(small_world: World, postbox: Postbox) -> None:
    letters = letters_of(small_world, postbox)
    answers: dict[int, Answer] = {22: known("a.berg@nordhamn.example"), 7: known("19811228-9874")}
    with letters.case() as (session, incident):
        assert warnings(session, incident, answers, "sv") == {}


def test_the_warning_stands_at_the_question_and_holds_nothing_back(small_world: World) -> None:
    case = Case(small_world).take().classify()
    manager, base = small_world.client(Role.MANAGER), f"{case.path}/authority"
    manager.post(base, data={"authority": "imy"})
    typed = {"version": "1", "asked": "62", "q62": "Listan visade 19811228-9874."}
    assert manager.post(f"{base}/edit", data=typed).status_code == 303
    for page in (f"{base}/edit", base):
        assert "Liknar ett personnummer: 19811228-9874" in manager.get(page).text
    assert "Blir allmän handling" in manager.get(f"{base}/edit").text
