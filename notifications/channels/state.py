"""How each second channel is: while one does not answer it rests, and everybody who can mend it sees since when."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from notifications.channels.calling import Unreached
from notifications.models import ServiceState
from notifications.service_state import recall, remember

FIRST_REST = timedelta(seconds=5)
LONGEST_REST = timedelta(seconds=60)  # what waits is seen within a minute of the channel's return


@dataclass(frozen=True)
class ChannelState:
    """`reason` is a code; an empty one means that the channel took the last alarm. `taken_at` is when that was."""

    reason: str = ""
    since: datetime | None = None
    failures: int = 0
    code: int | None = None
    retry_at: datetime | None = None
    taken_at: datetime | None = None

    def resting(self, now: datetime) -> bool:
        """A clock that was set back must not let a channel rest for a day."""
        return self.retry_at is not None and now < self.retry_at <= now + LONGEST_REST


def channel_state(session: Session, name: str) -> ChannelState:
    return read_state(recall(session, row_of(name)))


def read_state(row: ServiceState | None) -> ChannelState:
    if row is None:
        return ChannelState()
    since, retry_at, taken_at = (_moment(row.value.get(key)) for key in ("since", "retry_at", "taken_at"))
    return ChannelState(row.value["reason"], since, row.value["failures"], row.value["code"], retry_at, taken_at)


def trip(session: Session, name: str, trouble: Unreached, now: datetime) -> ChannelState:
    """Note a failure and let the channel rest, longer each time: 5 s, 10 s ... at most a minute."""
    before = channel_state(session, name)
    failures = before.failures + 1
    retry_at = now + min(FIRST_REST * (1 << min(failures - 1, 8)), LONGEST_REST)
    state = ChannelState(trouble.reason, before.since or now, failures, trouble.code, retry_at, before.taken_at)
    _keep(session, name, state, now)
    return state


def mend(session: Session, name: str, now: datetime) -> None:
    """The channel took an alarm."""
    _keep(session, name, ChannelState(taken_at=now), now)


def _keep(session: Session, name: str, state: ChannelState, now: datetime) -> None:
    value = {"reason": state.reason, "since": _text(state.since), "failures": state.failures, "code": state.code,
             "retry_at": _text(state.retry_at), "taken_at": _text(state.taken_at)}  # fmt: skip
    remember(session, row_of(name), value, now)


def row_of(name: str) -> str:
    return f"channel:{name}"


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
