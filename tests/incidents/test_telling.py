"""Telling people: one mail for one alarm, one digest for more, nothing lost and nothing twice."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from core.access import Role
from incidents import jobs
from incidents.clock_rows import stop
from incidents.escalation import Duty
from incidents.jobs import NotRaised, tick
from incidents.models import ClockLevel, Exclusion, Incident, IncidentClock, LevelAlarm
from incidents.ticking.moments import look
from incidents.ticking.raising import due_clocks, raise_levels
from incidents.ticking.telling import tell_raised
from notifications.models import OutboxMessage, ServiceState
from tests.fixtures.world import START, World
from tests.incidents.alarms import levels_of, many_cases, texts, told
from tests.incidents.cases import Case

LEADERS = [Role.APPROVER, Role.DEPUTY, Role.DPO, Role.HEAD, Role.MANAGER]


def statements(world: World, work: Any) -> int:
    """How many statements `work` sends to the database."""
    sent: list[str] = []

    def note(*words: Any) -> None:
        if not words[2].startswith("BEGIN"):
            sent.append(words[2])

    engines = [world.database.writer, world.database.reader]
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)
    return len(sent)


def test_after_a_week_of_downtime_each_person_gets_one_digest_and_every_level_is_on_record(world: World) -> None:
    many_cases(world, 60, START)
    world.now = START + timedelta(days=8)
    assert tick(world.database, world.now) == 60 * 5
    assert told(world) == {("levels_digest", role): 1 for role in (Role.DPO, Role.HEAD, Role.MANAGER)}
    with world.look() as session:
        rows = session.scalars(select(ClockLevel)).all()
        assert {row.level for row in rows if not row.overtaken} == {"L2", "L5"}
        assert all(row.due_at < START + timedelta(hours=74) for row in rows)
        assert all(row.told_at == world.now and row.alarms == 1 for row in rows if not row.overtaken)
        alarms = session.scalars(select(LevelAlarm)).all()
        assert len(alarms) == 60 * 2 + 60 * 3
        assert len({alarm.message_id for alarm in alarms}) == 3
    assert tick(world.database, world.later(seconds=15)) == 0
    assert sum(told(world).values()) == 3


def test_a_digest_names_references_in_the_order_of_their_deadlines_and_counts_the_rest(small_world: World) -> None:
    many_cases(small_world, 40, START)
    for minutes in range(40):
        _taken(small_world, minutes)
    small_world.now = START + timedelta(hours=49)
    tick(small_world.database, small_world.now)
    subject, body = texts(small_world, "levels_digest", Role.MANAGER)[-1]
    assert subject == "40 larm väntar på dig"
    lines = [line for line in body.splitlines() if line.startswith("- ")]
    assert lines[0].startswith("- PUI-M-00000 · Anmäl till tillsynsmyndigheten · ")
    assert lines[0].endswith("ons 25 nov 2026 14:05 CET")
    assert [line[2:13] for line in lines[:30]] == [f"PUI-M-{number:05d}" for number in range(30)]
    assert lines[30] == "- och 10 till"
    assert "https://" in body or "http://" in body


def _taken(world: World, number: int) -> None:
    with world.change() as session:
        incident = session.scalars(select(Incident).where(Incident.reference == f"PUI-M-{number:05d}")).one()
        stop(incident, Duty.ACKNOWLEDGE, "taken", world.now)


def test_a_digest_in_english(small_world: World) -> None:
    from identity.models import User

    with small_world.change() as session:
        session.get_one(User, small_world.users[Role.HEAD].id).language = "en"
    many_cases(small_world, 2, START)
    tick(small_world.database, small_world.later(days=8))
    subject, body = texts(small_world, "levels_digest", Role.HEAD)[0]
    assert subject == "4 alarms wait for you"
    assert "PUI-M-00000 · Tell the supervisory authority · The deadline has passed · Wed 25 Nov 2026 14:05 CET" in body


def test_telling_thousands_asks_the_database_as_often_as_telling_a_few(small_world: World) -> None:
    many_cases(small_world, 30, START)
    small_world.now = START + timedelta(days=8)
    few = _telling(small_world)
    many_cases(small_world, 300, START, "N")
    assert _telling(small_world) <= few + 3


def _telling(world: World) -> int:
    from incidents.ticking.telling import tell_raised

    with world.change() as session:
        present, _ = look(session, world.now)
        while clocks := due_clocks(session, present, (), 500):
            raise_levels(session, clocks, present)
            session.flush()

    def tell() -> None:
        with world.change() as session:
            assert tell_raised(session, present)

    return statements(world, tell)


def test_an_idle_tick_asks_three_questions(world: World) -> None:
    many_cases(world, 5, START)
    world.later(minutes=5)
    tick(world.database, world.now)
    assert statements(world, lambda: tick(world.database, world.later(seconds=15))) <= 3


def test_killed_between_raising_and_telling_the_next_tick_tells_once(world: World) -> None:
    case = Case(world)
    world.later(minutes=31)
    with world.change() as session:
        present, _ = look(session, world.now)
        assert raise_levels(session, due_clocks(session, present), present) == 1
    assert case.told("level_L1") == []
    assert tick(world.database, world.later(seconds=15)) == 0
    assert case.told("level_L1") == ["deputy"]
    tick(world.database, world.later(seconds=15))
    assert case.told("level_L1") == ["deputy"]


def test_what_is_done_before_anybody_was_told_alarms_nobody(world: World) -> None:
    case = Case(world)
    world.later(minutes=31)
    with world.change() as session:
        present, _ = look(session, world.now)
        raise_levels(session, due_clocks(session, present), present)
    case.take()
    tick(world.database, world.later(seconds=15))
    assert case.told("level_L1") == []
    assert levels_of(world)["L1"].overtaken


def test_an_alarm_that_was_not_told_yet_gives_way_to_the_higher_one(world: World) -> None:
    case = Case(world)
    for minutes in (31, 125):
        world.now = START + timedelta(minutes=minutes)
        with world.change() as session:
            present, _ = look(session, world.now)
            raise_levels(session, due_clocks(session, present), present)
    tick(world.database, world.now)
    assert (case.told("level_L1"), case.told("level_L2")) == ([], ["dpo", "head"])
    assert levels_of(world)["L1"].overtaken


def test_one_clock_that_cannot_be_raised_holds_back_no_other_and_leaves_no_sign_of_life(
    small_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [Case(small_world) for _ in range(3)]
    bad = cases[1].now().clock(Duty.ACKNOWLEDGE)
    assert bad is not None
    true = raise_levels

    def raise_or_fail(session: Any, clocks: Any, present: Any) -> int:
        if bad.id in [clock.id for clock in clocks]:
            raise RuntimeError
        return true(session, clocks, present)

    monkeypatch.setattr(jobs, "raise_levels", raise_or_fail)
    with pytest.raises(NotRaised):
        tick(small_world.database, small_world.later(minutes=31))
    assert told(small_world) == {("levels_digest", Role.DEPUTY): 1}
    with small_world.look() as session:
        assert session.get(ServiceState, "tick") is None
    monkeypatch.undo()
    assert tick(small_world.database, small_world.later(seconds=15)) == 1
    assert cases[1].told("level_L1") == ["deputy"]


def test_a_machine_clock_set_back_delays_no_mail(world: World) -> None:
    """After a jump forward and back, an alarm is queued for the real present, not for the future once seen."""
    tick(world.database, world.later(hours=2))
    world.later(hours=-2)
    case = Case(world)
    assert tick(world.database, world.later(seconds=15)) == 2
    assert case.told("level_L2") == ["dpo", "head"]
    with world.look() as session:
        assert all(due <= world.now for due in session.scalars(select(OutboxMessage.due_at)))
    for _ in range(3):
        tick(world.database, world.later(seconds=15))
    assert sum(told(world).values()) == 2


def test_nobody_answers_then_the_deputy_then_the_dpo_and_the_head(world: World) -> None:
    case = Case(world).take()
    for hours, expected in [(48, set(LEADERS)), (48.5, {Role.DEPUTY}), (49.5, {Role.DPO, Role.HEAD})]:
        before = told(world)
        world.now = START + timedelta(hours=hours)
        tick(world.database, world.now)
        assert set(told(world) - before) == {("level_L3", role) for role in expected}
    world.now = START + timedelta(hours=65)
    before = told(world)
    tick(world.database, world.now)
    assert told(world) == before
    assert case.log().count("clock:alarm_repeated") == 2
    assert levels_of(world)["L3"].alarms == 3


def test_a_missed_deadline_is_called_out_every_day(world: World) -> None:
    Case(world).take()
    tick(world.database, world.later(hours=73))
    for _ in range(2):
        tick(world.database, world.later(hours=2))
    before = told(world)
    for _ in range(3):
        tick(world.database, world.later(hours=24))
    assert (told(world) - before) == {("level_L5", role): 3 for role in (Role.DPO, Role.HEAD)}


def test_after_downtime_an_unanswered_alarm_goes_out_once_not_once_for_each_time_missed(world: World) -> None:
    Case(world).take()
    tick(world.database, world.later(hours=73))
    before = told(world)
    tick(world.database, world.later(days=9))
    assert told(world) - before == {("level_L5", Role.DEPUTY): 1}


def test_an_excluded_person_is_in_no_mail(world: World) -> None:
    cases = [Case(world).take(Role.DEPUTY) for _ in range(2)]
    with world.change() as session:
        manager = world.users[Role.MANAGER].id
        session.add(Exclusion(incident_id=cases[0].row(session).id, user_id=manager, by_id="system", at=world.now))
    tick(world.database, world.later(hours=49))
    assert told(world)["level_L3", Role.MANAGER] == 1
    assert told(world)["levels_digest", Role.HEAD] == 1
    assert cases[0].reference not in texts(world, "level_L3", Role.MANAGER)[0][1]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite writes one after the other
def test_who_waits_for_the_rest_keeps_nothing_from_who_raises_it(world: World) -> None:
    """Two ticks share a heap of levels. The first to end its part waits; the last tells all, in one mail a person."""
    many_cases(world, 6, START)
    world.later(hours=50)
    with world.look() as session:
        present, _ = look(session, world.now)

    def part(limit: int) -> int:
        with world.change() as session:
            return raise_levels(session, due_clocks(session, present, limit=limit), present)

    assert part(3) > 0
    with world.change() as waiting:
        assert tell_raised(waiting, present) == 0, "others are still at it"
        assert part(100) > 0
        with world.change() as last:
            assert tell_raised(last, present) == 6 * 2
    assert told(world) == {("levels_digest", role): 1 for role in LEADERS}


def test_a_mail_names_the_duty_and_what_its_notice_still_lacks(small_world: World) -> None:
    from incidents import notifying

    case = Case(small_world).take()
    case.do(notifying.draft, Role.MANAGER, "imy")
    tick(small_world.database, small_world.later(hours=48))
    subject, body = texts(small_world, "level_L3", Role.MANAGER)[0]
    assert subject == f"24 timmar kvar · {case.reference}"
    assert "Anmäl till tillsynsmyndigheten: det är inte gjort." in body
    assert "Fristen går ut ons 25 nov 2026 14:05 CET. Det är 24 h 00 min kvar." in body
    assert body.count("\n- ") == 6  # five, and how many more
    assert re.search(r"\n- och \d+ till\n", body)
    assert case.now().title not in body or not case.now().title


def test_told_late_a_mail_says_what_is_really_left(small_world: World) -> None:
    case = Case(small_world).take()
    tick(small_world.database, small_world.later(hours=60))
    assert texts(small_world, "level_L3", Role.MANAGER)[0][0] == f"12 h 00 min kvar · {case.reference}"


def test_a_duty_without_a_deadline_has_its_own_words(small_world: World) -> None:
    case = Case(small_world).take()
    with small_world.change() as session:
        _to_be_told(session, case.row(session), small_world)
    tick(small_world.database, small_world.later(hours=24))
    subject, body = texts(small_world, "level_L3", Role.MANAGER)[0]
    assert subject.endswith(f" · {case.reference}")
    assert "så snart det går" in body
    assert "Fristen" not in body


def _to_be_told(session: Any, incident: Incident, world: World) -> None:
    from incidents.clock import open_clocks
    from incidents.clock_rows import clock_row
    from incidents.regimes import REGIMES
    from incidents.rules import Anchor

    for deadline in open_clocks(REGIMES["gdpr_people"], {Anchor.DECIDED: world.now}, "Europe/Stockholm"):
        incident.clocks.append(clock_row("gdpr_people", deadline, world.now))


def test_a_clock_that_was_told_everything_is_not_looked_at_again(world: World) -> None:
    """An L1 without further people leaves the next level as the only question."""
    Case(world)
    tick(world.database, world.later(minutes=31))
    with world.look() as session:
        clock = session.scalars(select(IncidentClock).where(IncidentClock.duty == Duty.ACKNOWLEDGE)).one()
        assert clock.next_at == START + timedelta(hours=2)
