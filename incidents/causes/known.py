"""The causes that are known at one time, those that were retired among them."""

from collections.abc import Mapping
from typing import Self

from pydantic import BaseModel, model_validator

from incidents.causes.cards import Cause
from incidents.classification import CauseClass


class Catalogue(BaseModel, frozen=True):
    """Every cause by its full code. What is retired stays readable, for the cases that carry it, and cannot be chosen
    anew. `version` is what a case is stamped with. An `or_else` that points to nothing stops the start."""

    version: str
    causes: Mapping[str, Cause]
    retired: frozenset[str] = frozenset()

    @model_validator(mode="after")
    def points_to_causes_that_exist(self) -> Self:
        lost = [c.code for c in self.causes.values() if any(other not in self.causes for other in c.or_else)]
        if lost:
            raise ValueError(f"causes that point to nothing: {', '.join(lost)}")
        return self

    def get(self, code: str) -> Cause | None:
        """The cause of a code, also of a retired one."""
        return self.causes.get(code)

    def offers(self, code: str) -> bool:
        """Whether the code can be chosen today."""
        return code in self.causes and code not in self.retired

    def of_class(self, kind: CauseClass) -> tuple[Cause, ...]:
        """The causes to choose from when the class is known."""
        return tuple(one for one in self.causes.values() if one.cause_class is kind and self.offers(one.code))

    def asked_about(self, code: str) -> tuple[Cause, ...]:
        """The causes of the question that a cause asks, itself first; empty when it asks nothing."""
        cause = self.get(code)
        others = [other for other in cause.or_else if self.offers(other)] if cause else []
        return tuple(self.causes[one] for one in (code, *others)) if others else ()
