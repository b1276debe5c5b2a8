"""The notice as a file for another program and for a spreadsheet, with its head and a mark at what is new."""

from sqlalchemy.orm import Session

from core.organisation import organisation
from incidents.models import Incident
from incidents.notice_head import head_of
from incidents.notifying.whom import addressee_of
from notifications.edpb.exchange import as_csv, as_json
from notifications.filings import answers_of, told_by
from notifications.notice_models import Notice


def notice_json(session: Session, incident: Incident, notice: Notice) -> str:
    answers = answers_of(session, notice)
    return as_json(
        answers,
        told_by(session, notice),
        reference=incident.reference,
        phase=notice.phase,
        version=notice.version,
        status=notice.state,
        authority=notice.authority,
        draft=head_of(addressee_of(session, incident, notice), notice, answers, notice.language).warning,
        card=notice.card,
    )


def notice_csv(session: Session, incident: Incident, notice: Notice) -> str:
    answers, lang = answers_of(session, notice), notice.language
    head = head_of(addressee_of(session, incident, notice), notice, answers, lang)
    return as_csv(answers, told_by(session, notice), notice.phase, lang, organisation(session).zone,
                  [*head.rows, *([(head.warning, "")] if head.warning else [])], notice.card)  # fmt: skip
