"""D1 and D2: schedulers are killed over and over, or five of them run at once; each level of each deadline fires once.

Lateness is counted in service time, from the moment a level was due to the end of the tick that told people of it,
because only then it is surely committed. Only the time in which no scheduler was alive is taken off.
"""

import random
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from tests.fixtures.ledger import (
    assert_all_fired_once,
    assert_nobody_told_twice,
    due_levels,
    letters_waiting,
    open_cases,
)
from tests.fixtures.passing import Span, lateness, let_pass
from tests.fixtures.shifted import Workers, shifted, workers
from tests.fixtures.smtp import Postbox
from tests.fixtures.world import START, World

TICK, LANES = "incidents.jobs.tick", ("deliver", "deliver_alerts")
LATEST = timedelta(seconds=60)


def test_kills_miss_no_level(small_world: World, tmp_path: Path) -> None:
    fire_through_kills(small_world, tmp_path, cases=8, apart=timedelta(seconds=1), speed=6)


@pytest.mark.long
def test_kills_miss_none_of_ten_thousand_levels(world: World, tmp_path: Path) -> None:
    fire_through_kills(world, tmp_path, cases=2_000, apart=timedelta(seconds=0.12), speed=3)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_five_schedulers_tell_nobody_twice(world: World, tmp_path: Path, postbox: Postbox) -> None:
    fire_with_five(world, tmp_path, postbox, cases=5, apart=timedelta(seconds=1), speed=8)


@pytest.mark.long
def test_five_schedulers_tell_nobody_twice_of_ten_thousand_levels(
    world: World, tmp_path: Path, postbox: Postbox
) -> None:
    fire_with_five(world, tmp_path, postbox, cases=2_000, apart=timedelta(seconds=0.12), speed=3)


def fire_through_kills(world: World, folder: Path, cases: int, apart: timedelta, speed: float) -> None:
    """Two schedulers, of which one is killed at a random moment, and now and then both."""
    open_cases(world, cases, START, apart)
    shift = shifted(folder, START)
    with workers(world.settings, shift, folder, jobs=(TICK,), every=0.1) as pool:
        pool.start_many(2)
        killing = Killing(pool)
        let_pass(pool, due_levels(world).values(), speed, killing.now_and_then)
        fired = assert_all_fired_once(world, f"after {killing.kills} kills")
        assert_nobody_told_twice(world)
        late = lateness(pool, fired, killing.dead)
    print(f"{len(fired)} levels, {killing.kills} kills, at most {late.total_seconds():.1f} s late")  # noqa: T201
    assert killing.kills >= 3
    assert late <= LATEST


@dataclass
class Killing:
    """Keeps two schedulers alive and kills them. `dead` are the times in which none of them was."""

    pool: Workers
    dice: random.Random = field(default_factory=random.Random)
    kills: int = 0
    dead: list[Span] = field(default_factory=list)

    def now_and_then(self) -> None:
        """Let them work for a moment, then kill one or both, and start as many."""
        time.sleep(self.dice.uniform(0, 1))
        both = self.kills == 1 or self.dice.random() < 0.2
        for process in self.dice.sample(self.pool.running, 2 if both else 1):
            self.pool.kill(process)
            self.kills += 1
        died = self.pool.shift.now()
        self.pool.start_many(2 - len(self.pool.running))
        if both:
            self.dead.append((died, next(knock.began for knock in self.pool.knocks() if knock.began > died)))


def fire_with_five(world: World, folder: Path, postbox: Postbox, cases: int, apart: timedelta, speed: float) -> None:
    """Five schedulers that mail as well. Nobody is killed, so no letter may come twice."""
    settings = world.settings.model_copy(update={"smtp_url": postbox.url})
    open_cases(world, cases, START, apart)
    shift = shifted(folder, START)
    with workers(settings, shift, folder, jobs=(TICK, *LANES), every=0.2) as pool:
        pool.start_many(5)
        let_pass(pool, due_levels(world).values(), speed, at_rest=lambda: not letters_waiting(world))
        assert len({knock.pid for knock in pool.knocks()}) == 5
    assert_all_fired_once(world)
    assert_nobody_told_twice(world)
    letters = Counter(str(letter.message["Message-ID"]) for letter in postbox.letters)
    assert set(letters.values()) == {1}
