"""The form of a notice as it was typed: one answer a question, of the kind the template wants."""

from datetime import date

from sqlalchemy.orm import Session

from core.access import Actor
from core.errors import Invalid
from core.web import TypedForm
from incidents.pages.showing import moment
from notifications.edpb.answers import Answer, Knowledge, known
from notifications.edpb.card import template
from notifications.edpb.faults import NOT_A_DAY, TOO_LONG
from notifications.edpb.questions import Kind, Question

LONGEST = 4000


def answers_typed(session: Session, actor: Actor, typed: TypedForm, card: str) -> dict[int, Answer]:
    """The questions the form showed, named in its hidden field `asked`.

    Raises:
        Invalid: a day or a moment that is none, or a text that is too long.
    """
    wrong: dict[str, str] = {}
    questions = template(card).questions
    shown = [int(word) for word in typed.get("asked").split() if word.isascii() and word.isdigit()]
    found = {}
    for question in (questions[number] for number in shown if number in questions):
        try:
            found[question.number] = _answer(session, actor, typed, question)
        except Invalid as fault:
            wrong |= fault.fields
    if wrong:
        raise Invalid(wrong)
    return found


def _answer(session: Session, actor: Actor, typed: TypedForm, question: Question) -> Answer:
    name = f"q{question.number}"
    values = _values(session, typed, question, name)
    promised = _day(typed.get(f"{name}_expected"), f"{name}_expected")
    state = typed.get(f"{name}_state")
    if state == Knowledge.NOT_APPLICABLE:
        return Answer(values, Knowledge.NOT_APPLICABLE)
    left_open = bool(question.open_value) and question.open_value in values
    if values and state != Knowledge.NOT_KNOWN_YET and not left_open:
        return known(*values)
    state = Knowledge.KNOWN if left_open else Knowledge.NOT_KNOWN_YET
    return Answer(values, state, promised, _promised_by(actor, typed.get(f"{name}_by"), promised))


def _promised_by(actor: Actor, chosen: str, promised: date | None) -> str:
    """Another person can be named without a day; that the writer will know it some day is no promise."""
    if promised or chosen != actor.id:
        return chosen or (actor.id if promised else "")
    return ""


def _values(session: Session, typed: TypedForm, question: Question, name: str) -> tuple[str, ...]:
    if question.kind is Kind.DATETIME:
        at = moment(session, typed, name)
        return (at.isoformat(timespec="seconds"),) if at else ()
    if question.kind in {Kind.CHOICES, Kind.CHOICE, Kind.BOOLEAN}:
        return tuple(filter(None, typed.all(name)))
    text = typed.get(name).strip().replace("\r\n", "\n")
    if len(text) > LONGEST:
        raise Invalid({name: TOO_LONG})
    several = question.repeated or question.per is not None
    return tuple(line.strip() for line in text.splitlines() if line.strip()) if several else tuple(filter(None, [text]))


def _day(text: str, name: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        raise Invalid({name: NOT_A_DAY}) from None
