"""Mail is not enough: the second channel is asked at once for the gravest levels, for all while mail stands still."""

from datetime import timedelta

from sqlalchemy import select, update

from core.access import Role
from incidents import service
from incidents.jobs import tick, unsent_overdue
from notifications.breaker import mend, trip
from notifications.handover import Outage
from notifications.models import OutboxMessage
from tests.fixtures.world import START, World
from tests.incidents.alarms import accept_all, announced, levels_of, many_cases
from tests.incidents.cases import Case


def overdue(world: World) -> bool:
    with world.look() as session:
        return unsent_overdue(session, world.now)


def test_the_gravest_levels_go_to_the_second_channel_at_once(world: World) -> None:
    case = Case(world).take()
    tick(world.database, world.later(hours=66))
    assert announced(world) == [{
        "reference": case.reference, "regime": "gdpr", "duty": "notify_authority", "level": "L4", "alarm": 1,
        "fell_at": "2026-11-25T07:05:00+00:00", "due_at": "2026-11-25T13:05:00+00:00", "path": case.path,
    }]  # fmt: skip
    assert levels_of(world)["L4"].second_at == world.now
    tick(world.database, world.later(minutes=2))
    assert len(announced(world)) == 1


def test_an_earlier_level_only_when_its_mail_does_not_leave_within_a_minute(world: World) -> None:
    Case(world).take()
    tick(world.database, world.later(hours=48))
    tick(world.database, world.later(seconds=44))
    assert (announced(world), overdue(world)) == ([], False)
    tick(world.database, world.later(seconds=2))
    assert ([one["level"] for one in announced(world)], overdue(world)) == (["L3"], True)
    for _ in range(3):
        tick(world.database, world.later(seconds=15))
    assert len(announced(world)) == 1


def test_while_the_relay_rests_nothing_waits_for_the_minute(world: World) -> None:
    Case(world).take()
    world.later(hours=48)
    with world.change() as session:
        trip(session, Outage("connection"), world.now)
    tick(world.database, world.now)
    assert [one["level"] for one in announced(world)] == ["L3"]


def test_what_a_relay_took_is_noted_and_asks_for_nothing_more(world: World) -> None:
    Case(world).take()
    tick(world.database, world.later(hours=48))
    world.later(seconds=10)
    accept_all(world)
    tick(world.database, world.later(seconds=5))
    assert levels_of(world)["L3"].sent_at == START + timedelta(hours=48, seconds=10)
    tick(world.database, world.later(minutes=10))
    assert (announced(world), overdue(world)) == ([], False)


def test_each_repeated_alarm_is_watched_and_announced_anew(world: World) -> None:
    Case(world).take()
    tick(world.database, world.later(hours=66))
    accept_all(world)
    tick(world.database, world.later(seconds=15))
    tick(world.database, world.later(minutes=30))
    assert [one["alarm"] for one in announced(world)] == [1, 2]
    assert levels_of(world)["L4"].sent_at is None
    world.later(minutes=2)
    assert overdue(world)
    accept_all(world)
    tick(world.database, world.later(seconds=15))
    assert not overdue(world)


def test_one_taken_mail_among_several_is_enough(world: World) -> None:
    Case(world).take()
    tick(world.database, world.later(hours=48))
    with world.change() as session:
        first = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "level_L3").limit(1)).one()
        session.execute(update(OutboxMessage).where(OutboxMessage.kind == "level_L3").values(state="failed"))
        first.state, first.accepted_at = "accepted", world.now
    tick(world.database, world.later(minutes=5))
    assert (levels_of(world)["L3"].sent_at is None, overdue(world)) == (False, False)


def test_an_alarm_that_failed_for_everybody_stays_unsent_until_the_duty_is_done(world: World) -> None:
    case = Case(world)
    tick(world.database, world.later(minutes=31))
    with world.change() as session:
        session.execute(update(OutboxMessage).where(OutboxMessage.kind == "level_L1").values(state="failed"))
    tick(world.database, world.later(minutes=2))
    assert ([one["level"] for one in announced(world)], overdue(world)) == (["L1"], True)
    case.take()
    assert not overdue(world)


def test_raised_and_never_told_is_unsent_too(world: World) -> None:
    from incidents.ticking.moments import look
    from incidents.ticking.raising import due_clocks, raise_levels

    Case(world)
    world.later(minutes=31)
    with world.change() as session:
        present, _ = look(session, world.now)
        raise_levels(session, due_clocks(session, present), present)
    assert not overdue(world)
    world.later(seconds=61)
    assert overdue(world)


def test_a_clock_set_back_hides_no_unsent_alarm(world: World) -> None:
    Case(world).take()
    tick(world.database, world.later(hours=48))
    world.later(hours=-5)
    assert overdue(world)


def test_eighty_hours_without_mail_every_level_reaches_the_second_channel_once(world: World) -> None:
    many_cases(world, 5, START)
    with world.change() as session:
        trip(session, Outage("connection"), START)
    for _ in range(80):
        tick(world.database, world.later(hours=1))
    seen = {(one["reference"], one["duty"], one["level"]) for one in announced(world)}
    assert len(seen) == 5 * 5
    with world.change() as session:
        mend(session, world.now)
    accept_all(world)
    tick(world.database, world.later(seconds=15))
    assert not overdue(world)


def test_a_digest_that_was_taken_counts_for_every_alarm_in_it(world: World) -> None:
    many_cases(world, 3, START)
    world.now = START + timedelta(days=8)
    tick(world.database, world.now)
    world.later(seconds=20)
    accept_all(world)
    tick(world.database, world.later(seconds=5))
    assert not overdue(world)
    assert {level.sent_at for level in levels_of(world).values() if not level.overtaken} == {
        START + timedelta(days=8, seconds=20)
    }


def test_nothing_of_the_case_leaves_in_clear(small_world: World) -> None:
    Case(small_world).take().classify()
    tick(small_world.database, small_world.later(hours=73))
    allowed = {"reference", "regime", "duty", "level", "alarm", "fell_at", "due_at", "path"}
    assert all(set(one) == allowed for one in announced(small_world))
    assert "Kundlista" not in str(announced(small_world))


def test_what_failed_before_the_case_was_handed_back_or_a_later_level_left_counts_no_more(world: World) -> None:
    case = Case(world)
    tick(world.database, world.later(minutes=31))
    with world.change() as session:
        session.execute(update(OutboxMessage).where(OutboxMessage.kind == "level_L1").values(state="failed"))
    world.later(minutes=2)
    assert overdue(world)
    tick(world.database, world.later(hours=2))
    accept_all(world)
    tick(world.database, world.later(minutes=2))
    assert not overdue(world)
    case.take()
    case.do(service.hand_back, Role.MANAGER, "Jag åker bort.")
    assert not overdue(world)
