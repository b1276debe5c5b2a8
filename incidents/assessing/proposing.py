"""What is proposed before a commission is called: who sits, who cannot, who comes instead, and by which procedure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from core.errors import N_
from identity.absence import Absences
from incidents.alerts import excluded
from incidents.assessing.seats import commission_of, seat_rows
from incidents.commission import Position, Seat, quorum, sitting
from incidents.commission_models import Commission, Panel
from incidents.models import Incident
from incidents.panels.forms import secretaries
from incidents.panels.short import Smallness, shortened, smallness
from incidents.people_count import PeopleCount
from incidents.standing_panel import FEWEST_MEMBERS, candidates, panel_seats
from incidents.stating import latest
from risk.severity import Band


class Procedure(StrEnum):
    FULL = "full"
    SHORT = "short"


class Out(StrEnum):
    """Why somebody on the panel cannot take part in this case."""

    INVOLVED = "involved"
    ASIDE = "aside"
    AWAY = "away"
    GONE = "gone"


WHY_OUT = {
    Out.INVOLVED: N_("{name} is involved in this case."),
    Out.ASIDE: N_("{name} has stepped aside before."),
    Out.AWAY: N_("{name} is away."),
    Out.GONE: N_("{name} can no longer sit: the role or the account is gone."),
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """`outside` are people who are not on the panel, named because it has nobody left; `whole` is everybody proposed,
    also when the short procedure takes only some of them."""

    seats: tuple[Seat, ...]
    whole: tuple[Seat, ...]
    quorum: int
    secretary: str
    procedure: Procedure
    small: Smallness
    out: dict[str, Out]
    moved_up: tuple[str, ...]
    outside: tuple[str, ...]

    @property
    def judging(self) -> list[str]:
        return [seat.member for seat in self.seats if seat.position is not Position.SUBSTITUTE]


def propose(session: Session, incident: Incident, panel: Panel, wanted: Procedure, now: datetime) -> Proposal:
    """The panel without those who cannot: substitutes move up, somebody presides, and empty places are filled."""
    agreed = panel_seats(session, panel.id)
    small = smallness_of(session, incident, panel)
    short = wanted is Procedure.SHORT and small.allowed
    out = who_is_out(session, incident, agreed, now)
    involved = excluded(session, incident)
    left = [user.id for user in candidates(session, without=involved | set(out))]
    fewest = panel.short_members if short else max(quorum(agreed, panel.quorum), FEWEST_MEMBERS + 1)
    whole, outside = filled(proposed(agreed, out), left, fewest)
    seats = shortened(whole, panel.short_members) if short else whole
    return Proposal(
        seats=seats,
        whole=whole,
        quorum=panel.short_members if short else quorum(seats, panel.quorum),
        secretary=_secretary(session, panel, involved),
        procedure=Procedure.SHORT if short else Procedure.FULL,
        small=small,
        out=out,
        moved_up=_moved_up(agreed, seats),
        outside=outside,
    )


def _secretary(session: Session, panel: Panel, involved: Collection[str]) -> str:
    able = {user.id for user in secretaries(session, without=involved)}
    return panel.secretary_id if panel.secretary_id in able and panel.secretary_id else ""


def _moved_up(agreed: Sequence[Seat], seats: Sequence[Seat]) -> tuple[str, ...]:
    """Substitutes of the panel who judge this case from the start."""
    waiting = {seat.member for seat in agreed if seat.position is Position.SUBSTITUTE}
    judging = [seat.member for seat in seats if seat.position is not Position.SUBSTITUTE]
    return tuple(member for member in judging if member in waiting)


def who_is_out(session: Session, incident: Incident, seats: Sequence[Seat], now: datetime) -> dict[str, Out]:
    """Who of the panel cannot take part, and why; whoever stepped aside in the round before is not asked again."""
    earlier = commission_of(session, incident)
    aside = {row.user_id for row in seat_rows(session, earlier) if row.recused_at} if earlier else set()
    involved, absences = excluded(session, incident), Absences(session, now)
    found: dict[str, Out] = {}
    for seat in seats:
        for why, holds in (
            (Out.INVOLVED, seat.member in involved),
            (Out.ASIDE, seat.member in aside),
            (Out.GONE, seat.away),
            (Out.AWAY, absences.is_away(seat.member)),
        ):
            if holds:
                found.setdefault(seat.member, why)
    return found


def proposed(panel: Sequence[Seat], out: Collection[str]) -> tuple[Seat, ...]:
    """The seats of those who can: substitutes move up in order, and somebody presides."""
    able = [replace(seat, recused=seat.member in out) for seat in panel]
    ordinary = list(sitting(able))
    if not any(seat.position is Position.CHAIR for seat in ordinary) and ordinary:
        ordinary[0] = replace(ordinary[0], position=Position.CHAIR)
    seated = {seat.member for seat in ordinary}
    moved_up = [replace(s, position=Position.MEMBER) if s.position is Position.SUBSTITUTE else s for s in ordinary]
    return (*moved_up, *(seat for seat in able if seat.can_sit and seat.member not in seated))


def filled(seats: Sequence[Seat], others: Sequence[str], needed: int) -> tuple[tuple[Seat, ...], tuple[str, ...]]:
    """Where a panel has too few left, people from outside it, by name; its own seats come first."""
    ordinary = [seat for seat in seats if seat.position is not Position.SUBSTITUTE]
    seated = {seat.member for seat in seats}
    free = [user_id for user_id in others if user_id not in seated][: max(0, needed - len(ordinary))]
    added = [Seat(user_id, Position.MEMBER) for user_id in free]
    if added and not ordinary:
        added[0] = Seat(added[0].member, Position.CHAIR)
    waiting = [seat for seat in seats if seat.position is Position.SUBSTITUTE]
    return (*ordinary, *added, *waiting), tuple(free)


def smallness_of(session: Session, incident: Incident, panel: Panel) -> Smallness:
    """By the number as it was classified, never as the reporter guessed it."""
    stated = latest(session, incident)
    people = PeopleCount(incident.people_min, incident.people_max)
    return smallness(panel.short_people, people, Band(stated.band) if stated else None)


def outgrown(session: Session, incident: Incident, commission: Commission | None) -> bool:
    """Whether an open commission of the short procedure judges a case that has turned out not to be small."""
    if commission is None or commission.procedure != Procedure.SHORT or commission.closed_at is not None:
        return False
    return not smallness_of(session, incident, session.get_one(Panel, commission.panel_id)).allowed
