"""The worker's round for the second channel: what is due goes to every channel that does not have it yet.

Nothing is ever given up here. A channel that fails rests a little and is tried again; the others go on.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.db import Database
from core.logs import log
from core.moment import Clock
from core.settings import Settings
from notifications.channels.calling import Unreached
from notifications.channels.claims import LEASE, Claim, anything_due, claim, give_back, settle
from notifications.channels.configured import channels_of
from notifications.channels.notice import Channel, Notice
from notifications.channels.state import ChannelState, channel_state, mend, trip

ROUND = 10.0  # seconds; then the next batch is claimed anew


def announce_due(
    database: Database,
    settings: Settings,
    clock: Clock,
    *,
    lease: timedelta = LEASE,
    stop: Callable[[], bool] = lambda: False,
) -> int:
    """Bring every alarm that is due to the second channels; returns how many handovers were taken.

    Safe with any number of workers and after any kill: twice is harmless, as each repeat carries the same id.
    """
    channels = channels_of(settings)
    if not channels:
        return 0
    messenger = Messenger(database, settings, clock, lease, stop, channels)
    while not stop() and messenger.anything_due():
        messenger.batch()
    return messenger.handed_over


@dataclass
class Messenger:
    """One worker on its way with a batch of alarms."""

    database: Database
    settings: Settings
    clock: Clock
    lease: timedelta
    stop: Callable[[], bool]
    channels: list[Channel]
    handed_over: int = 0
    states: dict[str, ChannelState] = field(default_factory=dict)

    def anything_due(self) -> bool:
        with self.database.reading() as session:
            return anything_due(session, self.clock())

    def batch(self) -> None:
        """Claim a batch and bring it. What there was no time for is given back; what breaks us waits for its lease."""
        started = time.monotonic()
        with self.database.transaction() as session:
            left = claim(session, self.clock(), self.lease)
            self.states = {channel.name: channel_state(session, channel.name) for channel in self.channels}
        try:
            while left and not self.stop() and time.monotonic() - started < ROUND:
                self._bring(left.pop(0))
        finally:
            if left:
                with self.database.transaction() as session:
                    give_back(session, left)

    def _bring(self, held: Claim) -> None:
        """One alarm to each channel that lacks it and is not resting, then one commit."""
        notice = Notice(f"msg_{held.id}", held.event, held.at, held.facts, self.settings.base_url)
        taken = list(held.taken)
        fresh: dict[str, Unreached | None] = {}
        for channel in self.channels:
            if channel.name not in taken and not self.states[channel.name].resting(self.clock()):
                fresh[channel.name] = self._hand_over(channel, notice)
        taken += [name for name, trouble in fresh.items() if trouble is None]
        self._write_down(held, taken, fresh, self.clock())

    def _hand_over(self, channel: Channel, notice: Notice) -> Unreached | None:
        try:
            channel.deliver(notice, self.clock())
        except Unreached as trouble:
            log.warning("channel_failed", kind=channel.name, message=notice.id, reason=trouble.reason,
                        code=trouble.code)  # fmt: skip
            return trouble
        log.info("channel_took", kind=channel.name, message=notice.id)
        self.handed_over += 1
        return None

    def _write_down(self, held: Claim, taken: list[str], fresh: dict[str, Unreached | None], now: datetime) -> None:
        with self.database.transaction() as session:
            for name, trouble in fresh.items():
                if trouble is None:
                    mend(session, name, now)
                    self.states[name] = ChannelState(taken_at=now)
                else:
                    self.states[name] = trip(session, name, trouble, now)
            missing = [self.states[channel.name] for channel in self.channels if channel.name not in taken]
            again_at = min((state.retry_at for state in missing if state.retry_at), default=now)
            reasons = " ".join(f"{name}:{trouble.reason}" for name, trouble in fresh.items() if trouble)
            settle(session, held, taken, [channel.name for channel in self.channels], reasons, again_at, now)
