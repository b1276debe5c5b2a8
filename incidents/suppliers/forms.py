"""What a supplier fills in, page by page and whole. Only what has happened must be answered: what is left empty is not
known yet, and a first word in time is worth more than a full one too late."""

from datetime import date, time
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from core.errors import N_
from incidents.classification import SubjectGroup
from incidents.forms import CLIENT_KEY, Longer, Short, Story, a_number_one_can_call, an_address_that_can_exist
from incidents.questions import Answer, DataKind, Kind
from incidents.suppliers.questions import Hit

MOST = 10**10
TOO_MANY = N_("The number is too large.")


def _digits(typed: object) -> object:
    """`1 200` as people write it."""
    return "".join(typed.split()) if isinstance(typed, str) else typed


def _countable(number: int) -> int:
    if number > MOST:
        raise ValueError(TOO_MANY)
    return number


Count = Annotated[int, Field(ge=0), BeforeValidator(_digits), AfterValidator(_countable)]
Yes = Literal["", "yes"]


class What(BaseModel):
    what_happened_kind: Kind
    what_happened_text: Story
    still_going_on: Answer = Answer.UNKNOWN


class When(BaseModel):
    began_at_date: date | None = None
    began_at_time: time | None = None
    began_at_later: Yes = ""
    ended_at_date: date | None = None
    ended_at_time: time | None = None
    ended_at_later: Yes = ""
    noticed_at_date: date | None = None
    noticed_at_time: time | None = None
    noticed_at_later: Yes = ""
    systems: Short = ""
    places: Short = ""


class WhatAndWhose(BaseModel):
    data_kinds: list[DataKind] = Field(default=[])
    subject_groups: list[SubjectGroup] = Field(default=[])
    people: Count | None = None
    records: Count | None = None
    hits: list[Hit] = Field(default=[])


class Then(BaseModel):
    consequences: Longer = ""
    done: Longer = ""
    planned: Longer = ""
    others: Answer = Answer.UNKNOWN
    others_who: Longer = ""
    own_reference: Short = ""
    contact_name: Short = ""
    contact_phone: Annotated[str, AfterValidator(a_number_one_can_call)] | None = None
    contact_email: Annotated[str, AfterValidator(an_address_that_can_exist)] | None = None


class SupplierAnswers(What, When, WhatAndWhose, Then):
    """The twelve answers."""


class TellingForm(SupplierAnswers):
    """The answers as sent. `client_uuid` is the sender's own key: the same key is never counted twice."""

    client_uuid: str = Field(pattern=f"^{CLIENT_KEY.pattern}$")


PAGES: tuple[type[BaseModel], ...] = (What, When, WhatAndWhose, Then)
FREE_TEXTS = ("what_happened_text", "systems", "places", "consequences", "done", "planned", "others_who")
PAGE_OF = (1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 4)  # of each of the twelve questions
