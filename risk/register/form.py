"""A risk as it is typed, and what is wrong with it, each fault at its field."""

from collections.abc import Collection
from datetime import date
from typing import Annotated

from pydantic import BaseModel, Field

from core.errors import N_, Invalid
from risk.register.rules import Treatment, day_faults

Step = Annotated[int, Field(ge=1, le=4)]
Perhaps = Annotated[int, Field(ge=0, le=4)]


class RiskForm(BaseModel):
    """Today's level is asked for; before the measures and after them may be left out (nought). `cause` is a class of
    clause 8.2 or a code in it. The days are read here and judged in `day_faults`."""

    title: Annotated[str, Field(min_length=3, max_length=120)]
    cause: Annotated[str, Field(max_length=80)]
    asset: Annotated[str, Field(max_length=120)] = ""
    likelihood: Step
    impact: Step
    inherent_likelihood: Perhaps = 0
    inherent_impact: Perhaps = 0
    target_likelihood: Perhaps = 0
    target_impact: Perhaps = 0
    rationale: Annotated[str, Field(min_length=10, max_length=4000)]
    treatment: Treatment = Treatment.NONE_YET
    measures: Annotated[str, Field(max_length=4000)] = ""
    accept_until: date | None = None
    owner: str = ""
    review_on: date | None = None
    controls: Annotated[list[str], Field(max_length=40)] = []
    why: Annotated[str, Field(max_length=1000)] = ""
    version: int = 0


def check(form: RiskForm, today: date, owners: Collection[str], controls: Collection[str]) -> None:
    """Refuse what cannot be.

    Raises:
        Invalid: a sentence for each field.
    """
    wrong = day_faults(form.treatment, form.accept_until, form.review_on, today)
    if not form.owner:
        wrong["owner"] = N_("Choose who answers for the risk.")
    elif form.owner not in owners:
        wrong["owner"] = N_("Choose one of the people in the list.")
    if not set(form.controls) <= set(controls):
        wrong["controls"] = N_("Choose among the controls in the list.")
    for name in ("inherent", "target"):
        likelihood, impact = getattr(form, f"{name}_likelihood"), getattr(form, f"{name}_impact")
        if bool(likelihood) != bool(impact):
            wrong[f"{name}_{'impact' if likelihood else 'likelihood'}"] = N_("Answer both, or neither.")
    if wrong:
        raise Invalid(wrong)
