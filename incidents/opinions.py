"""The DPO's opinion: asked, answered and kept. It advises and is never a needed signature (GDPR Art. 38(6), 39).

It is asked about a decision, and about the steps that wait for a second person and that the DPO hears of: a later
awareness and "not an incident". An opinion about a step carries the step's id; a step that is refused or withdrawn
before the answer leaves nothing to answer.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, Field
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from core.access import Actor, Role
from core.audit import record
from core.db import new_id
from core.errors import N_, Conflict
from core.keys import seal
from incidents.alerts import people_for, tell
from incidents.commission_models import Opinion
from incidents.models import Countersign, Incident

ASKED = "opinion_asked"
DECISION, AWARENESS, NOT_AN_INCIDENT = "decision", "aware_at", "dismissal"
ABOUT_STEPS: Mapping[str, str] = {"awareness": AWARENESS, "late_awareness": AWARENESS, "dismissal": NOT_AN_INCIDENT}
GONE = ("refused", "withdrawn")


class View(StrEnum):
    AGREES = "agrees"
    REMARKS = "remarks"
    OBJECTS = "objects"


VIEW_LABELS = {
    View.AGREES: N_("I agree"),
    View.REMARKS: N_("I agree, with remarks"),
    View.OBJECTS: N_("I object"),
}


class OpinionForm(BaseModel):
    view: View
    text: str = Field(min_length=3, max_length=4000)


def ask_dpo(session: Session, incident: Incident, about: str, now: datetime) -> Opinion | None:
    """Ask every DPO who is not involved in the case (E12); a company may have none."""
    people = people_for(session, incident, Role.DPO)
    if not people:
        return None
    opinion = Opinion(id=new_id(), incident_id=incident.id, about=about, asked_at=now)
    session.add(opinion)
    session.flush()
    tell(session, incident, ASKED, people, opinion.id, now, path=f"{incident.path}/decision/opinion")
    return opinion


def ask_about_step(session: Session, incident: Incident, step: Countersign, now: datetime) -> Opinion | None:
    """Open the question without a mail: the DPO is told of the step itself, and of this in the same mail."""
    about = ABOUT_STEPS.get(step.kind)
    if about is None or not people_for(session, incident, Role.DPO):
        return None
    opinion = Opinion(id=step.id, incident_id=incident.id, about=about, asked_at=now)
    session.add(opinion)
    session.flush()
    return opinion


def unanswered() -> ColumnElement[bool]:
    """Opinions that somebody may still give."""
    gone = select(Countersign.id).where(Countersign.id == Opinion.id, Countersign.state.in_(GONE))
    return Opinion.answered_at.is_(None) & ~gone.exists()


def open_opinions(session: Session, ids: Collection[str]) -> list[Opinion]:
    """What the DPO of these cases has been asked and not answered, the oldest question first."""
    query = select(Opinion).where(Opinion.incident_id.in_(ids), unanswered())
    return list(session.scalars(query.order_by(Opinion.asked_at, Opinion.id)))


def opinions_of(session: Session, incident: Incident) -> list[Opinion]:
    query = select(Opinion).where(Opinion.incident_id == incident.id)
    return list(session.scalars(query.order_by(Opinion.asked_at, Opinion.id)))


def opine(session: Session, actor: Actor, opinion: Opinion, form: OpinionForm, now: datetime) -> None:
    """Answer once; a second answer would rewrite what the decider has read.

    Raises:
        Conflict: answered already, or the step it was about is gone.
    """
    session.refresh(opinion, with_for_update=True)
    if opinion.answered_at is not None:
        raise Conflict(N_("This opinion has already been given. It is kept as it was."))
    step = session.get(Countersign, opinion.id)
    if step is not None and step.state in GONE:
        raise Conflict(N_("The proposal has been refused or taken back, so there is nothing to answer."))
    incident = session.get_one(Incident, opinion.incident_id)
    opinion.answered_by, opinion.answered_at, opinion.view = actor.id, now, form.view
    opinion.text_sealed = seal(session, incident.id, text_place(opinion), form.text)
    record(session, actor, "opinion:given", incident.reference, now, case=incident.id,
           facts={"about": opinion.about, "view": form.view}, changes={"text": (None, form.text)})  # fmt: skip


def text_place(opinion: Opinion) -> str:
    return f"opinion.text:{opinion.id}"
