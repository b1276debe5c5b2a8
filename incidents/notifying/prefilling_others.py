"""The first draft for one of the others: what the case knows under the numbers shared with the authority's form, and
what somebody has already written to the authority. Nothing is asked twice."""

from dataclasses import replace

from sqlalchemy.orm import Session

from core.access import Actor
from incidents.models import Incident
from incidents.notifying.prefilling import prefill
from notifications.edpb.answers import Answer, Knowledge, Source, known
from notifications.edpb.card import template
from notifications.edpb.questions import Template
from notifications.filings import answers_of, notices
from notifications.notice_models import NoticeRecipient
from notifications.others import Kind, card_of, recipients

ELSEWHERE = 205  # whether other countries can be hit
COUNTS = frozenset({68, 73})  # of all people and records of the case: of no single controller among several


def prefill_other(session: Session, actor: Actor, incident: Incident, row: NoticeRecipient) -> dict[int, Answer]:
    form = template(card_of(row.kind))
    told = {
        **prefill(session, actor, incident, row.language),
        ELSEWHERE: known("yes" if len(incident.countries) > 1 else "unknown", source=Source.CASE),
        **_written(session, incident, form, row.language),
    }
    left_out = COUNTS if _one_of_several(session, row) else frozenset()
    return {number: answer for number, answer in told.items() if number in form.questions and number not in left_out}


def _written(session: Session, incident: Incident, form: Template, language: str) -> dict[int, Answer]:
    """What a person wrote to the authority, in the same language. What is each one's own is not taken over."""
    phases = notices(session, incident.id)
    if not phases or phases[-1].language != language:
        return {}
    shared = {number for number, question in form.questions.items() if not question.own}
    return {
        number: replace(answer, source=Source.CASE)
        for number, answer in answers_of(session, phases[-1]).items()
        if number in shared and answer.values and answer.state is Knowledge.KNOWN and answer.source is not Source.CASE
    }


def _one_of_several(session: Session, row: NoticeRecipient) -> bool:
    """Which people and data are whose is for a person to say, once there are several controllers."""
    controllers = [one for one in recipients(session, row.incident_id) if one.kind == Kind.CONTROLLER]
    return row.kind == Kind.CONTROLLER and len(controllers) > 1
