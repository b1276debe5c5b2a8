"""The report form, page by page and whole. A question is checked where it is asked, and all again before it is sent."""

import re
from datetime import date, time
from typing import Annotated, Literal

from email_validator import EmailNotValidError, validate_email
from pydantic import BaseModel, BeforeValidator, Field, ValidationInfo, field_validator

from core.access import Role
from core.errors import N_
from incidents.questions import (
    NOTICED_BESIDE,
    RECEIVERS,
    Answer,
    ContactChoice,
    DataKind,
    Kind,
    NoticedChoice,
    PeopleBand,
    ReporterRelation,
)

LONGEST = 4000
PHONE = re.compile(r"[+0-9][0-9 ()./-]*")
CLIENT_KEY = re.compile(r"[A-Za-z0-9_-]{22,64}")


def _one_kind_of_line_end(text: object) -> object:
    return text.replace("\r\n", "\n").strip() if isinstance(text, str) else text


Short = Annotated[str, Field(max_length=300), BeforeValidator(_one_kind_of_line_end)]
Longer = Annotated[str, Field(max_length=2000), BeforeValidator(_one_kind_of_line_end)]
Story = Annotated[str, Field(min_length=10, max_length=LONGEST), BeforeValidator(_one_kind_of_line_end)]
Message = Annotated[str, Field(min_length=1, max_length=LONGEST), BeforeValidator(_one_kind_of_line_end)]


class WhatHappened(BaseModel):
    what_happened_kind: Kind
    what_happened_text: Story


class WhenNoticed(BaseModel):
    noticed_at_choice: NoticedChoice
    noticed_date: date | None = Field(default=None, validate_default=True)
    noticed_time: time | None = None
    noticed_later: Literal["", "yes"] = ""
    noticed_long_ago: Literal["", "yes"] = ""
    still_going_on: Answer

    @field_validator("noticed_date", "noticed_time", mode="before")
    @classmethod
    def _only_what_the_answer_asks_for(cls, value: object, known: ValidationInfo) -> object:
        asked = NOTICED_BESIDE.get(known.data.get("noticed_at_choice", ""), ())
        return value if known.field_name in asked else None

    @field_validator("noticed_date")
    @classmethod
    def _another_day_needs_its_date(cls, value: date | None, known: ValidationInfo) -> date | None:
        if value is None and known.data.get("noticed_at_choice") is NoticedChoice.OTHER:
            raise ValueError(N_("Write the day, roughly is enough."))
        return value


class WhatAndWhom(BaseModel):
    data_kinds: list[DataKind] = Field(min_length=1)
    people_band: PeopleBand


class HowToReach(BaseModel):
    """The contact, and what few people add. "Only by code" is a full answer."""

    contact_choice: ContactChoice
    contact_value: str = Field(default="", max_length=300, validate_default=True)
    involved: list[Role] = Field(default=[])
    happened_at_date: date | None = None
    happened_at_time: time | None = None
    happened_at_later: Literal["", "yes"] = ""
    recipient_who: Short = ""
    where_system: Short = ""
    done_already: Longer = ""
    reporter_name: Short = ""
    unit: Short = ""
    reporter_relation: ReporterRelation | Literal[""] = ""
    safe_to_contact_hours: Short = ""
    not_my_account: Literal["", "yes"] = ""

    @field_validator("contact_value")
    @classmethod
    def _fits_the_choice(cls, value: str, known: ValidationInfo) -> str:
        match known.data.get("contact_choice"):
            case ContactChoice.EMAIL:
                return an_address_that_can_exist(value)
            case ContactChoice.PHONE:
                return a_number_one_can_call(value)
        return ""

    @field_validator("involved")
    @classmethod
    def _only_who_receives_reports(cls, value: list[Role]) -> list[Role]:
        if not set(value) <= set(RECEIVERS):
            raise ValueError(N_("Choose one of the answers."))
        return value


def an_address_that_can_exist(value: str) -> str:
    try:
        return validate_email(value, check_deliverability=False).normalized
    except EmailNotValidError:
        raise ValueError(N_("Write an e-mail address such as name@example.com.")) from None


def a_number_one_can_call(value: str) -> str:
    digits = sum(character.isdigit() for character in value)
    if not PHONE.fullmatch(value) or not 5 <= digits <= 15:
        raise ValueError(N_("Write a phone number such as 070-123 45 67."))
    return value


class ReportForm(WhatHappened, WhenNoticed, WhatAndWhom, HowToReach):
    """The whole report. `client_uuid` is the sender's own key: the same key never makes a second report."""

    client_uuid: str = Field(pattern=f"^{CLIENT_KEY.pattern}$")


class PhoneReport(ReportForm):
    """A report somebody spoke: the same questions, and when the call came."""

    reported_by_phone_at_date: date
    reported_by_phone_at_time: time
    reported_by_phone_at_asked: Literal["", "yes"] = ""
    reported_by_phone_at_later: Literal["", "yes"] = ""


class AddMessage(BaseModel):
    """A line in the thread."""

    text: Message


PAGES: tuple[type[BaseModel], ...] = (WhatHappened, WhenNoticed, WhatAndWhom, HowToReach)
FREE_TEXTS = ("what_happened_text", "recipient_who", "where_system", "done_already")
