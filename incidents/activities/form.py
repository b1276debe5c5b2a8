"""What is asked about a processing activity, and what cannot be true of it."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from core.errors import N_, Invalid
from core.territories import is_country, read_countries
from identity.forms import Line
from incidents.activities.words import Basis, Part, Transfer, Unit
from incidents.classification import DataCategory, SubjectGroup
from incidents.questions import PeopleBand
from notifications.competence import EEA

Text = Annotated[str, Field(max_length=2000)]
Short = Annotated[str, Field(max_length=300)]
TEXTS = ("name", "purpose", "on_behalf_of", "recipients", "retention_trigger", "systems", "security")
CODES = ("role", "legal_bases", "data_categories", "subject_groups", "people_band", "countries", "transfers",
         "transfer_basis", "retention_number", "retention_unit", "review_on")  # fmt: skip
NO_COUNTRIES = N_("Write names or codes of countries with commas between, for example Sweden, NO.")


class ActivityForm(BaseModel):
    """`countries` are those where the people live, `transfers` those outside the EEA that the data goes to."""

    name: Line
    role: Part = Part.CONTROLLER
    purpose: Annotated[str, Field(min_length=3, max_length=2000)]
    on_behalf_of: Short = ""
    legal_bases: list[Basis] = []
    data_categories: list[DataCategory] = Field(min_length=1)
    subject_groups: list[SubjectGroup] = Field(min_length=1)
    people_band: PeopleBand = PeopleBand.UNKNOWN
    countries: Short = ""
    recipients: Text = ""
    transfers: Short = ""
    transfer_basis: Transfer | Literal[""] = ""
    retention_number: Annotated[int | None, Field(ge=1, le=9999)] = None
    retention_unit: Unit = Unit.YEARS
    retention_trigger: Short = ""
    processors: list[str] = Field(default=[], max_length=100)
    systems: Short = ""
    security: Text = ""
    owner: str = ""
    review_on: date | None = None
    version: int = 0

    def check(self) -> None:
        """Refuse what cannot be, each fault at its field.

        Raises:
            Invalid: see there.
        """
        wrong = {}
        for field in ("countries", "transfers"):
            if not all(map(is_country, read_countries(getattr(self, field)))):
                wrong[field] = NO_COUNTRIES
        inside = [code for code in read_countries(self.transfers) if code in EEA]
        if inside and "transfers" not in wrong:
            wrong["transfers"] = N_("Only countries outside the EU and the EEA belong here.")
        if self.transfers and not self.transfer_basis:
            wrong["transfer_basis"] = N_("Say what the transfer rests on.")
        if self.role is Part.CONTROLLER and not self.legal_bases:
            wrong["legal_bases"] = N_("Choose at least one legal basis.")
        if self.role is Part.PROCESSOR and not self.on_behalf_of:
            wrong["on_behalf_of"] = N_("Write for whom.")
        if wrong:
            raise Invalid(wrong)
