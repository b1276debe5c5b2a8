"""The catalogue of controls, one card a duty of clauses 3.6, 3.7, 3.9, 9.1, 9.2 and 12. A company adopts and adapts."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, Field, model_validator

from core.catalogue import Words, load
from core.errors import N_


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


class Question(BaseModel, frozen=True, extra="forbid"):
    """What the owner answers when a check is recorded, beside the result."""

    code: Annotated[str, Field(pattern=r"^[a-z_]+$")]
    text: Words


class ControlCard(BaseModel, frozen=True, extra="forbid"):
    """One control: what to do, why, how to prove it, and how often. `also_when` names events that make it due."""

    clause: str
    group: Group
    title: Words
    todo: Words
    why: Words
    proof: Words
    interval_days: Annotated[int, Field(ge=1, le=366)]
    grace_days: Annotated[int, Field(ge=0)]
    also_when: Words | None = None
    question: tuple[Question, ...]

    @model_validator(mode="after")
    def grace_is_shorter_than_the_interval(self) -> "ControlCard":
        codes = [question.code for question in self.question]
        if self.grace_days >= self.interval_days or len(set(codes)) != len(codes):
            raise ValueError("the grace must be shorter than the interval, and each question has a code of its own")
        return self

    def due_after(self, done_at: datetime) -> datetime:
        """When it is due again."""
        return done_at + timedelta(days=self.interval_days)

    def missed_after(self, due_at: datetime) -> datetime:
        """Until here it is late; from here on it is missed."""
        return due_at + timedelta(days=self.grace_days)


CONTROLS: dict[str, ControlCard] = load("risk.controls", ControlCard)


def by_clause() -> list[tuple[str, ControlCard]]:
    """Every card in the order of the policy: 3.6 before 3.9 before 9.1 before 12.1."""
    return sorted(CONTROLS.items(), key=lambda item: (_place(item[1].clause), item[0]))


def _place(clause: str) -> tuple[int, int, str]:
    number, _, letter = clause.partition(" ")
    chapter, _, section = number.partition(".")
    return int(chapter), int(section), letter
