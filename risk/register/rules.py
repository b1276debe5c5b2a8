"""What a risk can be, who signs for it, and how a failing control moves it. Pure: days and moments are arguments.

Decided: however many controls of a risk fail at once, the likelihood rises by one step in all. Steps that add up would
make a sum of controls that nobody has weighed; each failing control is named beside the step instead, and the step
falls when the last of them is in order again.
"""

from collections.abc import Collection
from datetime import date, timedelta
from enum import StrEnum

from core.errors import N_
from risk.register.matrix import HIGHEST, Level, level

LONGEST_ACCEPTANCE = timedelta(days=366)  # clause 12.1: what is kept is looked at again each year
LONGEST_REVIEW = timedelta(days=366)
HEAD_SIGNS_FROM = Level.HIGH
LIKE_WITHIN = timedelta(days=90)
LIKE = 3  # so many like incidents within that time open a draft


class State(StrEnum):
    """A draft is opened by the system and waits for a person; dropped and closed are ends, with a reason each."""

    DRAFT = "draft"
    OPEN = "open"
    ACCEPTED = "accepted"
    CLOSED = "closed"
    DROPPED = "dropped"


class Treatment(StrEnum):
    """What is done about a risk."""

    NONE_YET = "none_yet"
    REDUCE = "reduce"
    AVOID = "avoid"
    SHARE = "share"
    ACCEPT = "accept"


class ControlStands(StrEnum):
    """How a control stands, as far as a risk that leans on it is concerned."""

    IN_ORDER = "in_order"
    FAILED = "failed"
    LATE = "late"
    MISSED = "missed"


LIVING = frozenset({State.OPEN, State.ACCEPTED})
ACTIVE = LIVING | {State.DRAFT}
STATE_LABELS = {
    State.DRAFT: N_("Draft to be looked at"),
    State.OPEN: N_("Open risk"),
    State.ACCEPTED: N_("Accepted risk"),
    State.CLOSED: N_("Closed risk"),
    State.DROPPED: N_("Dropped draft"),
}
TREATMENT_LABELS = {
    Treatment.NONE_YET: N_("Nothing yet"),
    Treatment.REDUCE: N_("Reduce it"),
    Treatment.AVOID: N_("Avoid it"),
    Treatment.SHARE: N_("Share it"),
    Treatment.ACCEPT: N_("Accept it"),
}
TREATMENT_HINTS = {
    Treatment.NONE_YET: N_("It is not decided what is done."),
    Treatment.REDUCE: N_("Make it less likely or less bad."),
    Treatment.AVOID: N_("Stop doing what brings it."),
    Treatment.SHARE: N_("Let a supplier or an insurance carry a part."),
    Treatment.ACCEPT: N_("Live with it until a day. A second person signs."),
}
CONTROL_WORDS = {
    ControlStands.IN_ORDER: N_("in order"),
    ControlStands.FAILED: N_("not in order"),
    ControlStands.LATE: N_("late"),
    ControlStands.MISSED: N_("missed"),
}


def raised(likelihood: int, failing: Collection[str]) -> int:
    """The likelihood of today: what a person set, one step more while a linked control fails, never beyond the end."""
    return min(HIGHEST, likelihood + 1) if failing else likelihood


def head_signs(likelihood: int, impact: int) -> bool:
    """Above the line only the head of the company accepts."""
    return level(likelihood, impact) >= HEAD_SIGNS_FROM


def acceptance_ended(until: date, today: date) -> bool:
    """The last day is still accepted; the day after, the risk is its owner's again."""
    return today > until


def day_faults(treatment: Treatment, accept_until: date | None, review_on: date | None, today: date) -> dict[str, str]:
    """What is wrong with the two days of a form, each at its field."""
    wrong: dict[str, str] = {}
    if treatment is Treatment.ACCEPT:
        if accept_until is None:
            wrong["accept_until"] = N_("Say until which day the risk is accepted. Without a day it is not accepted.")
        elif accept_until <= today:
            wrong["accept_until"] = N_("The day has passed. Give a day to come.")
        elif accept_until > today + LONGEST_ACCEPTANCE:
            wrong["accept_until"] = N_("A risk is accepted for a year at most. Give an earlier day.")
    if review_on is None:
        wrong["review_on"] = N_("Say when the risk is looked at again.")
    elif review_on < today:
        wrong["review_on"] = N_("The day has passed. Give a day to come.")
    elif review_on > today + LONGEST_REVIEW:
        wrong["review_on"] = N_("A risk is looked at within a year. Give an earlier day.")
    return wrong
