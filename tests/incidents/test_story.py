"""The story tells who wrote to whom, and an ended case offers nothing that is done to open ones."""

import pytest

from core.access import Role
from core.errors import Conflict
from incidents import notifying
from incidents.forms import AddMessage
from incidents.informing import start_again
from incidents.models import Incident
from incidents.story import story
from incidents.thread import answer_reporter, write_as_reporter
from tests.fixtures.world import World
from tests.incidents.cases import Case


def write(case: Case, key: str = "") -> None:
    form = AddMessage(text="Var fanns filen?")
    case.world.later(minutes=1)
    with case.world.change() as session:
        if key:
            answer_reporter(session, case.world.actor(key), case.row(session), form, case.world.now)
        else:
            write_as_reporter(session, case.row(session), form, case.world.now)


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("sv", ["Anna Berg skrev till rapportören", "Rapportören svarade", "Rapportören skrev",
                "Anna Berg svarade rapportören"]),
        ("en", ["Anna Berg wrote to the reporter", "The reporter answered", "The reporter wrote",
                "Anna Berg answered the reporter"]),
    ],
)  # fmt: skip
def test_each_line_of_the_thread_says_who_wrote_and_whether_it_answers(
    world: World, lang: str, told: list[str]
) -> None:
    case = Case(world).take()
    for key in (Role.MANAGER, "", "", Role.MANAGER):
        write(case, key)
    with world.look() as session:
        days = story(session, world.actor(Role.MANAGER), case.row(session), lang, "Europe/Stockholm", open_texts=True)
        titles = [event.title for day in days for event in day.entries]
    assert [title for title in reversed(titles) if title in told] == told


def ended(world: World) -> Case:
    case = Case(world).take()
    with world.change() as session:
        incident: Incident = case.row(session)
        incident.state, incident.authority_track, incident.people_track = "closed", "complete", "done"
    return case


def test_a_notice_is_not_withdrawn_and_no_letter_begun_when_the_case_has_ended(world: World) -> None:
    case = ended(world)
    with pytest.raises(Conflict):
        case.do(notifying.withdraw, Role.MANAGER, "Det var inget.")
    with pytest.raises(Conflict):
        case.do(start_again, Role.MANAGER, "Ett fel i brevet.")
    assert (case.now().authority_track, case.now().people_track) == ("complete", "done")


def test_the_pages_of_an_ended_case_do_not_offer_it(small_world: World) -> None:
    case, client = ended(small_world), small_world.client(Role.MANAGER)
    assert "/authority/withdraw" not in client.get(f"{case.path}/authority").text
    assert "/people/again" not in client.get(f"{case.path}/people").text
