"""The facts of a breach as JSON (`vaka assess --schema`). What is unknown or impossible is refused with its path."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from core.i18n import translate
from risk import severity as enisa
from risk.facts import Breach, Copy, Enables, Facts, Recipient, Returned, Taken, Unreadable

Element = Annotated[float, Field(json_schema_extra={"enum": [0, 0.25, 0.5]}, strict=True)]
Identifiable = Annotated[float, Field(json_schema_extra={"enum": [0.25, 0.5, 0.75, 1]}, strict=True)]


class WrongFacts(ValueError):
    """What stands where, and what is wrong with it: one line for each fault."""


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DataForm(Part):
    """One category of data, moved from its base by whole steps for a written reason."""

    category: enisa.Category
    adjustment: StrictInt = 0
    why: str = ""


class CircumstancesForm(Part):
    """The circumstances of the breach (CB): each element 0, 0.25 or 0.5."""

    confidentiality: Element = 0
    integrity: Element = 0
    availability: Element = 0
    malicious: StrictBool = False


class FactsForm(Part):
    """Everything `vaka assess` takes. What is left out counts as unknown, and unknown counts as the worse."""

    cause: Literal["accidental", "intentional", "unforeseen", "unknown"] = "unknown"
    breach_types: Annotated[list[Breach], Field(min_length=1)] = list(Breach)
    data: Annotated[list[DataForm], Field(min_length=1)]
    special_category: StrictBool = False
    identifiability: Identifiable
    circumstances: CircumstancesForm = CircumstancesForm()
    people: Annotated[StrictInt, Field(ge=0)] | None = None
    vulnerable_people: StrictBool = False
    unintelligible: Unreadable = Unreadable.UNKNOWN
    copy_available: Copy = Copy.UNKNOWN
    exfiltrated: Taken = Taken.UNKNOWN
    recipient: Recipient = Recipient.UNKNOWN
    returned_or_destroyed: Returned = Returned.UNKNOWN
    enables: list[Enables] = []
    essential_service_hit: StrictBool = False
    subsequent_measures: StrictBool = False
    disproportionate_effort: StrictBool = False

    @model_validator(mode="after")
    def fits_the_tables(self) -> Self:
        """Every value is one of ENISA's, and `none` stands alone."""
        if Enables.NOTHING in self.enables and len(set(self.enables)) > 1:
            raise PydanticCustomError("contradiction", "enables: none stands alone")
        try:
            _ = self.facts().severity
        except enisa.Impossible as wrong:
            sentence = translate("en", wrong.message, **wrong.params)
            raise PydanticCustomError("impossible", "{path}: {sentence}",
                                      {"path": wrong.path, "sentence": sentence}) from None  # fmt: skip
        return self

    def facts(self) -> Facts:
        parts = self.circumstances
        return Facts(
            breach_types=frozenset(self.breach_types),
            data=tuple(enisa.DataKind(kind.category, kind.adjustment, kind.why) for kind in self.data),
            identifiability=Fraction(self.identifiability),
            circumstances=enisa.Circumstances(
                Fraction(parts.confidentiality), Fraction(parts.integrity), Fraction(parts.availability),
                parts.malicious,
            ),
            special_category=self.special_category,
            people=self.people,
            vulnerable_people=self.vulnerable_people,
            unintelligible=self.unintelligible,
            copy_available=self.copy_available,
            exfiltrated=self.exfiltrated,
            recipient=self.recipient,
            returned_or_destroyed=self.returned_or_destroyed,
            enables=frozenset(self.enables),
            essential_service_hit=self.essential_service_hit,
            subsequent_measures=self.subsequent_measures,
            disproportionate_effort=self.disproportionate_effort,
        )  # fmt: skip


def read_facts(given: object) -> Facts:
    """The facts in a parsed JSON document.

    Raises:
        WrongFacts: a key nobody knows, or a value that is impossible.
    """
    try:
        return FactsForm.model_validate(given).facts()
    except ValidationError as wrong:
        raise WrongFacts("\n".join(_sentences(wrong))) from None


def _sentences(wrong: ValidationError) -> Iterable[str]:
    for fault in wrong.errors(include_url=False, include_input=False, include_context=False):
        path = ".".join(str(step) for step in fault["loc"])
        yield f"{path}: {fault['msg']}" if path else fault["msg"]
