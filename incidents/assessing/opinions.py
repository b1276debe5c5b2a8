"""The DPO's opinion: asked, answered and kept. It advises and is never a needed signature (GDPR Art. 38(6), 39)."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor, Role
from core.audit import record
from core.db import new_id
from core.errors import N_, Conflict
from core.keys import seal
from incidents.alerts import people_for, tell
from incidents.commission_models import Opinion
from incidents.models import Incident

ASKED = "opinion_asked"
DECISION = "decision"


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


def opinions_of(session: Session, incident: Incident) -> list[Opinion]:
    query = select(Opinion).where(Opinion.incident_id == incident.id)
    return list(session.scalars(query.order_by(Opinion.asked_at, Opinion.id)))


def opine(session: Session, actor: Actor, opinion: Opinion, form: OpinionForm, now: datetime) -> None:
    """Answer once; a second answer would rewrite what the decider has read.

    Raises:
        Conflict: answered already.
    """
    session.refresh(opinion, with_for_update=True)
    if opinion.answered_at is not None:
        raise Conflict(N_("This opinion has already been given. It is kept as it was."))
    incident = session.get_one(Incident, opinion.incident_id)
    opinion.answered_by, opinion.answered_at, opinion.view = actor.id, now, form.view
    opinion.text_sealed = seal(session, incident.id, text_place(opinion), form.text)
    record(session, actor, "opinion:given", incident.reference, now, case=incident.id,
           facts={"about": opinion.about, "view": form.view}, changes={"text": (None, form.text)})  # fmt: skip


def text_place(opinion: Opinion) -> str:
    return f"opinion.text:{opinion.id}"
