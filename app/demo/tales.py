"""The texts of the cases, read from TOML. Whom they tell of does not exist."""

from datetime import time
from typing import Annotated, Literal

from pydantic import BaseModel, Field, model_validator

from core.access import Role
from core.catalogue import Words, load
from incidents.questions import Answer, ContactChoice, DataKind, Kind, PeopleBand, ReporterRelation

View = tuple[Literal["none", "risk", "high"], int, int, int, str]


class Tale(BaseModel, frozen=True, extra="forbid"):
    """One case: what was reported, how it was classified, and the words people used on the way.

    `hours_ago` counts back from the moment of filling, so that its clock runs while somebody looks; `days_ago` with
    `at` is a time of day in the past. A view is a vote, three levels from 1 to 4, and why. `facts` are the
    answers to the form of the severity that the classification does not suggest.
    """

    plot: str
    hours_ago: float | None = None
    days_ago: int | None = None
    at: time = time(9)
    language: Literal["sv", "en"] = "sv"
    kind: Kind
    text: str
    still_going_on: Answer = Answer.NO
    data_kinds: list[DataKind]
    people_band: PeopleBand
    contact: ContactChoice = ContactChoice.CODE
    contact_value: str = ""
    unit: str = ""
    relation: ReporterRelation = ReporterRelation.EMPLOYEE
    involved: list[Role] = []
    where: str = ""
    recipient: str = ""
    done_already: str = ""

    title: str
    cause: str = "unknown"
    further: list[str] = []
    breach: list[str] = []
    data: list[str] = []
    groups: list[str] = []
    people: tuple[int, int] | None = None
    records: int | None = None
    systems: str = ""
    countries: str = ""
    occurred_before: float | None = None
    detected_before: float = 0

    contained: str = ""
    handed_back: str = ""
    notes: list[str] = []
    thread: list[str] = []
    attachment: str = ""
    awareness: str = ""
    dismissal: str = ""
    recusal: str = ""
    views: list[View] = []
    consequences: list[str] = []
    facts: dict[str, str | list[str]] = {}
    score_reason: str = ""
    reasons: str = ""
    early: str = ""
    departure: str = ""
    public_ground: Literal["", "34(3)(c)"] = ""
    opinion: str = ""
    late: str = ""
    withdrawn: str = ""
    letter: Literal["", "tested", "holding", "sending", "paused", "sent", "done"] = ""
    letter_template: str = ""
    told: Words = Words(sv="", en="")
    measures: Words = Words(sv="", en="")
    lesson: str = ""
    new_facts: str = ""

    @model_validator(mode="after")
    def has_a_time(self) -> "Tale":
        if (self.hours_ago is None) == (self.days_ago is None):
            raise ValueError("a case has either hours_ago or days_ago")
        return self


class Chapter(BaseModel, frozen=True):
    """One file of cases, by their codes."""

    tales: Annotated[dict[str, Tale], Field(min_length=1)]

    @model_validator(mode="before")
    @classmethod
    def every_table_is_a_tale(cls, tables: dict[str, object]) -> dict[str, object]:
        return {"tales": tables}


def every_tale() -> dict[str, Tale]:
    """All cases, by code."""
    chapters = load("app.demo.stories", Chapter)
    return {code: tale for chapter in chapters.values() for code, tale in chapter.tales.items()}
