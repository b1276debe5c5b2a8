"""Who did what in a case, as lanes: the moments stand in their order and not by the clock, so that the first hour and
the last month can both be read. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.errors import N_

MOST = 24


class Lane(StrEnum):
    REPORTER = "reporter"
    MANAGER = "manager"
    COMMISSION = "commission"
    DPO = "dpo"
    AUTHORITY = "authority"
    PEOPLE = "people"
    SYSTEM = "system"


LANE_NAMES = {
    Lane.REPORTER: N_("Reporter"),
    Lane.MANAGER: N_("Handlers"),
    Lane.COMMISSION: N_("Commission"),
    Lane.DPO: N_("Data protection officer"),
    Lane.AUTHORITY: N_("Authority"),
    Lane.PEOPLE: N_("People affected"),
    Lane.SYSTEM: N_("Vaka"),
}
OF_ACTION = {
    "incident:reported": Lane.REPORTER,
    "supplier:opened": Lane.REPORTER,
    "supplier:told": Lane.REPORTER,
    "opinion:given": Lane.DPO,
    "notice:filed": Lane.AUTHORITY,
    "notice:mailed": Lane.AUTHORITY,
    "notice:withdrawn": Lane.AUTHORITY,
    "clock:ordered": Lane.AUTHORITY,
    "mailing:sending": Lane.PEOPLE,
    "mailing:sent": Lane.PEOPLE,
    "mailing:done": Lane.PEOPLE,
    "decision:confirmed": Lane.COMMISSION,
    "decision:contradicted": Lane.COMMISSION,
    "minutes:written": Lane.COMMISSION,
}


@dataclass(frozen=True, slots=True)
class Happening:
    """An entry of the log; `what` is its sentence in the story."""

    at: datetime
    action: str
    lane: Lane
    what: str


@dataclass(frozen=True, slots=True)
class Mark:
    """`number` joins the mark to its row of the table; `new_day`: the first of a day."""

    number: int
    happening: Happening
    new_day: bool


def lane_of(action: str, *, by_system: bool, by_reporter: bool = False) -> Lane:
    """The lane of whom it concerns; what nobody else does is the handlers', or the service's."""
    if action in OF_ACTION:
        return OF_ACTION[action]
    if by_reporter:
        return Lane.REPORTER
    if by_system:
        return Lane.SYSTEM
    return Lane.COMMISSION if action.startswith("commission:") and action != "commission:convened" else Lane.MANAGER


def marks(found: Iterable[Happening], days: Sequence[str]) -> tuple[Mark, ...]:
    """Numbered in their order; `days` are the days of the happenings, as they are called."""
    listed = list(found)
    return tuple(Mark(place + 1, one, place == 0 or days[place] != days[place - 1]) for place, one in enumerate(listed))


def shortened(found: Sequence[Happening], most: int = MOST) -> list[Happening]:
    """The beginning and the end stay whole; from the middle, what the service did goes first, then the oldest."""
    kept = sorted(found, key=lambda one: one.at)
    for drop_only_system in (True, False):
        while len(kept) > most:
            inner = [
                place for place in range(1, len(kept) - 1)
                if not drop_only_system or kept[place].lane is Lane.SYSTEM
            ]  # fmt: skip
            if not inner:
                break
            del kept[inner[len(inner) // 2]]
    return kept
