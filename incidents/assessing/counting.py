"""Counting the sealed answers: at the quorum the outcome stands and is told; after a change of seats, once more."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Actor, Role
from core.audit import record
from identity.models import User
from incidents.alerts import people_for, tell
from incidents.assessing.confirming import compare
from incidents.assessing.seats import abstained, call_substitutes, panel_of, superseded, votes_of
from incidents.commission import (
    Majority,
    Rules,
    Seat,
    Tie,
    Vote,
    counted,
    dissent,
    has_quorum,
    missing_for_quorum,
    outcome,
    presiding,
    sitting,
)
from incidents.commission_models import Commission, CommissionSeat
from incidents.models import Incident

QUORUM_REACHED, QUORUM_LOST = "quorum_reached", "quorum_lost"
CLOSED = "closed"


def after_a_change_of_seats(
    session: Session, actor: Actor, incident: Incident, commission: Commission, now: datetime
) -> None:
    """Somebody went out: call substitutes, count again, and say so when no quorum can be reached any more."""
    call_substitutes(session, incident, commission, now)
    settle(session, actor, incident, commission, now)
    tell_when_lost(session, incident, commission, now)


def tell_when_lost(session: Session, incident: Incident, commission: Commission, now: datetime) -> None:
    """Too few are left who can vote, or too many abstain: those who can call others hear it."""
    panel, without = panel_of(session, incident, commission), abstained(session, commission)
    if missing := missing_for_quorum(panel, commission.quorum, without):
        people = people_for(session, incident, Role.MANAGER, Role.DEPUTY, Role.HEAD)
        once = f"{commission.id}:{sum(seat.member not in without for seat in sitting(panel))}"
        tell(session, incident, QUORUM_LOST, people, once, now, missing=missing, path=f"{incident.path}/commission")


def settle(session: Session, actor: Actor, incident: Incident, commission: Commission, now: datetime) -> None:
    """Count: at the quorum the outcome stands and is told; when nobody who sits owes an answer, the round closes."""
    panel, without = panel_of(session, incident, commission), abstained(session, commission)
    votes = counted(panel, votes_of(session, commission))
    before = commission.outcome
    commission.outcome = _outcome(commission, panel, votes) if has_quorum(panel, votes, commission.quorum) else ""
    if commission.outcome and all(seat.member in without or seat.member in votes for seat in sitting(panel)):
        close(commission, now)
    if commission.outcome != before:
        facts = {"votes": len(votes), "quorum": commission.quorum}
        changes: dict[str, tuple[str | None, str | None]] = {"outcome": (before or None, commission.outcome or None)}
        record(session, actor, "commission:counted", incident.reference, now, case=incident.id, facts=facts,
               changes=changes)  # fmt: skip
    if commission.outcome and commission.outcome != before:
        _tell_result(session, incident, commission, votes, now)
        if compare(session, incident, commission, now):
            close(commission, now)


def _outcome(commission: Commission, panel: Sequence[Seat], votes: Mapping[str, Vote]) -> Vote:
    """By the rules the commission was called with."""
    rules = Rules(Majority(commission.majority), Tie(commission.tie), len(sitting(panel)))
    chair = presiding(panel)
    return outcome(votes.values(), rules, votes.get(chair.member) if chair else None)


def close(commission: Commission, now: datetime) -> None:
    commission.state, commission.closed_at = CLOSED, commission.closed_at or now


def _tell_result(
    session: Session, incident: Incident, commission: Commission, votes: dict[str, Vote], now: datetime
) -> None:
    """E11, to the handlers, the DPO, and the members who have answered; the result itself stays behind the sign-in.
    They hear it again when a further answer or a correction has changed it."""
    watchers = people_for(session, incident, Role.MANAGER, Role.DEPUTY, Role.DPO)
    voters = [user for user in (session.get(User, member) for member in votes) if user is not None]
    people = {
        user.id: user for user in [*watchers, *voters] if user.id in votes or not _waits(session, commission, user)
    }
    once = f"{commission.id}:{'-'.join(sorted(votes))}{'+' * len(superseded(session, commission))}"
    differ = bool(dissent(votes, Vote(commission.outcome)))
    tell(session, incident, QUORUM_REACHED, people.values(), once, now, differ=differ, votes=len(votes),
         path=f"{incident.path}/commission")  # fmt: skip


def _waits(session: Session, commission: Commission, user: User) -> bool:
    seat = session.get(CommissionSeat, (commission.id, user.id))
    return seat is not None and seat.recused_at is None
