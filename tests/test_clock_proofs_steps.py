"""D3 and D4: the service stands still for a week, or its clock is put forward and back while it runs."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import func, select

from app.wall_clock import NAME, note_jump
from core.audit.models import AuditEntry
from incidents.escalation import Level
from incidents.jobs import tick
from incidents.models import LevelAlarm
from notifications.breaker import relay_state, trip
from notifications.handover import Outage
from notifications.models import OutboxMessage, ServiceState
from notifications.outbox import enqueue
from tests.fixtures.ledger import (
    assert_all_fired_once,
    assert_nobody_told_twice,
    fired_levels,
    letters_waiting,
    open_cases,
    told_levels,
)
from tests.fixtures.passing import settle
from tests.fixtures.shifted import Workers, shifted, until, workers
from tests.fixtures.smtp import Postbox
from tests.fixtures.world import START, World

WEEK, HOUR, DAY, YEAR = timedelta(days=7), timedelta(hours=1), timedelta(days=1), timedelta(days=365)
SOON = timedelta(seconds=60)
DPO = "dpo@nordhamn.example"


@contextmanager
def running(world: World, folder: Path, postbox: Postbox, count: int = 2) -> Iterator[Workers]:
    """Workers with all their jobs, at the pace of a test; `pool.start()` is up to the test when `count` is 0."""
    settings = world.settings.model_copy(update={"smtp_url": SecretStr(postbox.url)})
    with workers(settings, shifted(folder, START), folder, every=0.2) as pool:
        pool.start_many(count)
        yield pool


def test_after_a_week_all_is_on_record_and_everybody_gets_one_mail(
    small_world: World, tmp_path: Path, postbox: Postbox
) -> None:
    stand_still_for_a_week(small_world, tmp_path, postbox, cases=10)


@pytest.mark.long
def test_after_a_week_ten_thousand_levels_are_on_record(world: World, tmp_path: Path, postbox: Postbox) -> None:
    stand_still_for_a_week(world, tmp_path, postbox, cases=2_000)


def stand_still_for_a_week(world: World, folder: Path, postbox: Postbox, cases: int) -> None:
    """Two workers stop before anything was due, and come back when everything is overdue."""
    open_cases(world, cases, START, timedelta(seconds=1))
    with running(world, folder, postbox) as pool:
        pool.stop()
        pool.shift.skip(WEEK)
        back = time.monotonic()
        pool.start_many(2)
        until(lambda: bool(postbox.letters), "a mail comes", seconds=600)
        settle(pool, at_rest=lambda: not letters_waiting(world))
        spent = time.monotonic() - back
        since = pool.shift.now()
        fired = assert_all_fired_once(world, "a week later")
    letters = Counter(recipient for letter in postbox.letters for recipient in letter.recipients)
    print(f"{len(fired)} levels on record and {len(postbox.letters)} mails out {spent:.0f} s after the start")  # noqa: T201
    assert set(letters.values()) == {1}, "one mail a person"
    told = set(letters) - {"auditor@nordhamn.example"}  # who may get the week's mail about the log besides
    assert told == {f"{role}@nordhamn.example" for role in ("manager", "dpo", "head")}
    assert all(since - row.raised_at < SOON for row in fired.values())
    assert sum(not row.overtaken for row in fired.values()) == 2 * cases, "the highest of each clock"


def test_a_clock_put_forward_and_back(small_world: World, tmp_path: Path, postbox: Postbox) -> None:
    put_forward_and_back(small_world, tmp_path, postbox)


@pytest.mark.long
def test_a_clock_put_forward_and_back_on_both_databases(world: World, tmp_path: Path, postbox: Postbox) -> None:
    put_forward_and_back(world, tmp_path, postbox)


def put_forward_and_back(world: World, tmp_path: Path, postbox: Postbox) -> None:
    """Early is right when nobody knows the time; taken back or told twice is wrong, and so is late."""
    open_cases(world, 2, START, timedelta(seconds=1))
    open_cases(world, 2, START - timedelta(hours=71, minutes=30), timedelta(seconds=1), prefix="OLD")
    with running(world, tmp_path, postbox) as pool:
        steps = Steps(world, pool, postbox)
        steps.rest()
        raised = [steps.by(HOUR), steps.by(-HOUR), steps.by(YEAR), steps.by(-DAY)]
        assert_all_fired_once(world, early=YEAR)
        late = open_cases(world, 1, pool.shift.now() - 31 * timedelta(minutes=1), timedelta(), prefix="NEW")
        steps.rest()
        told = told_levels(world)
    assert raised == [4, 0, raised[2], 0], "the step of an hour fires two first levels and two deadlines"
    assert raised[2] > 0
    assert told[late[0]] >= 1, "not late after a clock that ran ahead"
    assert_nobody_told_twice(world)
    assert set(Counter(str(letter.message["Message-ID"]) for letter in postbox.letters).values()) == {1}


def test_alarms_go_on_after_a_year_that_never_came(small_world: World) -> None:
    """Told early, then the clock is put right: whoever does not answer is told again at the true deadline."""
    open_cases(small_world, 1, START, timedelta())
    tick(small_world.database, START + YEAR)
    with small_world.change() as session:
        note_jump(session, YEAR, START + YEAR)
    with small_world.change() as session:
        note_jump(session, -YEAR, START)
    numbers = [last_alarm(small_world, START + HOUR * hours) for hours in (1, 71.9, 72.1, 72.6, 74)]
    assert numbers == [1, 1, 1, 2, 3]


def test_mail_of_a_year_that_never_came_leaves_now(small_world: World) -> None:
    """An alert that was put off, and one that a dead worker held, while the clock stood a year ahead."""
    with small_world.change() as session:
        for name, state in (("deferred", "deferred"), ("claimed", "claimed")):
            message = enqueue(session, "level_L5", to=DPO, language="sv", once=name, now=START + YEAR, priority=1)
            assert message is not None
            message.state, message.lease_until = state, START + YEAR if state == "claimed" else None
        trip(session, Outage("unreachable"), START + YEAR)
        note_jump(session, YEAR, START + YEAR)
        note_jump(session, -YEAR, START)
        assert not relay_state(session).resting(START)
    with small_world.look() as session:
        unsent = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "level_L5")).all()
        assert {message.due_at for message in unsent if message.state == "deferred"} == {START}
        assert {message.lease_until for message in unsent if message.state == "claimed"} == {START}


def last_alarm(world: World, at: datetime) -> int:
    """The number of the last alarm about the deadline, after a tick at this moment."""
    tick(world.database, at)
    passed = select(func.max(LevelAlarm.number)).where(LevelAlarm.level == Level.L5)
    with world.look() as session:
        return session.scalar(passed) or 0


class Steps:
    """Steps of the wall clock, each seen by the watch, and what came of it."""

    def __init__(self, world: World, pool: Workers, postbox: Postbox) -> None:
        self.world, self.pool, self.postbox, self.jumps = world, pool, postbox, 0

    def by(self, span: timedelta) -> int:
        """How many levels this step has raised; what was on record before is unchanged."""
        before = fired_levels(self.world)
        self.pool.shift.step(span)
        settle(self.pool)
        self.jumps += 1
        until(lambda: self._alarms() == self.jumps, f"one alarm about the step by {span}", seconds=20)
        self.rest()
        after = fired_levels(self.world)
        assert {fall: after.get(fall) for fall in before} == before, f"a step by {span} took something back"
        return len(after) - len(before)

    def rest(self) -> None:
        """A whole tick, all mail out, and once more for what that has brought."""
        for _ in range(2):
            settle(self.pool, at_rest=lambda: not letters_waiting(self.world))

    def _alarms(self) -> int:
        known = ("service:clock_jumped", "service:clock_right_again")
        with self.world.look() as session:
            assert session.scalar(select(ServiceState.name).where(ServiceState.name == NAME)) or not self.jumps
            return len(session.scalars(select(AuditEntry.seq).where(AuditEntry.action.in_(known))).all())
