"""The template as a card: read at start, and refused with its file and line when something in it cannot be."""

import re
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator

from core.catalogue import Words, WrongCard, path_of, read_card
from notifications.edpb.checks import WrongField, check
from notifications.edpb.conditions import Condition, WrongCondition, condition
from notifications.edpb.questions import Choice, Kind, Label, Obligation, Phase, Question, Template

EDPB, OTHER, CONTROLLER = "edpb", "other", "controller"
CARD = "draft_1_0.toml"
CARDS = {EDPB: CARD, OTHER: "other_1.toml", CONTROLLER: "controller_1.toml"}
THE_SAME = "edpb."  # before a number: the choices of that question of the EDPB's template
REQUIRED = {"always": True, "when_shown": True, "when_applicable": True, "never": False}


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ValueCard(Part):
    code: str
    label: Words
    official: str = ""
    only_if: dict[str, Any] | None = None


class FieldCard(Part):
    number: int
    section: str
    label: Words
    kind: Kind
    obligation: Obligation
    required: str | dict[str, Any]
    phase: Phase
    art: str = ""
    condition: dict[str, Any] | None = None
    open_value: str = ""
    repeated: str = ""
    per: int | None = None
    files: bool = False
    own: bool = False
    values: tuple[ValueCard, ...] = ()
    values_of: str = ""


class SectionCard(Part):
    number: str
    title: Words


class TemplateCard(Part):
    name: Words
    version: str
    draft: bool
    adopted: date
    published: date
    compiled: date
    lists: dict[str, tuple[ValueCard, ...]] = {}
    section: tuple[SectionCard, ...]
    field: tuple[FieldCard, ...]

    @field_validator("published", "compiled")
    @classmethod
    def follows_what_came_before(cls, at: date, info: ValidationInfo) -> date:
        """Adopted, then published, then made into this card."""
        earlier = "adopted" if info.field_name == "published" else "published"
        if earlier in info.data and at < info.data[earlier]:
            raise ValueError(f"it was {earlier} on {info.data[earlier]}, so it cannot be {info.field_name} on {at}")
        return at


@cache
def template(card: str = EDPB) -> Template:
    """The version in use of one form. A number means the same in each, so the case fills all of them alike."""
    package, name = __name__.rpartition(".")[0], CARDS[card]
    return read(path_of(package, name), files(package).joinpath(name).read_text("utf-8"))


def read(name: str, text: str) -> Template:
    """A template from its text; everything it says of itself has been checked.

    Raises:
        WrongCard: with file and line.
    """
    card = read_card(name, text, TemplateCard)
    try:
        return _template(card)
    except WrongField as wrong:
        raise WrongCard(f"{name}:{_line(text, wrong.number)}: field {wrong.number}: {wrong}") from None


def _template(card: TemplateCard) -> Template:
    sections = {one.number: _label(one.title) for one in card.section}
    questions: dict[int, Question] = {}
    for one in card.field:
        if one.number in questions:
            raise WrongField(one.number, "this number is there twice")
        questions[one.number] = _question(one, card, sections)
    for question in questions.values():
        check(question, questions)
    return Template(card.version, sections, questions, _label(card.name))


def _question(one: FieldCard, card: TemplateCard, sections: dict[str, Label]) -> Question:
    if one.section not in sections:
        raise WrongField(one.number, f"there is no section {one.section}")
    try:
        return Question(
            one.number, one.section, _label(one.label), one.kind, one.obligation, one.phase, _required(one),
            condition(one.condition) if one.condition else None, _choices(one, card), one.art,
            one.open_value, one.repeated, one.per, one.files, one.own,
        )  # fmt: skip
    except WrongCondition as wrong:
        raise WrongField(one.number, str(wrong)) from None


def _choices(one: FieldCard, card: TemplateCard) -> tuple[Choice, ...]:
    if one.values_of.startswith(THE_SAME):
        same = template().questions.get(int(one.values_of.removeprefix(THE_SAME)))
        if same is None:
            raise WrongField(one.number, f"the EDPB's template has no question {one.values_of}")
        return same.choices
    if one.values_of and one.values_of not in card.lists:
        raise WrongField(one.number, f"there is no list {one.values_of}")
    return tuple(map(_choice, card.lists[one.values_of] if one.values_of else one.values))


def _required(one: FieldCard) -> bool | Condition:
    if isinstance(one.required, dict):
        return condition(one.required)
    if one.required not in REQUIRED:
        raise WrongField(one.number, f"required = {one.required!r} says nothing")
    return REQUIRED[one.required]


def _choice(value: ValueCard) -> Choice:
    return Choice(value.code, _label(value.label), condition(value.only_if) if value.only_if else None)


def _label(words: Words) -> Label:
    return Label(words.en, words.sv)


def _line(text: str, number: int) -> int:
    spot = re.search(rf"^number = {number}$", text, re.MULTILINE)
    return text.count("\n", 0, spot.start()) + 1 if spot else 1
