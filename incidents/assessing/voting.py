"""Assessing under seal: one answer a member, hidden from the others until the quorum and until they have answered."""

import json
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from core.audit.entries import Fact
from core.errors import N_, Conflict, NotFound
from core.keys import commit_value, seal
from incidents.assessing.counting import CLOSED, after_a_change_of_seats, settle
from incidents.assessing.seats import lock, panel_of, seat_rows
from incidents.assessing.words import Consequence
from incidents.commission import Vote, sitting
from incidents.commission_models import Assessment, Commission, CommissionSeat
from incidents.models import Incident

ALREADY = N_("You have already given your assessment. It is kept as it was.")
TOO_LATE = N_("The commission is closed. Your assessment can no longer be counted.")


class AssessForm(BaseModel):
    """The three headings of clause 8.1, a vote, and why."""

    protection_level: int = Field(ge=1, le=4)
    protection_note: str = Field(default="", max_length=1000)
    impact_level: int = Field(ge=1, le=4)
    impact_note: str = Field(default="", max_length=1000)
    people_vulnerable: Literal["yes", "no", "unknown"]
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
    if session.get(Assessment, (commission.id, actor.id, 1)) is not None:
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
    place = notes_place(commission.id, actor.id, 1)
    return Assessment(
        commission_id=commission.id, user_id=actor.id, protection_level=form.protection_level,
        impact_level=form.impact_level, likelihood=form.likelihood, consequences=[*form.consequences],
        people_vulnerable=form.people_vulnerable, vote=form.risk_vote, late=now > commission.due_at, submitted_at=now,
        notes_sealed=seal(session, incident.id, place, json.dumps(notes, ensure_ascii=False)),
    )  # fmt: skip


def notes_place(commission_id: str, user_id: str, version: int) -> str:
    """Where the words of an answer are sealed; first answers stand where they stood before there were corrections."""
    place = f"assessment.notes:{commission_id}:{user_id}"
    return place if version == 1 else f"{place}:{version}"


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


def _own_seat(session: Session, incident: Incident, commission: Commission, actor: Actor) -> CommissionSeat:
    seated = {seat.member for seat in sitting(panel_of(session, incident, commission))}
    row = next((row for row in seat_rows(session, commission) if row.user_id == actor.id), None)
    if row is None or actor.id not in seated:
        raise NotFound()
    return row
