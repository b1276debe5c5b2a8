"""C2 and C3: a worker is killed exactly at each point of handing over a letter, under each policy.

Before the dot it is certain that nothing was sent, so the letter goes again by itself. After the dot nobody knows:
an alert goes twice, what a person must decide is held until that person does, and of a letter the relay is asked.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest

from core.moment import now
from tests.fixtures.crew import POINTS, crew
from tests.fixtures.mailing import (
    at_rest,
    by_journal,
    in_doubt,
    person,
    put_letters,
    reconcile,
    run_reconcile,
    state_of,
    through,
)
from tests.fixtures.shifted import until
from tests.fixtures.sink import Sink
from tests.fixtures.world import World

CLASSES = ("resend", "hold", "reconcile")
HARMLESS = {"before_data", "in_body"}
TAKEN = {"after_dot", "after_answer", "before_commit"}  # the relay has it, whatever became of us


@dataclass(frozen=True)
class Victim:
    """A letter at which a worker is killed."""

    point: str
    kind: str
    number: int

    @property
    def to(self) -> str:
        return f"{self.point}.{self.kind}.{self.number}@kund.example"

    @property
    def sure(self) -> bool:
        return self.point in HARMLESS or self.kind == "resend"

    @property
    def times(self) -> int:
        """How often the relay has it before anybody is asked."""
        if self.kind == "resend":
            return 2 if self.point in TAKEN else 1
        return int(self.point in HARMLESS | TAKEN)


def test_a_kill_at_each_point_under_each_policy(small_world: World, tmp_path: Path, sink: Sink) -> None:
    kill_at_each_point(small_world, tmp_path, sink, times=1)


@pytest.mark.long
def test_two_hundred_kills_at_each_point_under_each_policy(world: World, tmp_path: Path, sink: Sink) -> None:
    kill_at_each_point(world, tmp_path, sink, times=67)


@pytest.mark.long
def test_a_kill_at_each_point_within_a_window_leaves_no_more_in_doubt(
    small_world: World, tmp_path: Path, sink: Sink
) -> None:
    """Its first letters have their answers, the next one is announced with the dot of the one before it."""
    people, window = [person(number) for number in range(10 * len(POINTS))], 5
    letters = set(put_letters(small_world, people).values())
    with crew(through(small_world, sink, mail_window=window), tmp_path) as workers:
        for number, point in enumerate(POINTS):
            workers.die(point, people[10 * number + 3], limit=window)
        workers.start(limit=window)
        until(lambda: at_rest(small_world), "every letter has an outcome", seconds=60)
        doubted, taken = in_doubt(small_world), sink.times()
        assert len(doubted) <= window * len(POINTS), "one window a kill"
        assert max(taken.values()) == 1, "nobody twice"
        assert letters - taken.keys() <= doubted, "whoever was missed is on the list"
        assert reconcile(small_world, tmp_path, by_journal(sink, doubted))["still_uncertain"] == 0
        until(lambda: at_rest(small_world), "what was queued again has an outcome", seconds=60)
    assert sink.times() == Counter(letters), "everybody once"


def kill_at_each_point(world: World, folder: Path, sink: Sink, times: int) -> None:
    victims = [Victim(*one) for one in product(POINTS, CLASSES, range(times))]
    ids: dict[str, str] = {}
    for number, kind in enumerate(CLASSES):  # one class after the other
        since = now() - timedelta(days=1) + timedelta(minutes=number)
        ids |= put_letters(world, [one.to for one in victims if one.kind == kind], kind, since)
    with crew(through(world, sink), folder) as workers:
        for victim in sorted(victims, key=lambda one: (CLASSES.index(one.kind), POINTS.index(one.point), one.number)):
            workers.die(victim.point, victim.to, limit=1)
        workers.start()
        until(lambda: at_rest(world), "every letter has an outcome", seconds=300)
        reached = Counter(line.recipient for line in sink.taken())
        for victim in victims:
            state = state_of(world, ids[victim.to])
            assert (reached[victim.to], state) == (victim.times, "accepted" if victim.sure else "uncertain"), victim
        policies(world, folder, sink, victims, ids)
        until(lambda: at_rest(world), "what was queued again has an outcome", seconds=300)
    assert_nobody_lost_and_nobody_twice(sink, victims)


def policies(world: World, folder: Path, sink: Sink, victims: list[Victim], ids: dict[str, str]) -> None:
    """No evidence, wrong evidence, then the journal of the relay: it settles the letters. What is held stays so."""
    doubted = in_doubt(world)
    held = {ids[one.to] for one in victims if one.kind == "hold" and not one.sure}
    letters = {ids[one.to] for one in victims if one.kind == "reconcile" and not one.sure}
    assert doubted == held | letters
    assert reconcile(world, folder, {}) | {"reference": ""} == nothing_settled(len(letters))
    wrong = folder / "another.log"
    wrong.write_text("Nov 22 14:05:01 mx postfix/cleanup[812]: 4D2A41F0C: message-id=<somebody@else.example>\n")
    assert run_reconcile(world, wrong)["still_uncertain"] == len(letters)
    assert in_doubt(world) == doubted, "silence and a log about others settle nothing"
    assert reconcile(world, folder, by_journal(sink, doubted))["still_uncertain"] == 0
    assert in_doubt(world) == held, "what is held waits for a person's word on that very message"


def nothing_settled(doubted: int) -> dict[str, object]:
    return {"reference": "", "accepted": 0, "queued": 0, "decided": 0, "still_uncertain": doubted, "not_in_doubt": 0,
            "not_ours": 0}  # fmt: skip


def assert_nobody_lost_and_nobody_twice(sink: Sink, victims: list[Victim]) -> None:
    reached = Counter(line.recipient for line in sink.taken())
    for victim in victims:
        most = victim.times if victim.kind == "resend" else 1
        least = victim.times if victim.kind == "hold" else 1
        assert least <= reached[victim.to] <= most, victim
