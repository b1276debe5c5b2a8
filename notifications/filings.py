"""The rows of a notice: its sealed answers, its digest, and the filings that prove it was sent."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.keys import commit_value, seal, unseal
from notifications.edpb.answers import Answer, Answers, Knowledge, Source
from notifications.edpb.card import template
from notifications.edpb.phases import Told, told_since
from notifications.notice_models import Filing, Notice


def notices(session: Session, incident_id: str, recipient_id: str = "") -> list[Notice]:
    """Every phase of telling the authority, or one of the others, the first one first."""
    mine = Notice.incident_id == incident_id, Notice.recipient_id == recipient_id
    return list(session.scalars(select(Notice).where(*mine).order_by(Notice.phase)))


def filings(session: Session, incident_id: str, recipient_id: str = "") -> list[Filing]:
    mine = Filing.incident_id == incident_id, Filing.recipient_id == recipient_id
    return list(session.scalars(select(Filing).where(*mine).order_by(Filing.phase)))


def filing_of(session: Session, notice: Notice) -> Filing | None:
    """The proof that this phase was sent; None while it was not."""
    mine = Filing.notice_id == notice.id, Filing.incident_id == notice.incident_id
    return session.scalar(select(Filing).where(*mine))


def answers_of(session: Session, notice: Notice) -> dict[int, Answer]:
    """What is written under each question of the template."""
    stored = json.loads(unseal(session, notice.incident_id, _place(notice), notice.answers_sealed))
    return {int(number): _answer(item) for number, item in stored.items()}


def told_by(session: Session, notice: Notice) -> dict[int, Told]:
    """Since which phase each answer of this one has been told, and what is news in it."""
    every = notices(session, notice.incident_id, notice.recipient_id)
    phases = [one for one in every if one.phase <= notice.phase]
    return told_since([answers_of(session, one) for one in phases], template(notice.card))


def write_answers(session: Session, notice: Notice, answers: Answers) -> None:
    notice.answers_sealed = seal(session, notice.incident_id, _place(notice), as_text(answers))


def as_text(answers: Answers) -> str:
    """The answers as canonical JSON: what is sealed, and what an approval is bound to."""
    stored = {
        str(number): {
            "values": list(answer.values),
            "state": answer.state.value,
            "promised": answer.promised.isoformat() if answer.promised else "",
            "promised_by": answer.promised_by,
            "source": answer.source.value,
        }
        for number, answer in answers.items()
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


def _answer(item: Mapping[str, Any]) -> Answer:
    promised = date.fromisoformat(item["promised"]) if item["promised"] else None
    return Answer(
        tuple(item["values"]), Knowledge(item["state"]), promised, item["promised_by"], Source(item["source"])
    )
