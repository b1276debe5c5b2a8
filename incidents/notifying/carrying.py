"""A supplement takes over what was sent before, and what the case has learnt since (Art. 33(4))."""

from dataclasses import replace

from sqlalchemy.orm import Session

from notifications.edpb.answers import Answer, Answers, Knowledge, Source, known, settled
from notifications.edpb.card import template
from notifications.filings import answers_of, filings, receipt_reference
from notifications.notice_models import Notice

EARLIER_ID = 6
OPEN = Answer(state=Knowledge.NOT_KNOWN_YET)


def carried(session: Session, earlier: list[Notice], case: Answers) -> dict[int, Answer]:
    """A supplement starts from what was sent, with the number the authority gave it. What was left open, and what the
    case itself had answered, is now as the case knows it; what a person wrote stays."""
    before = [answers_of(session, phase) for phase in reversed(earlier)]
    told = {number: replace(answer, source=Source.CARRIED) for number, answer in before[0].items()}
    told |= {number: answer for number, answer in case.items() if _follows(number, answer, before)}
    sent = [receipt_reference(session, one) for one in filings(session, earlier[-1].incident_id)]
    reference = next(filter(None, sent), "")
    return {**told, EARLIER_ID: known(reference, source=Source.CASE)} if reference else told


def _follows(number: int, answer: Answer, before: list[dict[int, Answer]]) -> bool:
    """Whether what the case knows now stands in for what was sent; `before` has the latest phase first."""
    question, sent = template().questions[number], before[0].get(number, OPEN)
    if not settled(question, answer) or not differs(sent, answer):
        return False
    origins = (phase[number].source for phase in before if number in phase)
    by_case = next((origin for origin in origins if origin is not Source.CARRIED), None) is Source.CASE
    return by_case or not settled(question, sent)


def differs(before: Answer, after: Answer) -> bool:
    return replace(before, source=after.source) != after
