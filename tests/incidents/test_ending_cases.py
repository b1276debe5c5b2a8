"""How a case ends: with a second signature, with everything settled, or inside another case with the earliest clock."""

from datetime import timedelta

import pytest

from core.access import Role
from core.errors import Conflict
from incidents import service
from incidents.ending import NotYet, close, dismiss, reopen
from incidents.merging import merge
from incidents.next_step import NO_CHANGE
from risk.register.links import link_cases
from tests.fixtures.world import START, World
from tests.incidents.cases import Case, learnt
from tests.risk.register.risks import make


def in_remedy(world: World, **tracks: str) -> Case:
    case = Case(world).take()
    settled = {"authority_track": "complete", "people_track": "not_required", "containment": "done"} | tracks
    with world.change() as session:
        incident = case.row(session)
        incident.state = "in_remedy"
        for name, value in settled.items():
            setattr(incident, name, value)
    return case


def test_not_an_incident_needs_a_reason_and_another_persons_signature(world: World) -> None:
    case = Case(world).take()
    case.do(dismiss, Role.MANAGER, "Inga personuppgifter fanns i filen.")
    assert (case.now().state, case.told("dismissal_proposed")) == ("under_review", ["dpo"])
    clock = case.now().clock("notify_authority")
    assert clock is not None
    assert clock.stopped_at is None
    case.sign(Role.HEAD)
    clock = case.now().clock("notify_authority")
    assert clock is not None
    assert (case.now().state, clock.stop_reason, clock.next_at) == ("not_an_incident", "dismissed", None)


def test_a_report_nobody_has_taken_cannot_be_dismissed(small_world: World) -> None:
    with pytest.raises(Conflict):
        Case(small_world).do(dismiss, Role.MANAGER, "Nej.")


@pytest.mark.parametrize(
    "open_track", [{"authority_track": "filed"}, {"people_track": "sent"}, {"containment": "open"}]
)
def test_a_case_with_an_open_track_is_not_closed(small_world: World, open_track: dict[str, str]) -> None:
    case = in_remedy(small_world, **open_track)
    case.do(learnt, Role.MANAGER, "Dubbelkolla adressen.")
    with pytest.raises(NotYet) as missing:
        case.do(close, Role.MANAGER, "")
    assert len(missing.value.missing) == 1


def test_a_case_is_closed_after_the_lesson_and_the_second_signature(world: World) -> None:
    case = in_remedy(world)
    with pytest.raises(NotYet):
        case.do(close, Role.MANAGER, "")
    case.do(learnt, Role.MANAGER, "Dubbelkolla adressen.")
    case.do(close, Role.MANAGER, "")
    assert case.now().state == "in_remedy"
    case.sign(Role.HEAD)
    assert (case.now().state, case.now().closed_at) == ("closed", world.now)
    assert case.told("report_closed") == ["rapportör@example.com"]


def test_no_door_closes_a_case_whose_lesson_changes_nothing_without_a_word(small_world: World) -> None:
    """The form asks for it; so does the verb, whoever calls it."""
    case = in_remedy(small_world)
    case.do(service.learn, Role.MANAGER, "Dubbelkolla adressen.")
    with pytest.raises(NotYet) as missing:
        case.do(close, Role.MANAGER, "")
    assert missing.value.missing == [NO_CHANGE]
    risk = make(small_world)
    with small_world.change() as session:
        link_cases(session, small_world.actor(Role.MANAGER), risk, [case.row(session).id], small_world.now)
    case.do(close, Role.MANAGER, "")


def test_a_reopened_case_keeps_its_old_clock(world: World) -> None:
    case = Case(world).take()
    case.do(dismiss, Role.MANAGER, "Inga personuppgifter.")
    case.sign(Role.HEAD)
    world.later(hours=30)
    case.do(reopen, Role.DPO, "Det fanns ett blad till.", world.now - timedelta(hours=1))
    clock = case.now().clock("notify_authority")
    assert clock is not None
    assert (case.now().state, clock.due_at, clock.stopped_at) == ("under_review", START + timedelta(hours=72), None)
    assert clock.next_at == START + timedelta(hours=48)


def test_the_earliest_clock_wins_when_cases_are_merged(world: World) -> None:
    first = Case(world)
    world.later(hours=10)
    second = Case(world).take()
    with world.change() as session:
        merge(session, world.actor(Role.MANAGER), first.row(session), second.row(session), world.now)
    assert (first.now().state, first.now().merged_into_id) == ("merged", second.now().id)
    assert all(clock.stop_reason in {"merged", "taken"} for clock in first.now().clocks)
    assert second.due() == START + timedelta(hours=72)
    assert second.now().aware_at == START


def test_merging_into_a_later_case_never_buys_time(world: World) -> None:
    first = Case(world).take()
    world.later(hours=10)
    second = Case(world)
    with world.change() as session:
        merge(session, world.actor(Role.MANAGER), second.row(session), first.row(session), world.now)
    assert first.due() == START + timedelta(hours=72)


def test_a_case_is_not_merged_into_itself_or_into_an_ended_one(small_world: World) -> None:
    world = small_world
    ended = Case(world).take()
    ended.do(dismiss, Role.MANAGER, "Inga personuppgifter.")
    ended.sign(Role.HEAD)
    case = Case(world)
    for target in (ended, case):
        with pytest.raises(Conflict), world.change() as session:
            merge(session, world.actor(Role.MANAGER), case.row(session), target.row(session), world.now)
