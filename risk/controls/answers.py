"""What was answered to the questions of a card, each answer by itself and sealed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.keys import INSTANCE, seal, unseal
from risk.controls.models import ControlAnswer
from risk.models import Control, ControlCheck


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the form asks it, with what was answered the last time."""

    field: str
    text: str
    last: str


def keep_answers(session: Session, control: Control, check: ControlCheck, answers: Mapping[str, str]) -> None:
    """Only questions of the card are answered."""
    given = [(question.code, answers.get(question.code, "").strip()) for question in control.card.question]
    if any(text for _, text in given):
        session.flush()  # the check they belong to
    for code, text in given:
        if text:
            sealed = seal(session, INSTANCE, _place(check.id, code), text)
            session.add(ControlAnswer(check_id=check.id, question=code, text_sealed=sealed))


def asked(session: Session, control: Control, checks: Sequence[ControlCheck], lang: str) -> list[Asked]:
    """Every question of the card; `checks` are those of the control, the latest first."""
    given = answers_of(session, checks)
    last: dict[str, str] = {}
    for check in reversed(checks):
        last |= given.get(check.id, {})
    return [
        Asked(f"answer_{question.code}", question.text.in_(lang), last.get(question.code, ""))
        for question in control.card.question
    ]


def answers_of(session: Session, checks: Sequence[ControlCheck]) -> dict[str, dict[str, str]]:
    """Check -> question -> answer."""
    found: dict[str, dict[str, str]] = {}
    wanted = [check.id for check in checks]
    for row in session.scalars(select(ControlAnswer).where(ControlAnswer.check_id.in_(wanted))):
        text = unseal(session, INSTANCE, _place(row.check_id, row.question), row.text_sealed)
        found.setdefault(row.check_id, {})[row.question] = text
    return found


def told(control: Control, answers: Mapping[str, str], lang: str) -> list[tuple[str, str]]:
    """Question and answer in words, in the order of the card; what is asked no more comes last."""
    words = {question.code: question.text.in_(lang) for question in control.card.question}
    once: Mapping[str, str] = control.own_card.get("asked", {})
    order = [*(code for code in words if code in answers), *(code for code in answers if code not in words)]
    return [(words.get(code) or once.get(code, code), answers[code]) for code in order]


def _place(check_id: str, question: str) -> str:
    return f"control_answer.text:{check_id}:{question}"
