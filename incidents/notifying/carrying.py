"""A supplement takes over what was sent before, and what the case has learnt since (Art. 33(4))."""

from dataclasses import replace

from sqlalchemy.orm import Session

from incidents.notifying.addressee import Addressee
from incidents.notifying.correcting import corrected, differs, said, same
from incidents.notifying.numbers import AWARE, EARLIER_ID
from notifications.edpb.answers import Answer, Answers, Knowledge, Source, known, settled
from notifications.edpb.card import template
from notifications.edpb.questions import Question
from notifications.filings import answers_of, filings, receipt_reference
from notifications.notice_models import Notice

OPEN = Answer(state=Knowledge.NOT_KNOWN_YET)


def carried(session: Session, to: Addressee, earlier: list[Notice], case: Answers) -> dict[int, Answer]:
    """A supplement starts from what was sent, with the number it was given by who got it. What was left open, and what
    the case itself had answered, is now as the case knows it; what a person wrote stays. Another moment of awareness
    than the one that was sent is put right, with a remark."""
    questions, before = template(to.card).questions, [answers_of(session, phase) for phase in reversed(earlier)]
    told = {number: replace(answer, source=Source.CARRIED) for number, answer in before[0].items()}
    told |= {number: answer for number, answer in case.items() if _follows(questions[number], answer, before)}
    if differs(to.incident, before[0]):
        told = corrected(to, told, before[0])
    sent = [receipt_reference(session, one) for one in filings(session, to.incident.id, to.id)]
    reference = next(filter(None, sent), "")
    return {**told, EARLIER_ID: known(reference, source=Source.CASE)} if reference else told


def says_otherwise(number: int, before: Answers, after: Answer) -> bool:
    """Whether an answer is another one now, wherever it comes from. A form shows a moment to the minute, so the seconds
    of the moment of awareness are no difference."""
    was = before.get(number, Answer())
    if number == AWARE and same(said({AWARE: was}), said({AWARE: after})):
        after = replace(after, values=was.values)
    return replace(was, source=after.source) != after


def _follows(question: Question, answer: Answer, before: list[dict[int, Answer]]) -> bool:
    """Whether what the case knows now stands in for what was sent; `before` has the latest phase first."""
    number, sent = question.number, before[0].get(question.number, OPEN)
    if not settled(question, answer) or not says_otherwise(number, {number: sent}, answer):
        return False
    origins = (phase[number].source for phase in before if number in phase)
    by_case = next((origin for origin in origins if origin is not Source.CARRIED), None) is Source.CASE
    return by_case or not settled(question, sent)
