"""Assessing under seal: one answer a member, hidden from the others until the quorum and until they have answered."""

import json
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from core.audit.entries import Fact
from core.errors import N_, Conflict
from core.keys import commit_value, seal
from incidents.assessing.admitting import admit
from incidents.assessing.counting import settle, tell_when_lost
from incidents.assessing.seats import assessments, lock
from incidents.assessing.words import Consequence
from incidents.commission import ABSTAIN, Vote
from incidents.commission_models import Assessment, Commission
from incidents.models import Incident

ALREADY = N_("You have already given your assessment. It is kept as it was.")


class AssessForm(BaseModel):
    """No conflict of interest, the three headings of clause 8.1, a vote, and why. A second one says why it corrects the
    first; whoever has a conflict of interest fills in incidents/assessing/recusing.py instead."""

    conflict: Literal["no"]
    protection_level: int = Field(ge=1, le=4)
    protection_note: str = Field(default="", max_length=1000)
    impact_level: int = Field(ge=1, le=4)
    impact_note: str = Field(default="", max_length=1000)
    people_vulnerable: Literal["yes", "no", "unknown"]
    consequences: list[Consequence] = Field(default_factory=list)
    likelihood: int = Field(ge=1, le=4)
    risk_vote: Vote
    rationale: str = Field(min_length=20, max_length=1500)
    correction: str = Field(default="", max_length=1000)

    def columns(self) -> dict[str, Any]:
        names = {"protection_level", "impact_level", "likelihood", "people_vulnerable", "consequences"}
        return {**self.model_dump(include=names), "vote": self.risk_vote}

    def notes(self) -> dict[str, str]:
        return self.model_dump(include={"protection_note", "impact_note", "rationale"})


class AbstainForm(BaseModel):
    """Being there without a vote: the reason goes into the minutes."""

    conflict: Literal["no"]
    abstention: str = Field(min_length=10, max_length=1000)

    def columns(self) -> dict[str, Any]:
        return {"vote": ABSTAIN, "consequences": []}

    def notes(self) -> dict[str, str]:
        return {"rationale": self.abstention}


def assess(
    session: Session, actor: Actor, incident: Incident, commission: Commission, form: AssessForm, now: datetime
) -> Assessment:
    """Give one's own view, independent of the others'. After the time it counts too, marked late. A second one with a
    reason corrects the first, which stays on record, struck through.

    Raises:
        NotFound: no seat in this commission, or the case is not for this actor.
        Conflict: answered already, or this person cannot answer now (incidents/assessing/admitting.py).
    """
    return _give(session, actor, incident, commission, form, form.correction, now)


def abstain(
    session: Session, actor: Actor, incident: Incident, commission: Commission, form: AbstainForm, now: datetime
) -> Assessment:
    """Answer without a vote. Nobody waits for this member any more, but the quorum must be reached without them.

    Raises:
        NotFound, Conflict: as above.
    """
    row = _give(session, actor, incident, commission, form, "", now)
    tell_when_lost(session, incident, commission, now)
    return row


def _give(
    session: Session, actor: Actor, incident: Incident, commission: Commission, form: AssessForm | AbstainForm,
    correction: str, now: datetime,
) -> Assessment:  # fmt: skip
    incident = lock(session, incident)
    session.refresh(commission)
    own = {row.user_id: row for row in assessments(session, commission)}.get(actor.id)
    seat = admit(session, actor, incident, commission, now, again=own is not None)
    if own is not None and len(correction) < 3:
        raise Conflict(ALREADY)
    seat.no_conflict_at = seat.no_conflict_at or now
    row = _row(session, actor, incident, commission, form, own, now)
    if own is not None:
        own.superseded_at = now
        row.correction_sealed = seal(session, incident.id, correction_place(row), correction)
    session.add(row)
    session.flush()
    # The entry proves the answer without showing it: whoever reads the log before the quorum learns nothing.
    proof = commit_value(session, incident.id, f"assessment:{commission.id}:{actor.id}", form.model_dump_json())
    facts: dict[str, Fact] = {"late": row.late, "commitment": proof}
    action = "commission:assessed" if own is None else "commission:corrected"
    record(session, actor, action, incident.reference, now, case=incident.id, facts=facts)
    settle(session, actor, incident, commission, now)
    return row


def _row(
    session: Session, actor: Actor, incident: Incident, commission: Commission, form: AssessForm | AbstainForm,
    own: Assessment | None, now: datetime,
) -> Assessment:  # fmt: skip
    version = own.version + 1 if own else 1
    notes = json.dumps(form.notes(), ensure_ascii=False)
    return Assessment(
        commission_id=commission.id, user_id=actor.id, version=version, late=now > commission.due_at, submitted_at=now,
        notes_sealed=seal(session, incident.id, notes_place(commission.id, actor.id, version), notes), **form.columns(),
    )  # fmt: skip


def notes_place(commission_id: str, user_id: str, version: int) -> str:
    """Where the words of an answer are sealed; first answers stand where they stood before there were corrections."""
    place = f"assessment.notes:{commission_id}:{user_id}"
    return place if version == 1 else f"{place}:{version}"


def correction_place(row: Assessment) -> str:
    return f"assessment.correction:{row.commission_id}:{row.user_id}:{row.version}"
