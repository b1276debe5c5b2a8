"""Assessing under seal: one answer a member, hidden from the others until the quorum and until they have answered."""

import json
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from core.access import Actor, Role
from core.audit import record
from core.audit.entries import Fact
from core.errors import N_, Conflict, NotFound
from core.keys import commit_value, seal
from identity.models import User
from incidents.alerts import people_for, tell
from incidents.assessing.confirming import compare
from incidents.assessing.seats import call_substitutes, lock, panel_of, seat_rows, votes_of
from incidents.assessing.words import Consequence
from incidents.commission import Vote, counted, dissent, has_quorum, missing_for_quorum, outcome, sitting
from incidents.commission_models import Assessment, Commission, CommissionSeat
from incidents.models import Incident

QUORUM_REACHED, QUORUM_LOST = "quorum_reached", "quorum_lost"
OPEN, CLOSED = "open", "closed"
ALREADY = N_("You have already given your assessment. It is kept as it was.")
TOO_LATE = N_("The commission is closed. Your assessment can no longer be counted.")


class AssessForm(BaseModel):
    """The three headings of clause 8.1, a vote, and why."""

    protection_level: int = Field(ge=1, le=4)
    protection_note: str = Field(default="", max_length=1000)
    impact_level: int = Field(ge=1, le=4)
    impact_note: str = Field(default="", max_length=1000)
    people_vulnerable: Literal["yes", "no", "unknown"] = "unknown"
    consequences: list[Consequence] = Field(default_factory=list)
    likelihood: int = Field(ge=1, le=4)
    risk_vote: Vote
    rationale: str = Field(min_length=20, max_length=1500)


class RecuseForm(BaseModel):
    reason: str = Field(min_length=3, max_length=500)


def assess(
    session: Session, actor: Actor, incident: Incident, commission: Commission, form: AssessForm, now: datetime
) -> Assessment:
    """Give one's own view, independent of the others'. After the time it counts too, marked late.

    Raises:
        NotFound: no seat in this commission.
        Conflict: answered already, or the commission is closed.
    """
    incident = lock(session, incident)
    session.refresh(commission)
    _own_seat(session, incident, commission, actor)
    if session.get(Assessment, (commission.id, actor.id)) is not None:
        raise Conflict(ALREADY)
    if commission.state == CLOSED:
        raise Conflict(TOO_LATE)
    row = _row(session, actor, incident, commission, form, now)
    session.add(row)
    session.flush()
    # The entry proves the answer without showing it: whoever reads the log before the quorum learns nothing.
    proof = commit_value(session, incident.id, f"assessment:{commission.id}:{actor.id}", form.model_dump_json())
    facts: dict[str, Fact] = {"late": row.late, "commitment": proof}
    record(session, actor, "commission:assessed", incident.reference, now, case=incident.id, facts=facts)
    settle(session, actor, incident, commission, now)
    return row


def _row(
    session: Session, actor: Actor, incident: Incident, commission: Commission, form: AssessForm, now: datetime
) -> Assessment:
    notes = form.model_dump(include={"protection_note", "impact_note", "rationale"})
    place = notes_place(commission.id, actor.id)
    return Assessment(
        commission_id=commission.id, user_id=actor.id, protection_level=form.protection_level,
        impact_level=form.impact_level, likelihood=form.likelihood, consequences=[*form.consequences],
        people_vulnerable=form.people_vulnerable, vote=form.risk_vote, late=now > commission.due_at, submitted_at=now,
        notes_sealed=seal(session, incident.id, place, json.dumps(notes, ensure_ascii=False)),
    )  # fmt: skip


def notes_place(commission_id: str, user_id: str) -> str:
    return f"assessment.notes:{commission_id}:{user_id}"


def recuse(
    session: Session, actor: Actor, incident: Incident, commission: Commission, form: RecuseForm, now: datetime
) -> None:
    """Step aside for a conflict of interest: an answer already given no longer counts, a substitute steps in.

    Raises:
        NotFound: no seat in this commission.
        Conflict: the commission is closed.
    """
    incident = lock(session, incident)
    session.refresh(commission)
    seat = _own_seat(session, incident, commission, actor)
    if commission.state == CLOSED:
        raise Conflict(N_("The commission is closed. Tell the manager about the conflict of interest."))
    seat.recused_at = now
    place = f"commission_seat.recusal:{commission.id}:{actor.id}"
    seat.recusal_sealed = seal(session, incident.id, place, form.reason)
    session.flush()
    record(session, actor, "commission:recused", incident.reference, now, case=incident.id,
           changes={"reason": (None, form.reason)})  # fmt: skip
    after_a_change_of_seats(session, actor, incident, commission, now)


def after_a_change_of_seats(
    session: Session, actor: Actor, incident: Incident, commission: Commission, now: datetime
) -> None:
    """Somebody went out: call substitutes, count again, and say so when no quorum can be reached any more."""
    call_substitutes(session, incident, commission, now)
    settle(session, actor, incident, commission, now)
    panel = panel_of(session, incident, commission)
    if missing := missing_for_quorum(panel, commission.quorum):
        people = people_for(session, incident, Role.MANAGER, Role.DEPUTY, Role.HEAD)
        once = f"{commission.id}:{len(sitting(panel))}"
        tell(session, incident, QUORUM_LOST, people, once, now, missing=missing, path=f"{incident.path}/commission")


def settle(session: Session, actor: Actor, incident: Incident, commission: Commission, now: datetime) -> None:
    """Count: at the quorum the outcome stands and is told; when everybody who sits has answered, the round closes."""
    panel = panel_of(session, incident, commission)
    votes = counted(panel, votes_of(session, commission))
    before = commission.outcome
    commission.outcome = outcome(votes.values()) if has_quorum(panel, votes, commission.quorum) else ""
    if len(votes) == len(sitting(panel)) and commission.outcome:
        close(commission, now)
    if commission.outcome != before:
        facts = {"votes": len(votes), "quorum": commission.quorum}
        changes: dict[str, tuple[str | None, str | None]] = {"outcome": (before or None, commission.outcome or None)}
        record(session, actor, "commission:counted", incident.reference, now, case=incident.id, facts=facts,
               changes=changes)  # fmt: skip
    if commission.outcome and not before:
        _tell_result(session, incident, commission, votes, now)
        if compare(session, incident, commission, now):
            close(commission, now)


def close(commission: Commission, now: datetime) -> None:
    commission.state, commission.closed_at = CLOSED, commission.closed_at or now


def _tell_result(
    session: Session, incident: Incident, commission: Commission, votes: dict[str, Vote], now: datetime
) -> None:
    """E11, to the handlers, the DPO, and the members who have answered; the result itself stays behind the sign-in."""
    watchers = people_for(session, incident, Role.MANAGER, Role.DEPUTY, Role.DPO)
    voters = [user for user in (session.get(User, member) for member in votes) if user is not None]
    people = {
        user.id: user for user in [*watchers, *voters] if user.id in votes or not _waits(session, commission, user)
    }
    once = f"{commission.id}:{'-'.join(sorted(votes))}"
    differ = bool(dissent(votes, Vote(commission.outcome)))
    tell(session, incident, QUORUM_REACHED, people.values(), once, now, differ=differ, votes=len(votes),
         path=f"{incident.path}/commission")  # fmt: skip


def _waits(session: Session, commission: Commission, user: User) -> bool:
    seat = session.get(CommissionSeat, (commission.id, user.id))
    return seat is not None and seat.recused_at is None


def _own_seat(session: Session, incident: Incident, commission: Commission, actor: Actor) -> CommissionSeat:
    seated = {seat.member for seat in sitting(panel_of(session, incident, commission))}
    row = next((row for row in seat_rows(session, commission) if row.user_id == actor.id), None)
    if row is None or actor.id not in seated:
        raise NotFound()
    return row
