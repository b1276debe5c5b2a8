"""The rows of a notice: its sealed answers, its digest, and the filings that prove it was sent."""

import json
from collections.abc import Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.keys import commit_value, seal, unseal
from notifications.notice_fields import Answer, FieldState
from notifications.notice_models import Filing, Notice


def notices(session: Session, incident_id: str) -> list[Notice]:
    """Every phase of a case, the first one first."""
    return list(session.scalars(select(Notice).where(Notice.incident_id == incident_id).order_by(Notice.phase)))


def filings(session: Session, incident_id: str) -> list[Filing]:
    return list(session.scalars(select(Filing).where(Filing.incident_id == incident_id).order_by(Filing.phase)))


def answers_of(session: Session, notice: Notice) -> dict[str, Answer]:
    """What is written under each item."""
    stored = json.loads(unseal(session, notice.incident_id, _place(notice), notice.answers_sealed))
    return {code: _answer(item) for code, item in stored.items()}


def write_answers(session: Session, notice: Notice, answers: Mapping[str, Answer]) -> None:
    notice.answers_sealed = seal(session, notice.incident_id, _place(notice), as_text(answers))


def as_text(answers: Mapping[str, Answer]) -> str:
    """The answers as canonical JSON: what is sealed, and what an approval is bound to."""
    stored = {
        code: {
            "value": answer.value,
            "state": answer.state.value,
            "expected_by": answer.expected_by.isoformat() if answer.expected_by else "",
        }
        for code, answer in answers.items()
    }
    return json.dumps(stored, ensure_ascii=False, sort_keys=True)


def digest(session: Session, notice: Notice) -> str:
    """A keyed commitment to the exact answers: an approval and a filing are bound to it."""
    return commit_value(session, notice.incident_id, f"notice:{notice.id}", as_text(answers_of(session, notice)))


def receipt_reference(session: Session, filing: Filing) -> str:
    place = f"filing.authority_reference:{filing.id}"
    return unseal(session, filing.incident_id, place, filing.authority_reference_sealed)


def delay_reasons(session: Session, filing: Filing) -> str:
    place = f"filing.delay_reasons:{filing.id}"
    return unseal(session, filing.incident_id, place, filing.delay_reasons_sealed)


def comment_of(session: Session, notice: Notice) -> str:
    """Why the notice was given back, if it was."""
    return unseal(session, notice.incident_id, f"notice.comment:{notice.id}", notice.comment_sealed)


def _place(notice: Notice) -> str:
    return f"notice.answers:{notice.id}"


def _answer(item: Mapping[str, str]) -> Answer:
    expected = date.fromisoformat(item["expected_by"]) if item["expected_by"] else None
    return Answer(item["value"], FieldState(item["state"]), expected)
