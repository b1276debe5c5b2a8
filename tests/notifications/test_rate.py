"""The relay's rate is kept by all workers together; alerts are counted and never wait."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from core.settings import WrongSettings, load_settings
from notifications.claims import ALERTS, LETTERS
from notifications.delivery import deliver_due
from notifications.pacing import at_once, refilled, until_next
from notifications.rate import allowance, pause, spend
from tests.fixtures.smtp import Postbox
from tests.fixtures.world import World
from tests.notifications.test_delivery import letters, states


@given(st.integers(1, 5_000), st.lists(st.floats(0, 40), min_size=1, max_size=400))
def test_in_no_minute_more_than_the_rate_leave(rate: int, steps: list[float]) -> None:
    """A worker that takes all it may, whenever it looks."""
    left, now = float(at_once(rate)), 0.0
    sent: list[tuple[float, int]] = []
    for step in steps:
        now += step
        left = refilled(left, step, rate)
        sent.append((now, int(left)))
        left -= int(left)
        within = sum(count for at, count in sent if at > now - 60)
        assert within <= rate


@given(st.integers(1, 5_000), st.floats(-100, 0.99))
def test_after_the_wait_one_more_may_leave(rate: int, left: float) -> None:
    assert refilled(left, until_next(left, rate) + 0.001, rate) >= 1


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time of the tests stands still, so no worker waits for it."""
    monkeypatch.setattr("notifications.courier.LONGEST_WAIT", 0.0)


def test_two_workers_share_one_rate(world: World, postbox: Postbox) -> None:
    letters(world, *(f"p{number}" for number in range(100)))
    settings = world.settings.model_copy(update={"smtp_url": SecretStr(postbox.url), "mail_rate": 5})
    for _ in range(10):
        for worker in ("one", "other"):
            deliver_due(world.database, settings, lambda: world.now, worker, lane=LETTERS)
        world.later(seconds=6)
    assert 3 <= len(postbox.letters) <= 5


def test_a_clock_that_is_put_back_does_not_stop_the_mails(world: World) -> None:
    with world.change() as session:
        spend(session, 60, 2, world.now + timedelta(days=1))
    with world.change() as session:
        assert pause(session, 60, world.now) == 0
        assert allowance(session, 60, world.now) == 2


def test_alerts_leave_at_once_and_letters_wait_for_them(world: World, postbox: Postbox) -> None:
    letters(world, *(f"a{number}" for number in range(30)), kind="resend", priority=1)
    letters(world, "letter")
    settings = world.settings.model_copy(update={"smtp_url": SecretStr(postbox.url), "mail_rate": 10})
    assert deliver_due(world.database, settings, lambda: world.now, "alerts", lane=ALERTS) == 30
    assert deliver_due(world.database, settings, lambda: world.now, "letters", lane=LETTERS) == 0
    assert states(world)["letter"] == "queued"
    world.later(minutes=5)
    assert deliver_due(world.database, settings, lambda: world.now, "letters", lane=LETTERS) == 1


@pytest.mark.parametrize(
    ("name", "value"), [("RATE", "-1"), ("RATE", "fast"), ("WINDOW", "0"), ("WINDOW", "1001"), ("WINDOW", "1.5")]
)
def test_nonsense_stops_the_start_with_one_sentence(
    name: str, value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VAKA_VAR_DIR", str(tmp_path))
    monkeypatch.setenv(f"VAKA_MAIL_{name}", value)
    with pytest.raises(WrongSettings, match=f"^VAKA_MAIL_{name}: "):
        load_settings()
