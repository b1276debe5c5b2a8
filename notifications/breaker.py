"""While the relay is down nobody knocks at it for every mail: one row says since when, why, and when to try again."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from notifications.handover import Outage
from notifications.pacing import LONGEST_REST, rest
from notifications.service_state import recall, remember

NAME = "relay"


@dataclass(frozen=True)
class RelayState:
    """How the relay is. `reason` is a code; an empty one means that it answered the last time."""

    reason: str = ""
    since: datetime | None = None
    failures: int = 0
    code: int | None = None
    retry_at: datetime | None = None

    def resting(self, now: datetime) -> bool:
        """Not past the longest rest: a clock that ran ahead may have named a time that is far away."""
        return self.retry_at is not None and now < self.retry_at <= now + LONGEST_REST


def relay_state(session: Session) -> RelayState:
    row = recall(session, NAME)
    if row is None or not row.value.get("reason"):
        return RelayState()
    moment = {key: datetime.fromisoformat(row.value[key]) for key in ("since", "retry_at")}
    return RelayState(
        row.value["reason"], moment["since"], row.value["failures"], row.value["code"], moment["retry_at"]
    )


def trip(session: Session, outage: Outage, now: datetime) -> RelayState:
    """Note a failure and let the relay rest, longer each time."""
    before = relay_state(session)
    failures, since = before.failures + 1, before.since or now
    state = RelayState(outage.reason, since, failures, outage.code, now + rest(failures))
    value = {"reason": state.reason, "since": since.isoformat(), "failures": failures, "code": state.code,
             "retry_at": (now + rest(failures)).isoformat()}  # fmt: skip
    remember(session, NAME, value, now)
    return state


def mend(session: Session, now: datetime) -> None:
    """The relay answers again."""
    if relay_state(session).reason:
        remember(session, NAME, {"reason": ""}, now)
