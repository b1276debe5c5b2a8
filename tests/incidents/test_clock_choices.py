"""Which laws apply to a case: started by caution, confirmed or refused by a person, counted from what is known."""

from datetime import timedelta
from typing import Any

import pytest

from core.access import Role
from core.errors import Conflict, Invalid, NotFound
from core.organisation import organisation
from incidents.clock_choices import RegimeForm, choose, record_moment
from incidents.clock_duties import Fulfilled, fulfil, fulfilled, take_back
from incidents.clock_order import order
from incidents.models import Incident, IncidentClock
from tests.fixtures.world import START, World
from tests.incidents.cases import Case

YES, NO = RegimeForm(applies="yes"), RegimeForm(applies="no", reason="Tjänsten är inte samhällsviktig.")
HOUR = timedelta(hours=1)


def bound_by(world: World, *regimes: str) -> None:
    with world.change() as session:
        organisation(session).preferences = {"regimes": list(regimes)}


def clock(case: Case, duty: str) -> IncidentClock:
    found = case.now().clock(duty)
    assert found is not None
    return found


def done(case: Case, duty: str, **what: Any) -> None:
    with case.world.change() as session:
        incident = case.row(session)
        row = incident.clock(duty)
        assert row is not None
        told = Fulfilled(what.pop("at", case.world.now), what.pop("to", "CERT-SE"), **what)
        fulfil(session, case.world.actor(Role.MANAGER), incident, row, told, case.world.now)


def running(incident: Incident) -> set[str]:
    return {row.duty for row in incident.clocks if row.stopped_at is None}


def test_what_the_settings_name_runs_by_caution_until_somebody_confirms_it(world: World) -> None:
    bound_by(world, "nis2")
    case = Case(world).take()
    assert (clock(case, "early_warning").due_at, clock(case, "early_warning").confirmed) == (START + 24 * HOUR, False)
    case.do(choose, Role.MANAGER, "nis2", YES)
    assert clock(case, "early_warning").confirmed
    assert "clock:regime_confirmed" in case.log()


def test_a_law_falls_away_with_a_reason_and_comes_back_as_it_was(world: World) -> None:
    bound_by(world, "nis2")
    case = Case(world).take()
    with pytest.raises(Invalid):
        case.do(choose, Role.MANAGER, "nis2", RegimeForm(applies="no"))
    case.do(choose, Role.MANAGER, "nis2", NO)
    assert clock(case, "early_warning").stop_reason == "not_applicable"
    assert running(case.now()) == {"notify_authority"}
    world.later(hours=5)
    case.do(choose, Role.MANAGER, "nis2", YES)
    assert running(case.now()) == {"notify_authority", "early_warning", "incident_notification"}
    assert clock(case, "early_warning").due_at == START + 24 * HOUR


def test_a_law_opened_by_hand_counts_from_awareness_not_from_the_click(small_world: World) -> None:
    case = Case(small_world).take()
    small_world.later(hours=30)
    case.do(choose, Role.MANAGER, "eidas", YES)
    assert [row.due_at for row in case.now().clocks if row.regime == "eidas"] == [START + 24 * HOUR]


def test_a_contract_is_a_clock_of_its_own_and_a_shorter_one_binds_at_once(small_world: World) -> None:
    case = Case(small_world).take()
    case.do(choose, Role.MANAGER, "processor", YES)
    assert (clock(case, "tell_controller").due_at, case.now().clock("tell_controller_by_contract")) == (None, None)
    case.do(choose, Role.MANAGER, "processor", RegimeForm(applies="yes", contract="48"))
    assert clock(case, "tell_controller_by_contract").due_at == START + 48 * HOUR
    case.do(choose, Role.MANAGER, "processor", RegimeForm(applies="yes", contract="own", hours=12))
    assert clock(case, "tell_controller_by_contract").due_at == START + 12 * HOUR
    with pytest.raises(Invalid) as wrong:
        case.do(choose, Role.MANAGER, "processor", RegimeForm(applies="yes", contract="own"))
    assert list(wrong.value.fields) == ["hours"]


def test_a_stage_done_starts_the_one_chained_to_it(world: World) -> None:
    bound_by(world, "nis2")
    case = Case(world).take()
    world.later(hours=40)
    done(case, "incident_notification", reference="CS-4711", note="Skickat i portalen.")
    ended, following = clock(case, "incident_notification"), clock(case, "final_report")
    assert (ended.late_seconds, following.started_at) == (0, world.now)
    assert following.due_at is not None
    assert following.due_at - world.now >= timedelta(days=30)
    with world.look() as session:
        told = fulfilled(session, case.row(session))["nis2", "incident_notification"]
    assert told == {"to": "CERT-SE", "reference": "CS-4711", "note": "Skickat i portalen."}
    with pytest.raises(Conflict):
        done(case, "incident_notification")


def test_a_duty_done_late_needs_its_reasons_and_keeps_how_late_it_was(small_world: World) -> None:
    bound_by(small_world, "nis2")
    case = Case(small_world).take()
    small_world.later(hours=26)
    with pytest.raises(Invalid) as wrong:
        done(case, "early_warning")
    assert list(wrong.value.fields) == ["reasons"]
    done(case, "early_warning", reasons="Portalen låg nere.")
    assert clock(case, "early_warning").late_seconds == 2 * 3600


@pytest.mark.parametrize(
    ("what", "field"),
    [({"at": START + HOUR}, "at"), ({"at": START - HOUR}, "at"), ({"to": " "}, "to")],
    ids=["in the future", "before it started", "nobody told"],
)
def test_what_cannot_be_true_of_a_duty_is_refused(small_world: World, what: dict[str, Any], field: str) -> None:
    bound_by(small_world, "nis2")
    case = Case(small_world).take()
    with pytest.raises(Invalid) as wrong:
        done(case, "early_warning", **what)
    assert list(wrong.value.fields) == [field]


def test_a_duty_marked_by_mistake_runs_on_and_the_stage_after_it_waits_for_the_true_moment(world: World) -> None:
    bound_by(world, "nis2")
    case = Case(world).take()
    world.later(hours=40)
    done(case, "incident_notification")
    world.later(hours=2)
    notification = "incident_notification"
    with pytest.raises(Invalid):
        undo(case, notification, " ")
    undo(case, notification, "Det var ett utkast, inget skickades.")
    assert (clock(case, notification).stopped_at, clock(case, notification).due_at) == (None, START + 72 * HOUR)
    assert clock(case, "final_report").stop_reason == "taken_back"
    assert "clock:duty_taken_back" in case.log()
    with pytest.raises(Conflict):
        undo(case, notification, "En gång till.")
    world.later(hours=20)
    done(case, notification)
    assert (clock(case, "final_report").started_at, clock(case, "final_report").stopped_at) == (world.now, None)


def undo(case: Case, duty: str, reason: str) -> None:
    with case.world.change() as session:
        incident = case.row(session)
        row = incident.clock(duty)
        assert row is not None
        take_back(session, case.world.actor(Role.MANAGER), incident, row, reason, case.world.now)


def test_a_duty_of_the_case_itself_is_not_marked_by_hand(small_world: World) -> None:
    case = Case(small_world).take()
    with pytest.raises(NotFound):
        done(case, "notify_authority")


def test_a_moment_written_down_starts_its_clock_and_a_change_needs_a_reason(small_world: World) -> None:
    case = Case(small_world).take()
    case.do(choose, Role.MANAGER, "rights", YES)
    assert case.now().clock("answer_request") is None
    case.do(record_moment, Role.MANAGER, "rights", "received", START - 48 * HOUR, "")
    first = clock(case, "answer_request").due_at
    with pytest.raises(Invalid) as wrong:
        case.do(record_moment, Role.MANAGER, "rights", "received", START - 24 * HOUR, "")
    assert list(wrong.value.fields) == ["received_note"]
    small_world.later(minutes=1)
    case.do(record_moment, Role.MANAGER, "rights", "received", START - 24 * HOUR, "Kuvertet var stämplat dagen efter.")
    assert clock(case, "answer_request").due_at != first
    with pytest.raises(Invalid):
        case.do(record_moment, Role.MANAGER, "rights", "received", START + HOUR, "Framtiden.")
    with pytest.raises(NotFound):
        case.do(record_moment, Role.MANAGER, "rights", "fix_available", START, "")


def test_a_classification_as_major_shortens_a_clock_that_waits_under_its_cap(small_world: World) -> None:
    case = Case(small_world).take()
    case.do(choose, Role.MANAGER, "dora", YES)
    duty = next(row.duty for row in case.now().clocks if row.regime == "dora")
    assert clock(case, duty).due_at == START + 24 * HOUR
    small_world.later(hours=6)
    case.do(record_moment, Role.MANAGER, "dora", "classified", small_world.now, "")
    assert clock(case, duty).due_at == START + 10 * HOUR


def test_an_order_of_the_authority_binds_by_its_own_day_and_opens_the_letters_again(world: World) -> None:
    case = Case(world).take()
    with world.change() as session:
        case.row(session).people_track = "not_required"
    world.later(days=3)
    ends = world.now + timedelta(days=20)
    case.do(order, Role.MANAGER, world.now, ends, "Föreläggande DI-2026-77.")
    assert (clock(case, "inform_as_ordered").due_at, case.now().people_track) == (ends, "preparing")
    case.do(order, Role.MANAGER, world.now, ends - timedelta(days=5), "Förkortad tid, DI-2026-78.")
    assert clock(case, "inform_as_ordered").due_at == ends - timedelta(days=5)
    with pytest.raises(Invalid) as wrong:
        case.do(order, Role.MANAGER, world.now, world.now - HOUR, "")
    assert set(wrong.value.fields) == {"ends_at", "note"}


def test_laws_that_apply_everywhere_are_not_asked_about(small_world: World) -> None:
    case = Case(small_world).take()
    for code in ("gdpr", "gdpr_people", "house", "nothing"):
        with pytest.raises(NotFound):
            case.do(choose, Role.MANAGER, code, NO)


def test_nothing_changes_in_a_case_that_has_ended(small_world: World) -> None:
    case = Case(small_world).take()
    with small_world.change() as session:
        case.row(session).state = "closed"
    with pytest.raises(Conflict):
        case.do(choose, Role.MANAGER, "nis2", YES)
    with pytest.raises(Conflict):
        case.do(order, Role.MANAGER, START, START + HOUR, "Föreläggande.")
