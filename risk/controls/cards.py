"""The catalogue of controls, one card a duty of the company's rules. A company adopts and adapts; a control of its own
has a card of the same shape, kept in its row."""

from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Annotated

from pydantic import BaseModel, Field, model_validator

from core.catalogue import Words, load
from core.errors import N_

LAST = 1000


class Group(StrEnum):
    """The three groups of clause 9.1."""

    ADMINISTRATION = "administration"
    TECHNICAL = "technical"
    COMMUNICATION = "communication"


GROUP_LABELS = {
    Group.ADMINISTRATION: N_("Administration and staff"),
    Group.TECHNICAL: N_("Systems and software"),
    Group.COMMUNICATION: N_("Communication and networks"),
}


@cache
def rule_of(clause: str) -> str:
    """The clause without its letter."""
    return clause.partition(" ")[0]


@cache
def place_of(clause: str) -> tuple[int, int, str]:
    """Where the policy has it: 3.6 before 3.9 before 9.1 before 12.1; what comes from no clause stands last."""
    number, _, letter = clause.partition(" ")
    chapter, _, section = number.partition(".")
    return (int(chapter), int(section), letter) if number else (LAST, 0, "")


class Question(BaseModel, frozen=True, extra="forbid"):
    """What the owner answers when a check is recorded, beside the result."""

    code: Annotated[str, Field(pattern=r"^[a-z_]+$")]
    text: Words


class ControlCard(BaseModel, frozen=True, extra="forbid"):
    """One control: what to do, why, how to prove it, and how often. `also_when` names events that make it due. Only a
    company's own control may come from no clause."""

    clause: Annotated[str, Field(pattern=r"^(\d+\.\d+( [a-z])?)?$")]
    group: Group
    title: Words
    todo: Words
    why: Words
    proof: Words
    interval_days: Annotated[int, Field(ge=1, le=366)]
    grace_days: Annotated[int, Field(ge=0)]
    also_when: Words | None = None
    question: tuple[Question, ...] = ()

    @model_validator(mode="after")
    def grace_is_shorter_than_the_interval(self) -> "ControlCard":
        codes = [question.code for question in self.question]
        if self.grace_days >= self.interval_days or len(set(codes)) != len(codes):
            raise ValueError("the grace must be shorter than the interval, and each question has a code of its own")
        return self

    @property
    def rule(self) -> str:
        """The clause without its letter: what controls are grouped by."""
        return rule_of(self.clause)

    @property
    def place(self) -> tuple[int, int, str]:
        return place_of(self.clause)

    def due_after(self, done_at: datetime) -> datetime:
        """When it is due again."""
        return done_at + timedelta(days=self.interval_days)

    def missed_after(self, due_at: datetime) -> datetime:
        """Until here it is late; from here on it is missed."""
        return due_at + timedelta(days=self.grace_days)


CONTROLS: dict[str, ControlCard] = load("risk.controls", ControlCard)


def by_clause() -> list[tuple[str, ControlCard]]:
    """Every card of the catalogue in the order of the policy."""
    return sorted(CONTROLS.items(), key=lambda item: (item[1].place, item[0]))
