"""The catalogue of checklists, one card an event of clauses 3.6, 3.9, 3.10, 3.12 and 9.1 a."""

from typing import Annotated

from pydantic import BaseModel, Field, model_validator

from core.access import Role
from core.catalogue import Words, load


class StepCard(BaseModel, frozen=True, extra="forbid"):
    """One thing to do, how, and who does it when nobody else is chosen."""

    code: Annotated[str, Field(pattern=r"^[a-z_]+$")]
    title: Words
    how: Words
    owner: Role


class TaskCard(BaseModel, frozen=True, extra="forbid"):
    """One checklist. `report_kind` and `report_text` fill in the report form when it was not done in time."""

    clauses: Annotated[tuple[str, ...], Field(min_length=1)]
    order: int
    title: Words
    when: Words
    whom: Words
    whom_hint: Words
    day: Words
    report_kind: str
    report_text: Words
    step: Annotated[tuple[StepCard, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def each_step_has_a_code_of_its_own(self) -> "TaskCard":
        codes = [step.code for step in self.step]
        if len(set(codes)) != len(codes):
            raise ValueError("each step has a code of its own")
        return self

    def step_of(self, code: str) -> StepCard | None:
        return next((step for step in self.step if step.code == code), None)


TASKS: dict[str, TaskCard] = dict(sorted(load("risk.tasks", TaskCard).items(), key=lambda item: item[1].order))
LEAVER = "leaver"
