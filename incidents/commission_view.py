"""The commission as one reader may see it. Sealed votes are left out here, so that no template can show them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.errors import N_
from core.i18n import absolute, iso, translate
from core.organisation import organisation
from identity.people import names
from incidents.assessing.counting import CLOSED
from incidents.assessing.seats import assessments, panel_of
from incidents.commission import ABSTAIN, POSITION_LABELS, Position, Seat, Vote, counted, may_see_others, sitting
from incidents.commission_models import Assessment, Commission
from incidents.models import Incident
from incidents.vote_view import VotesView, VoteView, opened, vote_view


@dataclass(frozen=True, slots=True)
class SeatView:
    """Who is called and whether they have answered; never what."""

    name: str
    seat: str
    status: str
    level: str
    shape: str


@dataclass(frozen=True, slots=True)
class CommissionView:
    """`result` is none while the votes are sealed for this reader; `own` is always one's own. `given` counts every
    answer, `votes` those that count for the quorum."""

    seats: list[SeatView]
    given: int
    votes: int
    sitting: int
    needed: int
    due_text: str
    due_iso: str
    late: bool
    quorate: bool
    closed: bool
    may_assess: bool
    own: VoteView | None = None
    own_at: str = ""
    result: VotesView | None = None


def sealed_for(actor: Actor, commission: Commission, seated: Collection[str], answered: Collection[str]) -> bool:
    """Nobody sees votes before the quorum; whoever has a seat, not before the own answer or the end of the round."""
    if not commission.outcome:
        return True
    return actor.id in seated and not may_see_others(actor.id in answered, commission.state == CLOSED)


def is_sealed(session: Session, actor: Actor, incident: Incident, commission: Commission) -> bool:
    """The same question for pages that show only what came out."""
    seated = [seat.member for seat in panel_of(session, incident, commission) if seat.can_sit]
    return sealed_for(actor, commission, seated, [row.user_id for row in assessments(session, commission)])


def commission_view(
    session: Session, actor: Actor, incident: Incident, commission: Commission, now: datetime, lang: str
) -> CommissionView:
    """Gather what this reader may see and nothing else."""
    zone = organisation(session).zone
    panel = panel_of(session, incident, commission)
    rows = {row.user_id: row for row in assessments(session, commission)}
    called = names(session, [seat.member for seat in panel])
    in_play = {seat.member for seat in sitting(panel)}
    votes = counted(panel, {member: Vote(row.vote) for member, row in rows.items() if row.vote != ABSTAIN})
    seated = [seat.member for seat in panel if seat.can_sit]
    shown = {} if sealed_for(actor, commission, seated, rows) else {m: rows[m] for m in votes}
    own = rows.get(actor.id)
    closed = commission.state == CLOSED
    return CommissionView(
        seats=[_seat(seat, rows, in_play, called, lang) for seat in panel],
        given=len(in_play & rows.keys()),
        votes=len(votes),
        sitting=len(in_play),
        needed=commission.quorum,
        due_text=absolute(commission.due_at, lang, zone),
        due_iso=iso(commission.due_at, zone),
        late=now > commission.due_at,
        quorate=bool(commission.outcome),
        closed=closed,
        may_assess=actor.may(Operation.ASSESS) and actor.id in in_play and own is None and not closed,
        own=vote_view(session, incident, own, called, actor, lang) if own else None,
        own_at=absolute(own.submitted_at, lang, zone) if own else "",
        result=opened(session, actor, incident, commission, shown, called, lang) if shown else None,
    )


def _seat(
    seat: Seat, rows: dict[str, Assessment], in_play: Collection[str], called: dict[str, str], lang: str
) -> SeatView:
    status, level, shape = _status(seat, seat.member in rows, seat.member in in_play)
    word = translate(lang, POSITION_LABELS[seat.position])
    return SeatView(called.get(seat.member, ""), word, translate(lang, status), level, shape)


def _status(seat: Seat, answered: bool, plays: bool) -> tuple[str, str, str]:
    if seat.recused:
        return N_("Stepped aside"), "none", "cross"
    if seat.away:
        return N_("Away"), "none", "cross"
    if plays:
        return (N_("Has answered"), "ok", "check") if answered else (N_("Has not answered yet"), "calm", "ring")
    waits = N_("In reserve") if seat.position is Position.SUBSTITUTE else N_("Not needed")
    return waits, "none", "ring"
