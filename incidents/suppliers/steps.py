"""The walk through the twelve questions, and the answers told before as a form that is already filled in."""

from datetime import datetime

from incidents.steps import ALONG, Answers, Step, Walk
from incidents.suppliers.forms import FREE_TEXTS, PAGES, SupplierAnswers, TellingForm
from incidents.suppliers.moments import check

QUESTIONS = Walk(PAGES, FREE_TEXTS, check, along=(*ALONG, "code"))


def whole(typed: Answers, now: datetime, zone: str) -> TellingForm | Step:
    """What to send, or the first page on which something is missing."""
    return QUESTIONS.missing(typed, now, zone) or typed.read(TellingForm)


def filled_in(told: SupplierAnswers) -> list[tuple[str, str]]:
    """The answers as the fields of the form, each value of a list by itself. A time is as a browser writes it."""
    named = told.model_dump(mode="json").items()
    values = [(name, one) for name, value in named for one in (value if isinstance(value, list) else [value])]
    return [
        (name, str(one)[:5] if name.endswith("_time") else str(one)) for name, one in values if one not in {None, ""}
    ]
