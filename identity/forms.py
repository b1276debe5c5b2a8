"""What people type about people: checked once, with sentences that say what to write instead."""

import re
from typing import Annotated

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from core.access import Role
from core.errors import N_

NO_ADDRESS = N_("Write a whole e-mail address, such as name@company.example.")
NO_NAME = N_("Write the name on one line.")
NO_NUMBER = N_("Write the telephone number with digits, such as 031-390 06 42.")


def address(value: str) -> str:
    """An e-mail address in the one form we store: small letters, no name around it.

    Raises:
        ValueError: it is not one address.
    """
    try:
        return validate_email(value.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        raise ValueError(NO_ADDRESS) from None


def one_line(value: str) -> str:
    if any(not sign.isprintable() for sign in value):
        raise ValueError(NO_NAME)
    return value


def number(value: str) -> str:
    if not re.fullmatch(r"[+0-9() /.–-]*[0-9][+0-9() /.–-]*", value):
        raise ValueError(NO_NUMBER)
    return value


Address = Annotated[str, StringConstraints(max_length=254), AfterValidator(address)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120), AfterValidator(one_line)]
Phone = Annotated[str, StringConstraints(strip_whitespace=True, max_length=40), AfterValidator(number)]


class InvitationForm(BaseModel):
    name: Line
    email: Address
    roles: Annotated[list[Role], Field(min_length=1)]
    language: Annotated[str, StringConstraints(pattern="^(sv|en)$")] = "sv"


class RolesForm(BaseModel):
    roles: Annotated[list[Role], Field(min_length=1)]


class UnitForm(BaseModel):
    """The department somebody works in; empty is none."""

    unit: Annotated[str, StringConstraints(strip_whitespace=True, max_length=60), AfterValidator(one_line)] = ""


class ProfileForm(BaseModel):
    name: Line
    phone: Phone | None = None
    language: Annotated[str, StringConstraints(pattern="^(sv|en)$")]
    theme: Annotated[str, StringConstraints(pattern="^(auto|light|dark)$")]
