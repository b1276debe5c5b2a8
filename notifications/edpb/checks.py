"""What every question of a template must keep to, so that a slip in the card stops the start and not a notice."""

from collections.abc import Iterator, Mapping

from notifications.edpb.conditions import Condition
from notifications.edpb.questions import Kind, Question

CONTEXTS = frozenset({
    "controller_established_in_eea", "controller_not_established_in_eea", "controller_has_identifier",
    "authority_requires_national_id", "authority_requires_declaration",
    "to_csirt", "to_supervisor", "to_police", "to_insurer", "to_bank", "to_controller", "deadline_passed",
})  # fmt: skip


class WrongField(ValueError):
    """A question that does not fit the others."""

    def __init__(self, number: int, sentence: str) -> None:
        super().__init__(sentence)
        self.number = number


def check(question: Question, questions: Mapping[int, Question]) -> None:
    """Conditions name questions and choices that exist, and never lead back to their own question.

    Raises:
        WrongField: see there.
    """
    for one in _conditions(question):
        _check_names(question, one, questions)
    if question.number in _behind(question, questions):
        raise WrongField(question.number, "its condition depends on itself")
    if question.open_value and question.choice(question.open_value) is None:
        raise WrongField(question.number, f"open_value {question.open_value!r} is none of its choices")
    if question.kind in {Kind.CHOICE, Kind.CHOICES} and not question.choices:
        raise WrongField(question.number, "there is nothing to choose")
    if question.per is not None and question.per not in questions:
        raise WrongField(question.number, f"it is asked per field {question.per}, which does not exist")


def _check_names(question: Question, one: Condition, questions: Mapping[int, Question]) -> None:
    for number, value in sorted(one.mentions):
        if number not in questions:
            raise WrongField(question.number, f"its condition names field {number}, which does not exist")
        named = questions[number]
        if value and named.choices and named.choice(value) is None:
            raise WrongField(question.number, f"its condition names {value!r}, no choice of field {number}")
    for context in sorted(one.contexts - CONTEXTS):
        raise WrongField(question.number, f"nobody knows the context {context!r}")


def _conditions(question: Question) -> Iterator[Condition]:
    if question.condition:
        yield question.condition
    if not isinstance(question.required, bool):
        yield question.required
    for choice in question.choices:
        if choice.only_if:
            yield choice.only_if


def _behind(question: Question, questions: Mapping[int, Question]) -> set[int]:
    """Every question that this one hangs on, however far back."""
    found: set[int] = set()
    ahead = set(question.looks_at)
    while ahead:
        number = ahead.pop()
        if number not in found and number in questions:
            found.add(number)
            ahead |= questions[number].looks_at
    return found
