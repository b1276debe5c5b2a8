"""Whether an answer can be at all: a choice that is offered, a number, a day, a moment, a text that is not too long."""

import re
from collections.abc import Callable
from datetime import date, datetime

from core.errors import N_
from notifications.edpb.conditions import YES, Facts
from notifications.edpb.questions import Kind, Question, Template

LONGEST = 4000  # characters of one text
DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
MOMENT = rf"{DAY}T[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}(\.[0-9]+)?(Z|[+-][0-9]{{2}}:[0-9]{{2}})"  # RFC 3339
TOO_LONG = N_("The text is too long. Use at most 4,000 characters.")
NOT_A_CHOICE = N_("Choose one of the answers.")
NOT_A_NUMBER = N_("Write a whole number, for example 214.")
NOT_A_DAY = N_("Write the day as 2026-11-22.")
NOT_A_MOMENT = N_("Write the day and the time.")
ONLY_ONE = N_("Give one answer only.")


def fault(template: Template, question: Question, facts: Facts) -> str:
    """What is wrong with the answer to one question; empty when nothing is."""
    values = facts.answers.get(question.number, ())
    several = question.kind is Kind.CHOICES or question.repeated or question.per is not None
    if len(values) > 1 and not several:
        return ONLY_ONE
    allowed = {choice.code for choice in template.choices(question, facts)}
    wrong = (_fault(question, value, allowed) for value in values)
    return next((sentence for sentence in wrong if sentence), "")


def _fault(question: Question, value: str, allowed: set[str]) -> str:
    match question.kind:
        case Kind.CHOICE | Kind.CHOICES:
            return "" if value in allowed else NOT_A_CHOICE
        case Kind.BOOLEAN:
            return "" if value == YES else NOT_A_CHOICE
        case Kind.NUMBER:
            number = value.partition(":")[2] if question.per is not None else value
            return "" if number.isascii() and number.isdigit() and len(number) <= 12 else NOT_A_NUMBER
        case Kind.DATE:
            return "" if _reads(day, value) else NOT_A_DAY
        case Kind.DATETIME:
            return "" if _reads(moment, value) else NOT_A_MOMENT
    return TOO_LONG if len(value) > LONGEST else ""


def day(value: str) -> date:
    """A day in the one way it is written everywhere.

    Raises:
        ValueError: it is written otherwise, or is none.
    """
    if not re.fullmatch(DAY, value):
        raise ValueError("a day is written as 2026-11-22")
    return date.fromisoformat(value)


def moment(value: str) -> datetime:
    """A moment with its offset, as RFC 3339 writes it.

    Raises:
        ValueError: it is written otherwise, or is none.
    """
    if not re.fullmatch(MOMENT, value):
        raise ValueError("a moment is written as 2026-11-22T13:05:00+01:00")
    return datetime.fromisoformat(value)


def _reads(reader: Callable[[str], object], value: str) -> bool:
    try:
        reader(value)
    except ValueError:
        return False
    return True
