"""A promise in words: by when an answer will be known, and by whom. A day that has passed is said to have passed."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from core.access import Actor
from core.errors import N_
from core.i18n import translate
from core.organisation import organisation
from identity.people import names
from incidents.models import Incident
from incidents.notice_sealed import withheld
from incidents.notifying.promising import promises
from incidents.notifying.reckoning import standing
from notifications.edpb.wording import day, is_overdue, promise_words
from notifications.notice_models import Notice
from notifications.promises import Promised

MINE = {
    "some day": N_("Answers that you have promised: {num}."),
    "ahead": N_("Answers that you have promised: {num}. The first day is {day}."),
    "overdue": N_("Answers that you have promised: {num}. Overdue since {day}."),
}


@dataclass(frozen=True, slots=True)
class PromiseView:
    """One open answer that somebody has promised."""

    code: str
    label: str
    words: str
    overdue: bool
    mine: bool


def promise_views(
    session: Session, actor: Actor, incident: Incident, notice: Notice, now: datetime, lang: str
) -> list[PromiseView]:
    """What is promised in the latest phase, the first day on top; what this reader must not see yet is left out."""
    told = standing(session, incident, notice, now)
    hidden = withheld(session, actor, incident, told.answers)
    made = {number: answer for number, answer in promises(told).items() if number not in hidden}
    people = names(session, [answer.promised_by for answer in made.values()])
    today = here(session, now)
    return [
        PromiseView(
            f"q{number}",
            told.template.questions[number].label.in_(lang),
            promise_words(answer, people, today, lang),
            is_overdue(answer, today),
            answer.promised_by == actor.id,
        )
        for number, answer in sorted(made.items(), key=lambda one: (one[1].promised or date.max, one[0]))
    ]


def here(session: Session, now: datetime) -> date:
    """The day it is where the company is."""
    return now.astimezone(ZoneInfo(organisation(session).zone)).date()


def promised_in_words(promised: Promised | None, today: date, lang: str) -> str:
    """The sentence for the person who has promised; empty for everybody else."""
    if promised is None:
        return ""
    first = day(promised.first, lang) if promised.first else ""
    return translate(lang, MINE[_when(promised.first, today)], num=promised.answers, day=first)


def _when(first: date | None, today: date) -> str:
    return "some day" if first is None else "overdue" if first < today else "ahead"
