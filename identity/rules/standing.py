"""Who owes a signature, since when, and when they are reminded (clause 12.2). Pure: `now` is an argument."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.errors import N_

AGAIN_AFTER = timedelta(days=365)
STEPS = (0, 7, 14, 30)  # days after the duty began; then the list speaks, not one more mail


class Standing(StrEnum):
    """`changed`: signed, but an earlier version. `again`: signed this one, more than a year ago."""

    SIGNED = "signed"
    NEVER = "never"
    CHANGED = "changed"
    AGAIN = "again"
    REFUSED = "refused"


OWING = frozenset({Standing.NEVER, Standing.CHANGED, Standing.AGAIN})
STANDING_LABELS = {
    Standing.SIGNED: N_("Signed"),
    Standing.NEVER: N_("Not signed yet"),
    Standing.CHANGED: N_("Signed an earlier version"),
    Standing.AGAIN: N_("Due to sign again"),
    Standing.REFUSED: N_("Has refused"),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """The latest thing somebody answered."""

    version: int
    at: datetime
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Stand:
    """How a person stands, and since when."""

    standing: Standing
    since: datetime

    @property
    def owes(self) -> bool:
        return self.standing in OWING


def stand(version: int, published_at: datetime, joined_at: datetime, answer: Answer | None, now: datetime) -> Stand:
    """How somebody stands to the version in force. Who joined later owes from then on."""
    began = max(published_at, joined_at)
    if answer is None:
        return Stand(Standing.NEVER, began)
    if answer.version != version:
        return Stand(Standing.CHANGED, began)
    if answer.refused:
        return Stand(Standing.REFUSED, answer.at)
    if now >= answer.at + AGAIN_AFTER:
        return Stand(Standing.AGAIN, answer.at + AGAIN_AFTER)
    return Stand(Standing.SIGNED, answer.at)


def steps_due(since: datetime, now: datetime) -> list[int]:
    """Every step whose day has come, oldest first."""
    return [days for days in STEPS if now >= since + timedelta(days=days)]


def names_match(typed: str, known: str) -> bool:
    """A signature is the name as in the profile; capitals and spaces do not matter."""
    return " ".join(typed.casefold().split()) == " ".join(known.casefold().split()) != ""


def share(standings: Iterable[Standing]) -> tuple[int, int]:
    """How many have signed what is in force, of how many."""
    found = list(standings)
    return sum(one is Standing.SIGNED for one in found), len(found)
