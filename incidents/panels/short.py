"""The short procedure: clause 8.1 asks for a commission in each case, but not for the same number of people in each."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from core.errors import N_
from core.i18n import translate
from incidents.commission import Position, Seat
from incidents.people_count import PeopleCount
from risk.severity import Band

IS_SMALL = N_("Not more than {limit} people are affected, and the severity is low.")
IS_SMALL_SO_FAR = N_("Not more than {limit} people are affected, and the severity is not stated yet.")
TOO_MANY = N_("The short procedure takes up to {limit} people, and more may be affected here.")
UNKNOWN = N_("The short procedure takes up to {limit} people. How many are affected here is not classified yet.")
TOO_GRAVE = N_("The short procedure is for a low severity only. Here it is stated otherwise.")


@dataclass(frozen=True, slots=True)
class Smallness:
    """Whether a case may take the short procedure, and why or why not; no reason: the panel does not use it."""

    allowed: bool = False
    reason: str = ""
    params: dict[str, int] = field(default_factory=dict)

    def sentence(self, lang: str) -> str:
        return translate(lang, self.reason, **self.params) if self.reason else ""


def smallness(limit: int | None, people: PeopleCount, band: Band | None) -> Smallness:
    """The rule: the number is known and small, the severity low or not stated. Anything doubtful is not small."""
    if limit is None:
        return Smallness()
    if band not in {None, Band.LOW}:
        return Smallness(reason=TOO_GRAVE)
    if not people.known:
        return Smallness(reason=UNKNOWN, params={"limit": limit})
    if people.more_than(limit) is not False:
        return Smallness(reason=TOO_MANY, params={"limit": limit})
    return Smallness(True, IS_SMALL_SO_FAR if band is None else IS_SMALL, {"limit": limit})


def shortened(seats: Sequence[Seat], members: int) -> tuple[Seat, ...]:
    """The chair and the first members; the others of the panel step in before its substitutes."""
    ordinary = [seat for seat in seats if seat.position is not Position.SUBSTITUTE]
    waiting = [Seat(seat.member, Position.SUBSTITUTE) for seat in ordinary[members:]]
    return (*ordinary[:members], *waiting, *(seat for seat in seats if seat.position is Position.SUBSTITUTE))
