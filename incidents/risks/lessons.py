"""The lesson of a case: what was learnt, and which risk or control changes by it, or why none does (ux.md 3)."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from core.errors import N_, Invalid, NotFound
from core.i18n import translate
from incidents import service
from incidents.case_notes import NoteKind, write_note
from incidents.models import Incident
from incidents.risks.sight import find_risk, visible_risks
from risk.models import Control
from risk.once import insert_once
from risk.queries import control_titles, every_control
from risk.register.links import link_cases
from risk.register.models import ControlCase, Risk
from risk.register.rules import LIVING

MOST = 300  # of a list to choose from


class Changes(StrEnum):
    """What the lesson leads to."""

    RISK = "risk"
    NEW_RISK = "new_risk"
    CONTROL = "control"
    NOTHING = "nothing"


CHANGES = {
    Changes.RISK: N_("A risk in the register"),
    Changes.NEW_RISK: N_("A new risk, which I write next"),
    Changes.CONTROL: N_("A control"),
    Changes.NOTHING: N_("Nothing, and I say why"),
}


class LessonForm(BaseModel):
    lesson: Annotated[str, Field(min_length=3, max_length=4000)]
    changes: Changes
    risk: str = ""
    control: str = ""
    unchanged: Annotated[str, Field(max_length=1000)] = ""


def learn(session: Session, actor: Actor, incident: Incident, form: LessonForm, now: datetime) -> None:
    """Write down the lesson and what it leads to.

    Raises:
        Invalid: what was chosen is not named, at its field.
    """
    match form.changes:
        case Changes.RISK:
            link_cases(session, actor, _risk(session, actor, form.risk), [incident.id], now)
        case Changes.CONTROL:
            _link_control(session, actor, incident, form.control, now)
        case Changes.NOTHING:
            if len(form.unchanged.strip()) < 3:
                raise Invalid({"unchanged": N_("Write why no risk and no control changes.")})
            write_note(session, actor, incident, NoteKind.UNCHANGED, form.unchanged.strip(), now, now)
    service.learn(session, actor, incident, form.lesson.strip(), now)


def _risk(session: Session, actor: Actor, number: str) -> Risk:
    try:
        risk = find_risk(session, actor, number)
    except NotFound:
        raise Invalid({"risk": N_("Choose the risk.")}) from None
    if risk.state not in LIVING:
        raise Invalid({"risk": N_("Choose the risk.")})
    return risk


def _link_control(session: Session, actor: Actor, incident: Incident, code: str, now: datetime) -> None:
    if session.get(Control, code) is None:
        raise Invalid({"control": N_("Choose the control.")})
    if insert_once(session, ControlCase, control_code=code, case_id=incident.id, linked_by=actor.id, linked_at=now):
        record(session, actor, "incident:control_linked", incident.reference, now, case=incident.id,
               facts={"control": code})  # fmt: skip


def offered(session: Session, actor: Actor, lang: str) -> dict[str, Any]:
    """The lists of the form."""
    living = visible_risks(actor).where(Risk.state.in_(sorted(LIVING))).order_by(Risk.score.desc(), Risk.id).limit(MOST)
    without = {Changes.RISK} if session.scalar(living.limit(1)) is None else set()
    return {
        "risks": [(str(risk.id), f"{risk.name} · {risk.title}") for risk in session.scalars(living)],
        "controls": [(control.code, control.card.title.in_(lang)) for control in every_control(session)],
        "changes": [(code.value, translate(lang, word)) for code, word in CHANGES.items() if code not in without],
    }


def controls_of_case(session: Session, actor: Actor, incident: Incident, lang: str) -> list[tuple[str, str]]:
    """Address and title of each control that the case taught something about."""
    query = select(ControlCase.control_code).where(ControlCase.case_id == incident.id)
    codes = session.scalars(query.order_by(ControlCase.control_code)).all()
    titles = control_titles(session, actor, codes, lang)
    return [(f"/controls/{code}", titles[code]) for code in codes]
