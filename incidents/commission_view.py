"""The commission as one reader may see it. Sealed votes are left out here, so that no template can show them."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.errors import N_
from core.i18n import absolute, iso, translate
from incidents.assessing.admitting import why_not
from incidents.assessing.counting import CLOSED
from incidents.assessing.seats import assessments, panel_of
from incidents.commission import ABSTAIN, POSITION_LABELS, Position, Seat, may_see_others, sitting
from incidents.commission_models import Commission
from incidents.earlier_rounds import EarlierRound, earlier_rounds
from incidents.models import Incident
from incidents.vote_view import ABSTAINS, Answers, VoteView, answers
from incidents.votes_view import VotesView, opened


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
    answer, `votes` those that count for the quorum; `refusal` says why somebody with a seat cannot answer now."""

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
    may_correct: bool = False
    refusal: str = ""
    own: VoteView | None = None
    result: VotesView | None = None
    earlier: list[EarlierRound] = field(default_factory=list)


def waits(actor: Actor, commission: Commission, seated: Collection[str], answered: Collection[str]) -> bool:
    """Whoever has a seat and still owes an answer is shown nobody else's, of this round or an earlier one."""
    return actor.id in seated and not may_see_others(actor.id in answered, commission.state == CLOSED)


def sealed_for(actor: Actor, commission: Commission, seated: Collection[str], answered: Collection[str]) -> bool:
    """Nobody sees votes before the quorum; whoever has a seat, not before the own answer or the end of the round."""
    return not commission.outcome or waits(actor, commission, seated, answered)


def is_sealed(session: Session, actor: Actor, incident: Incident, commission: Commission) -> bool:
    """The same question for pages that show only what came out."""
    seated = [seat.member for seat in panel_of(session, incident, commission) if seat.can_sit]
    return sealed_for(actor, commission, seated, [row.user_id for row in assessments(session, commission)])


def commission_view(
    session: Session, actor: Actor, incident: Incident, commission: Commission, now: datetime, lang: str
) -> CommissionView:
    """Gather what this reader may see and nothing else."""
    panel = panel_of(session, incident, commission)
    given = answers(session, actor, incident, commission, [seat.member for seat in panel], lang)
    rows, in_play = given.standing, [seat.member for seat in sitting(panel)]
    votes = {member for member in in_play if member in rows and rows[member].vote != ABSTAIN}
    hidden = waits(actor, commission, [seat.member for seat in panel if seat.can_sit], rows)
    own, sits = rows.get(actor.id), actor.may(Operation.ASSESS) and actor.id in in_play
    why = why_not(session, actor, incident, commission, now, again=own is not None) if sits else ""
    return CommissionView(
        seats=[_seat(seat, given, seat.member in in_play, hidden) for seat in panel],
        given=sum(member in rows for member in in_play),
        votes=len(votes),
        sitting=len(in_play),
        needed=commission.quorum,
        due_text=absolute(commission.due_at, lang, given.zone),
        due_iso=iso(commission.due_at, given.zone),
        late=now > commission.due_at,
        quorate=bool(commission.outcome),
        closed=commission.state == CLOSED,
        may_assess=sits and own is None and not why,
        may_correct=sits and own is not None and not why,
        refusal=translate(lang, why) if own is None else "",
        own=given.view(actor.id) if own else None,
        result=opened(commission, given, in_play) if commission.outcome and not hidden else None,
        earlier=[] if hidden else earlier_rounds(session, actor, incident, commission, lang),
    )


def _seat(seat: Seat, given: Answers, plays: bool, hidden: bool) -> SeatView:
    """Who still owes an answer learns that others have answered, not that they abstain."""
    row = given.standing.get(seat.member)
    status, level, shape = _status(seat, row is not None, plays)
    if plays and row is not None and row.vote == ABSTAIN and not hidden:
        status, level, shape = ABSTAINS, "none", "check"
    word = translate(given.lang, POSITION_LABELS[seat.position])
    return SeatView(given.called.get(seat.member, ""), word, translate(given.lang, status), level, shape)


def _status(seat: Seat, answered: bool, plays: bool) -> tuple[str, str, str]:
    if seat.recused:
        return N_("Stepped aside"), "none", "cross"
    if seat.away:
        return N_("Away"), "none", "cross"
    if plays:
        return (N_("Has answered"), "ok", "check") if answered else (N_("Has not answered yet"), "calm", "ring")
    waits = N_("In reserve") if seat.position is Position.SUBSTITUTE else N_("Not needed")
    return waits, "none", "ring"
