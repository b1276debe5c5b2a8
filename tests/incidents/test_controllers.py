"""When we are the processor (GDPR Art. 33(2)): every controller is told, each by the hours of its own contract, and the
clock of the case is the strictest of those who have not been told."""

from datetime import timedelta

import pytest

from core.access import Role
from core.errors import Conflict, Invalid
from incidents.clock_choices import RegimeForm, choose
from incidents.clock_duties import fulfilled
from incidents.others_view import other_rows
from notifications.edpb.answers import known
from tests.fixtures.world import START, World
from tests.incidents.cases import Case
from tests.incidents.others import Other
from tests.incidents.test_clock_choices import clock
from tests.incidents.test_commission_at_once import at_once
from tests.incidents.test_others import take_off

HOUR = timedelta(hours=1)
BY_CONTRACT, AT_ONCE = "tell_controller_by_contract", "tell_controller"


@pytest.fixture
def case(world: World) -> Case:
    return Case(world).take().classify()


def due(case: Case) -> timedelta | None:
    end = clock(case, BY_CONTRACT).due_at
    return end - START if end else None


def test_listing_a_controller_says_that_the_law_of_the_processor_applies(case: Case) -> None:
    assert case.now().clock(AT_ONCE) is None
    Other(case, "controller", "Rederiet")
    assert clock(case, AT_ONCE).confirmed
    assert case.now().clock(BY_CONTRACT) is None
    assert "clock:regime_confirmed" in case.log()


def test_the_clock_runs_on_the_strictest_hours_of_those_who_have_not_been_told(case: Case) -> None:
    slow = Other(case, "controller", "Varvet", hours=48).release()
    assert due(case) == 48 * HOUR
    fast = Other(case, "controller", "Rederiet", hours=24).release()
    assert due(case) == 24 * HOUR
    Other(case, "controller", "Lotsen").release().send()
    case.world.later(hours=3)
    fast.send()
    assert due(case) == 48 * HOUR
    assert clock(case, BY_CONTRACT).stopped_at is None
    slow.send()
    assert clock(case, BY_CONTRACT).stopped_at == case.world.now


def test_the_duty_is_done_only_when_every_controller_has_been_told_and_at_the_last_of_those_moments(case: Case) -> None:
    first, last = Other(case, "controller", "Rederiet", hours=24), Other(case, "controller", "Varvet")
    first.release()
    last.release()
    early, late = case.world.later(hours=1), case.world.later(hours=4)
    last.send(at=late)
    assert clock(case, AT_ONCE).stopped_at is None
    first.send(at=early, reference="R-9")
    assert clock(case, AT_ONCE).stopped_at == late
    assert (clock(case, BY_CONTRACT).stopped_at, clock(case, BY_CONTRACT).late_seconds) == (early, 0)
    with case.world.look() as session:
        told = fulfilled(session, case.row(session))["processor", AT_ONCE]
    assert (set(told["to"].split(", ")), told["reference"]) == ({"Rederiet", "Varvet"}, "R-9")


def test_each_is_late_by_its_own_contract_and_the_clock_by_the_worst_of_them(case: Case) -> None:
    fast, slow = Other(case, "controller", "Rederiet", hours=24), Other(case, "controller", "Varvet", hours=48)
    slow.release()
    case.world.later(hours=30)
    fast.release(q49=known("Vi visste inte vems uppgifter det var."))
    with pytest.raises(Invalid) as wrong:
        fast.send()
    assert set(wrong.value.fields) == {"delay_reasons"}
    assert fast.send(reasons="Vi visste inte vems uppgifter det var.").late
    case.world.later(hours=4)
    assert not slow.send().late
    assert clock(case, BY_CONTRACT).late_seconds == 6 * 3600
    with case.world.look() as session:
        rows = {row.name: row.clock for row in other_rows(session, case.row(session), case.world.now, "en")}
    assert (rows["Rederiet"].left, rows["Varvet"].left) == ("Told 6 h 00 min late", "Told in time")


def test_recording_the_strict_one_last_makes_nobody_late(case: Case) -> None:
    fast, slow = (
        Other(case, "controller", "Rederiet", hours=24).release(),
        Other(case, "controller", "Varvet", hours=48),
    )
    slow.release()
    in_time = case.world.later(hours=20)
    case.world.later(hours=20)
    slow.send()
    fast.send(at=in_time)
    assert (clock(case, BY_CONTRACT).late_seconds, clock(case, BY_CONTRACT).stopped_at) == (0, case.world.now)


def test_one_more_on_the_list_lets_the_clock_run_again_and_taking_it_off_ends_it(case: Case) -> None:
    Other(case, "controller", "Rederiet", hours=24).release().send()
    assert clock(case, BY_CONTRACT).stop_reason == "done"
    forgotten = Other(case, "controller", "Varvet", hours=36)
    assert (clock(case, BY_CONTRACT).stopped_at, due(case)) == (None, 36 * HOUR)
    assert "clock:duty_taken_back" in case.log()
    take_off(case, forgotten)
    assert (clock(case, BY_CONTRACT).stopped_at, clock(case, AT_ONCE).stopped_at) == (START, START)


def test_without_anybody_on_the_list_the_clock_of_the_contract_falls_away(case: Case) -> None:
    only = Other(case, "controller", "Rederiet", hours=24)
    take_off(case, only)
    assert clock(case, BY_CONTRACT).stop_reason == "not_applicable"
    Other(case, "controller", "Varvet", hours=12)
    assert (clock(case, BY_CONTRACT).stopped_at, due(case)) == (None, 12 * HOUR)


def test_the_hours_of_the_list_count_and_not_those_typed_at_the_law(case: Case) -> None:
    Other(case, "controller", "Rederiet", hours=24)
    case.do(choose, Role.MANAGER, "processor", RegimeForm(applies="yes", contract="48"))
    assert due(case) == 24 * HOUR
    assert 'name="contract"' not in case.world.client(Role.MANAGER).get(f"{case.path}/regimes/processor").text


def test_the_number_of_all_people_is_nobodys_among_several_controllers(case: Case) -> None:
    only = Other(case, "controller", "Rederiet").begin()
    assert only.answers()[68].text == "214"
    second = Other(case, "controller", "Varvet").begin()
    assert 68 not in second.answers()
    assert second.answers()[71].text


def test_the_same_text_goes_to_the_others_but_not_whose_data_it_is(case: Case) -> None:
    first, second = Other(case, "controller", "Rederiet"), Other(case, "controller", "Varvet")
    first.begin().write(q68=known("120"))
    first.step(Role.MANAGER, "ask_release")
    first.spread()
    assert second.answers()[62] == first.answers()[62]
    assert second.answers()[71].text not in {"", first.answers()[71].text}
    assert second.answers().get(68) is None
    assert (second.notice().state, first.notice().state) == ("in_review", "in_review")
    assert second.notice().editors == first.notice().editors
    with pytest.raises(Conflict, match="has this text already"):
        first.spread()


def test_a_controller_who_reads_another_language_is_given_no_text_in_this_one(case: Case) -> None:
    first = Other(case, "controller", "Rederiet").begin()
    Other(case, "controller", "The Yard", language="en")
    with pytest.raises(Conflict, match="has this text already"):
        first.spread()


def test_a_text_that_is_not_handed_over_hands_nothing_over(case: Case) -> None:
    first, second = Other(case, "controller", "Rederiet"), Other(case, "controller", "Varvet")
    first.begin().write()
    first.spread()
    assert second.notice().state == "draft"


def test_one_reading_releases_all_with_the_same_text_and_each_is_sent_by_itself(case: Case) -> None:
    first, second = Other(case, "controller", "Rederiet"), Other(case, "controller", "Varvet")
    first.begin().write()
    first.step(Role.MANAGER, "ask_release")
    first.spread()
    with pytest.raises(Conflict, match="Somebody else must release it"):
        first.release_with(Role.MANAGER, second)
    first.release_with(Role.APPROVER, second)
    assert {first.notice().state, second.notice().state} == {"approved"}
    assert first.notice().approved_digest != second.notice().approved_digest
    assert case.log().count("notice:approved") == 2
    first.send(reference="R-1")
    assert (first.track(), second.track()) == ("supplement_expected", "approved")
    assert second.filings() == []


def test_what_says_something_else_is_not_released_along(case: Case) -> None:
    first, second = Other(case, "controller", "Rederiet"), Other(case, "controller", "Varvet")
    for one, text in ((first, "En lista gick fel."), (second, "Två listor gick fel.")):
        one.begin().write(q62=known(text))
        one.step(Role.MANAGER, "ask_release")
    with pytest.raises(Conflict, match="no longer says the same"):
        first.release_with(Role.APPROVER, second)
    assert {first.notice().state, second.notice().state} == {"in_review"}


def test_the_last_two_recorded_at_the_same_moment_end_the_duty(case: Case) -> None:
    """Either may be the last: the second sees what the first did."""
    both = [Other(case, "controller", name, hours=24).release() for name in ("Rederiet", "Varvet")]
    sent: dict[str, object] = {"filed_at_date": "2026-11-22", "filed_at_time": "14:05", "channel": "email"}
    answers = at_once(case.world, [(Role.MANAGER, f"{one.path}/file", sent) for one in both])
    assert {answer.status_code for answer in answers} == {303}
    assert clock(case, AT_ONCE).stop_reason == clock(case, BY_CONTRACT).stop_reason == "done"


def test_who_has_been_sent_the_phase_already_is_given_nothing(case: Case) -> None:
    Other(case, "controller", "Varvet").release().send()
    first = Other(case, "controller", "Rederiet").begin()
    with pytest.raises(Conflict, match="has this text already"):
        first.spread()
