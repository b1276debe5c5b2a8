"""How long what is kept: one card a rule. Several may fit a case: the one that keeps it longest decides."""

from calendar import monthrange
from datetime import UTC, datetime
from typing import Annotated, Self

from pydantic import BaseModel, Field, model_validator

from core.catalogue import Words, load
from core.organisation import Organisation
from incidents.classification import CauseClass
from incidents.erasing.parts import Part
from incidents.models import Incident
from incidents.states import ENDED, State

Months = Annotated[int, Field(ge=1, le=600)]
KEPT = "retention"  # where a company's own choices lie among its preferences


class RetentionRule(BaseModel, frozen=True, extra="forbid"):
    """For which ends and causes (none: all) a part of a case is kept, how many months after the end, and by which law.
    A company may choose otherwise, between `least` and `most`."""

    part: Part
    ends: list[State]
    causes: list[CauseClass] = []
    months: Months
    least: Months = 1
    most: Months = 600
    title: Words
    basis: Words

    @model_validator(mode="after")
    def can_be_used(self) -> Self:
        if not self.least <= self.months <= self.most:
            raise ValueError("months lie between least and most")
        if not self.ends or not ENDED.issuperset(self.ends):
            raise ValueError("an open case is never erased by age: name states in which a case has ended")
        return self

    def fits(self, incident: Incident, part: Part) -> bool:
        causes = not self.causes or incident.cause_class in self.causes
        return part is self.part and incident.state in self.ends and causes


RULES: dict[str, RetentionRule] = load(__name__, RetentionRule)


def months_of(company: Organisation) -> dict[str, int]:
    """Rule -> months, as this company keeps them; what does not fit the card any more falls back to it."""
    chosen = (company.preferences or {}).get(KEPT, {})
    return {
        code: chosen[code] if rule.least <= chosen.get(code, 0) <= rule.most else rule.months
        for code, rule in RULES.items()
    }


def longest(incident: Incident, part: Part, months: dict[str, int]) -> str | None:
    """The rule that decides; none for a case that has not ended, or that has gone up in another."""
    fitting = [code for code, rule in RULES.items() if rule.fits(incident, part)]
    return max(fitting, key=lambda code: (months[code], code), default=None)


def months_after(end: datetime, months: int) -> datetime:
    """The same day of the month, that many months later; the last day of a shorter month."""
    there = end.astimezone(UTC)
    years, month = divmod(there.month - 1 + months, 12)
    year, month = there.year + years, month + 1
    return there.replace(year=year, month=month, day=min(there.day, monthrange(year, month)[1]))
