"""The questions of a template and how they hang together: which are asked, which must be answered, and when."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal

from notifications.edpb.conditions import Condition, Facts, Values


class Kind(StrEnum):
    TEXT = "text"
    LONG_TEXT = "long_text"
    CHOICE = "choice"
    CHOICES = "choices"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    NUMBER = "number"


class Phase(StrEnum):
    """INITIAL belongs in the first notice, even an incomplete one; MAY_FOLLOW may be completed later (Art. 33(4))."""

    INITIAL = "initial"
    MAY_FOLLOW = "may_follow"


Obligation = Literal["mandatory", "conditional", "optional"]


@dataclass(frozen=True, slots=True)
class Label:
    en: str
    sv: str

    def in_(self, lang: str) -> str:
        return self.sv if lang == "sv" else self.en


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that can be chosen; `only_if` says when."""

    code: str
    label: Label
    only_if: Condition | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One numbered input. `required` without a condition of its own holds wherever the question is asked.

    `open_value` is the choice for "not known yet", `repeated` names the group it is repeated with, `per` the question
    whose every answer it is asked for once. `own`: where several are told the same, each is told this for itself.
    """

    number: int
    section: str
    label: Label
    kind: Kind
    obligation: Obligation
    phase: Phase
    required: bool | Condition
    condition: Condition | None = None
    choices: tuple[Choice, ...] = ()
    art: str = ""
    open_value: str = ""
    repeated: str = ""
    per: int | None = None
    files: bool = False
    own: bool = False

    @property
    def looks_at(self) -> frozenset[int]:
        return self.condition.numbers if self.condition else frozenset()

    def choice(self, code: str) -> Choice | None:
        return next((choice for choice in self.choices if choice.code == code), None)


@dataclass(frozen=True, slots=True)
class Template:
    """One dated version. Which one is used is configuration: the draft may change before it is rolled out."""

    version: str
    sections: Mapping[str, Label]
    questions: Mapping[int, Question]
    name: Label

    def asked(self, facts: Facts) -> list[Question]:
        """The questions of this notice. What was answered to a question that is no longer asked does not count."""
        found: dict[int, bool] = {}
        return [one for one in self.questions.values() if self._is_asked(one, facts, found)]

    def required(self, question: Question, facts: Facts) -> bool:
        """Whether a question that is asked must be answered in a complete notice."""
        if isinstance(question.required, bool):
            return question.required
        return question.required.holds(facts)

    def choices(self, question: Question, facts: Facts) -> list[Choice]:
        """What can be chosen now."""
        return [one for one in question.choices if one.only_if is None or one.only_if.holds(facts)]

    def _is_asked(self, question: Question, facts: Facts, found: dict[int, bool]) -> bool:
        if question.number not in found:
            counted: dict[int, Values] = {
                number: facts.answers[number]
                for number in question.looks_at
                if number in facts.answers and self._is_asked(self.questions[number], facts, found)
            }
            condition = question.condition
            found[question.number] = condition is None or condition.holds(replace(facts, answers=counted))
        return found[question.number]
