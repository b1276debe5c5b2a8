"""Vote and clock: the alarm shortly before the legal clock ends, once, and the policy's default in its place."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from core.access import Role
from core.moment import utc
from incidents import assessing
from incidents.assessing.quorum_alarm import Step, default_proposed, step
from incidents.case_facts import legal_clock
from incidents.commission_models import Commission
from incidents.involvement import exclude
from tests.fixtures.world import World
from tests.incidents.bench import Bench

NOW = utc(2026, 11, 23, 8)
KINDS = ("quorum_alarm", "quorum_standby", "default_proposed")


@pytest.mark.parametrize(
    ("left", "expected"),
    [(timedelta(hours=12, microseconds=1), Step.NOTHING), (timedelta(hours=12), Step.ALARM),
     (timedelta(0), Step.ALARM), (timedelta(days=-3), Step.ALARM)],
)  # fmt: skip
def test_the_alarm_falls_at_exactly_twelve_hours(left: timedelta, expected: Step) -> None:
    assert step(NOW + left, 12, None, NOW) is expected


def test_no_clock_no_alarm() -> None:
    assert step(None, 12, None, NOW) is Step.NOTHING
    assert step(None, 12, NOW, NOW) is Step.TAKE_BACK


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(-100, 100), st.integers(0, 50)), max_size=30), st.integers(1, 72))
def test_however_the_clock_is_moved_and_the_worker_sleeps_the_alarm_stands_when_it_should(
    moves: list[tuple[int, int]], hours: int
) -> None:
    now, alarmed, last = NOW, None, Step.TAKE_BACK
    for ends_in, asleep in moves:
        now += timedelta(hours=asleep)
        found = step(now + timedelta(hours=ends_in), hours, alarmed, now)
        alarmed = {Step.ALARM: now, Step.TAKE_BACK: None}.get(found, alarmed)
        assert (alarmed is not None) == (ends_in <= hours)
        assert step(now + timedelta(hours=ends_in), hours, alarmed, now) is Step.NOTHING
        assert found is Step.NOTHING or found is not last  # never twice the same
        last = last if found is Step.NOTHING else found


def move(bench: Bench, **left: Any) -> None:
    """Let this be left of the legal clock."""
    with bench.world.change() as session:
        clock = legal_clock(bench._incident(session))
        assert clock is not None
        clock.due_at = bench.world.now + timedelta(**left)


def work(bench: Bench) -> None:
    assessing.remind_members(bench.world.database, bench.world.now)


def sent(bench: Bench) -> list[int]:
    return [len(bench.mail_ids(kind)) for kind in KINDS]


def test_members_without_an_answer_and_substitutes_are_alarmed_once_and_the_default_is_proposed(world: World) -> None:
    bench = Bench(world)
    bench.convene()
    bench.vote("per", "none")
    move(bench, hours=12, seconds=1)
    work(bench)
    assert sent(bench) == [0, 0, 0]
    world.later(seconds=1)
    work(bench)
    work(bench)
    assert bench.told("quorum_alarm") == {"commissioner", "leila"}
    assert bench.told("quorum_standby") == {"kim"}
    assert bench.told("default_proposed") == {"manager", "deputy"}
    assert sent(bench) == [2, 1, 2]
    commission = bench.commission()
    assert (commission.alarmed_at, commission.proposed_at) == (world.now, world.now)
    assert bench.log()[-2:] == ["commission:alarmed", "decision:default_proposed"]
    with world.look() as session:
        incident, commission = bench._both(session)
        assert default_proposed(session, incident, commission, world.now)
    bench.vote("leila", "none")
    with world.look() as session:
        incident, commission = bench._both(session)
        assert not default_proposed(session, incident, commission, world.now)


def test_a_worker_that_slept_catches_up_even_after_the_end(small_world: World) -> None:
    bench = Bench(small_world)
    bench.convene()
    move(bench, hours=2)
    small_world.later(hours=30)
    work(bench)
    work(bench)
    assert sent(bench) == [3, 1, 2]
    assert "Lagens tid gick ut" in bench.mails("sv")["quorum_alarm"][1]


def test_a_clock_that_moves_takes_the_alarm_back_and_it_comes_again_in_its_time(world: World) -> None:
    bench = Bench(world)
    bench.convene()
    move(bench, hours=3)
    work(bench)
    move(bench, hours=40)
    work(bench)
    assert (bench.commission().alarmed_at, bench.commission().proposed_at) == (None, None)
    assert bench.log()[-1] == "commission:alarm_taken_back"
    world.later(hours=28)
    work(bench)
    assert bench.commission().alarmed_at == world.now
    assert sent(bench) == [6, 2, 4]


def test_no_alarm_when_the_quorum_is_there_or_the_case_is_decided_in_advance(small_world: World) -> None:
    bench = Bench(small_world)
    bench.convene()
    for key in ("per", "leila"):
        bench.vote(key, "risk")
    other = Bench(small_world, "1f8fad5b-d9cb-469f-a165-70867728950e")
    other.convene()
    move(other, hours=20)
    other.decide(early_reason="Det är bråttom.")
    move(bench, hours=1)
    small_world.later(hours=21)
    work(bench)
    assert sent(bench) == [0, 0, 0]


def test_nobody_who_is_involved_is_alarmed(small_world: World) -> None:
    bench = Bench(small_world)
    bench.convene()
    with small_world.change() as session:
        for key in ("kim", Role.DEPUTY):
            incident = bench._incident(session)
            exclude(session, small_world.actor(Role.MANAGER), incident, small_world.users[key].id, "", small_world.now)
    move(bench, hours=12)
    work(bench)
    assert (bench.told("quorum_standby"), bench.told("default_proposed")) == (set(), {"manager"})


def test_a_kill_in_the_middle_leaves_nothing_and_the_next_round_does_all(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = Bench(world)
    bench.convene()
    move(bench, hours=12)

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("incidents.assessing.quorum_alarm.people_for", killed)
        with pytest.raises(KeyboardInterrupt):
            work(bench)
    assert (sent(bench), bench.commission().alarmed_at) == ([0, 0, 0], None)
    work(bench)
    assert sent(bench) == [3, 1, 2]


def test_the_manager_decides_by_the_default_and_the_commission_ratifies_or_objects_later(world: World) -> None:
    bench = Bench(world)
    bench.convene()
    with world.change() as session:
        session.scalars(select(Commission)).one().alarm_hours = 48
    move(bench, hours=47)
    work(bench)
    bench.decide(early_reason="Kommissionen svarar inte.")
    assert bench.last_decision().in_advance
    for key in ("per", "leila"):
        bench.vote(key, "none")
    assert "decision:contradicted" in bench.log()


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_the_mails_say_nothing_of_the_case(small_world: World, lang: str) -> None:
    bench = Bench(small_world)
    bench.convene()
    bench.vote("per", "high")
    move(bench, hours=11)
    work(bench)
    mails = bench.mails(lang)
    for kind in KINDS:
        subject, text = mails[kind]
        assert len(subject) <= 50
        assert subject.endswith(bench.reference)
        for word in ("Kundlista", "hög", "high", "Nyström"):
            assert word not in text
    assert f"{bench.path}/commission/assess" in mails["quorum_alarm"][1]
    assert bench.path not in mails["quorum_standby"][1]
    assert f"{bench.path}/decision" in mails["default_proposed"][1]
