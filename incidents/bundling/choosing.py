"""Like cases that may go in one notice: the same cause or much else in common, in a short time, none told yet."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from core.access import Actor, Operation
from incidents.bundling.together import lead_of, members, seen_alike
from incidents.likeness import LEAST, Likeness, likeness
from incidents.models import Incident
from incidents.queries import visible
from incidents.similar import traits_of
from incidents.states import ENDED, AuthorityTrack, State

DAYS = (7, 14, 30)
USUAL_DAYS = 14
NEWEST = 500  # so many of the time around are compared in full
MOST = 50
IN_CHARGE = frozenset(State) - ENDED - {State.REPORTED}


@dataclass(frozen=True, slots=True)
class Like:
    """A case that may be told together with another, and in what it is like it."""

    case: Incident
    likeness: Likeness


def like_cases(session: Session, actor: Actor, lead: Incident, days: int) -> list[Like]:
    """Reported within so many days of this one, the most alike first; only what this person may tell of."""
    around = timedelta(days=days)
    near = visible(actor, Operation.FILE_NOTICE).where(
        Incident.id != lead.id,
        Incident.drill.is_(lead.drill),
        Incident.state.in_(sorted(IN_CHARGE)),
        Incident.authority_track == AuthorityTrack.NONE_YET,
        Incident.reported_at.between(lead.reported_at - around, lead.reported_at + around),
    )
    mine = traits_of(session, lead)
    rows = session.scalars(near.order_by(Incident.reported_at.desc(), Incident.id).limit(NEWEST))
    found = [Like(case, likeness(mine, traits_of(session, case))) for case in rows]
    alike = sorted((one for one in found if one.likeness.points >= LEAST), key=_order)
    return [one for one in alike[:MOST] if may_go_with(session, lead, one.case)]


def may_go_with(session: Session, lead: Incident, case: Incident) -> bool:
    """Not in another joint notice, not leading one, and seen by the same people."""
    return is_free(session, lead, case) and seen_alike(session, [lead, case])


def is_free(session: Session, lead: Incident, case: Incident) -> bool:
    """Open, in somebody's charge, without a notice of its own, and in nobody else's."""
    if case.state not in IN_CHARGE or AuthorityTrack(case.authority_track) is not AuthorityTrack.NONE_YET:
        return False
    elsewhere = lead_of(session, case)
    return (elsewhere is None or elsewhere.id == lead.id) and not members(session, case)


def _order(one: Like) -> tuple[int, float, str]:
    return -one.likeness.points, -one.case.reported_at.timestamp(), one.case.id
