"""The form of a letter: answers that need no language, and words in each language that somebody on the list reads."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from pydantic import BaseModel, Field, ValidationError, field_validator

from core.errors import N_, Invalid
from notifications.letters.data import WORDS
from notifications.letters.languages import LANGUAGES, Certainty
from notifications.letters.templates import TEMPLATES

LIMITS = {
    "subject": 200, "text": 6000, "when": 200, "what_happened": 2000, "more_1": 1000, "more_2": 1000, "data": 2000,
    "consequences": 2000, "measures": 2000, "advice": 3000, "list_words": 4000,
}  # fmt: skip
ONLY_PEOPLE_KNOW = ("what_happened", "measures")
OPTIONAL = frozenset({"more_1", "more_2", "list_words"})
STATEMENTS = {"what_happened": "sure", "more_1": "sure_1", "more_2": "sure_2"}  # a statement, and how sure we are of it
CHOICES = ("contact_name", "contact_phone", "hours_days", "hours_from", "hours_to", "next_on", *STATEMENTS.values())
MISSING = N_("Answer this question.")
TOO_LONG = N_("The text is too long.")
UNWRITTEN = {"template": "generic", "contact_name": "–", "contact_phone": "–", "hours_days": "weekdays",
             "hours_from": "09:00", "hours_to": "16:00"}  # fmt: skip


class Choices(BaseModel, frozen=True, extra="ignore"):
    """What is the same in every language."""

    template: str
    contact_name: str = Field(max_length=120)
    contact_phone: str = Field(max_length=60)
    hours_days: str = Field(pattern="^(weekdays|every_day)$")
    hours_from: str = Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    hours_to: str = Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    next_on: date | None = None
    sure: Certainty = Certainty.KNOW
    sure_1: Certainty = Certainty.KNOW
    sure_2: Certainty = Certainty.KNOW
    absent: tuple[str, ...] = ()

    @field_validator("template")
    @classmethod
    def _known_template(cls, code: str) -> str:
        if code not in TEMPLATES:
            raise ValueError(N_("Choose a template."))
        return code

    @field_validator("absent")
    @classmethod
    def _known_data(cls, codes: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(code for code in codes if code in WORDS)


@dataclass(frozen=True)
class LetterForm:
    """A letter as it was typed. `said`: by language, then by field; a language that nobody has written is not there."""

    choices: Choices
    said: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def letter_form(fields: Mapping[str, object], needed: Collection[str]) -> LetterForm:
    """Read what was typed. What is empty and was asked for is asked for again, never filled in silently.

    `needed` languages must be whole; another one counts as soon as somebody has written in it what only people know.

    Raises:
        Invalid: a sentence for each field that cannot be used, such as `measures_nb`.
    """
    choices, wrong = _choices(fields)
    said = _said(fields, written_in(fields, needed))
    wrong |= faults(said)
    if wrong or choices is None:
        raise Invalid(wrong)
    return LetterForm(choices, said)


def so_far(fields: Mapping[str, object], needed: Collection[str]) -> LetterForm:
    """The same for a letter that is still being written: what cannot be used is as if it were not there yet."""
    choices, wrong = _choices(fields)
    if choices is None:
        usable = {name: value for name, value in fields.items() if name not in wrong and value}
        choices = _choices({**UNWRITTEN, **usable})[0] or Choices.model_validate(UNWRITTEN)
    return LetterForm(choices, _said(fields, written_in(fields, needed)))


def faults(said: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """What is missing or too long, field by field."""
    found = {}
    for lang, texts in said.items():
        for name, text in texts.items():
            if len(text) > LIMITS[name]:
                found[f"{name}_{lang}"] = TOO_LONG
            elif not text.strip() and name not in OPTIONAL:
                found[f"{name}_{lang}"] = MISSING
    return found


def written_in(fields: Mapping[str, object], needed: Collection[str]) -> list[str]:
    """The languages of the letter: those the list needs, and those in which something is written."""
    return [lang for lang in LANGUAGES
            if lang in needed or any(_text(fields, name, lang).strip() for name in ONLY_PEOPLE_KNOW)]  # fmt: skip


def _said(fields: Mapping[str, object], languages: Collection[str]) -> dict[str, dict[str, str]]:
    return {lang: {name: _text(fields, name, lang) for name in LIMITS} for lang in languages}


def _text(fields: Mapping[str, object], name: str, lang: str) -> str:
    return str(fields.get(f"{name}_{lang}") or "").replace("\r\n", "\n")


def _choices(fields: Mapping[str, object]) -> tuple[Choices | None, dict[str, str]]:
    given = {name: value for name, value in fields.items() if name in Choices.model_fields and value not in ("", None)}
    try:
        return Choices.model_validate(given), {}
    except ValidationError as refused:
        return None, {str(error["loc"][0]): _sentence(error["type"], error["msg"]) for error in refused.errors()}


def _sentence(kind: str, message: str) -> str:
    if kind == "value_error":
        return message.removeprefix("Value error, ")
    return TOO_LONG if kind == "string_too_long" else MISSING
