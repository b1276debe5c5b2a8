"""The check page: every answer in words, with the page on which it can be changed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from core.errors import N_
from core.i18n import absolute, translate
from core.web import TypedForm
from incidents import questions
from incidents.forms import PAGES

CHOICES: Mapping[str, Mapping[str, str]] = {
    "what_happened_kind": questions.KINDS,
    "noticed_at_choice": questions.NOTICED,
    "still_going_on": questions.ANSWERS,
    "people_band": questions.BANDS,
    "contact_choice": questions.CONTACTS,
    "reporter_relation": questions.RELATIONS,
}
LISTS: Mapping[str, Mapping[str, str]] = {"data_kinds": questions.DATA_KINDS, "involved": questions.RECEIVERS}
BESIDE = {
    "contact_choice": ("contact_value",),
    "happened_at": ("happened_at_date", "happened_at_time"),
}
ONLY_IF_GIVEN = {"reporter_relation", "reporter_name", "unit", "safe_to_contact_hours", "involved", "happened_at"}


def choices(lang: str) -> dict[str, list[tuple[str, str]]]:
    """The answers to choose from, in the reader's language, as the form macros take them."""
    named = {"KINDS": questions.KINDS, "NOTICED": questions.NOTICED, "ANSWERS": questions.ANSWERS,
             "DATA_KINDS": questions.DATA_KINDS, "BANDS": questions.BANDS, "CONTACTS": questions.CONTACTS,
             "RELATIONS": questions.RELATIONS}  # fmt: skip
    return {name: [(code, translate(lang, word)) for code, word in words.items()] for name, words in named.items()}


TWICE = N_(
    "The clocks are put back that night, so the time occurs twice. This one is used: {moment}. "
    "Choose Change to say the other one."
)


def answer_rows(typed: TypedForm, lang: str, doubts: Mapping[str, datetime], zone: str) -> list[dict[str, Any]]:
    """Question, answer and the number of its page; the seven questions always, the rest when answered. `doubts` are
    the times that occur twice."""
    notes = {name: translate(lang, TWICE, moment=absolute(at, lang, zone)) for name, at in doubts.items()}
    rows = [
        {"question": translate(lang, question), "href": _page_of(name),
         "answer": "\n".join(filter(None, [in_words(typed, name, lang), notes.get(name)]))}
        for name, question in questions.QUESTIONS.items()
    ]  # fmt: skip
    names = list(questions.QUESTIONS)
    return [row for name, row in zip(names, rows, strict=True) if row["answer"] or name not in ONLY_IF_GIVEN]


def in_words(typed: TypedForm, name: str, lang: str) -> str:
    """One answer as the reporter gave it; what belongs to it stands on its own lines."""
    if name in LISTS:
        return "\n".join(translate(lang, LISTS[name].get(value, "")) for value in typed.all(name))
    value = typed.get(name)
    first = translate(lang, CHOICES[name][value]) if value in CHOICES.get(name, {}) else value
    beside = [typed.get(other) for other in _beside(name, value)]
    return "\n".join(part for part in [first, " ".join(part for part in beside if part)] if part)


def _beside(name: str, value: str) -> tuple[str, ...]:
    """The fields that belong to this answer. Others may be filled in from an answer that was changed."""
    if name == "noticed_at_choice":
        return questions.NOTICED_BESIDE.get(value, ())
    return () if value == questions.ContactChoice.CODE else BESIDE.get(name, ())


def _page_of(name: str) -> int:
    for number, model in enumerate(PAGES, start=1):
        if name in model.model_fields or f"{name}_date" in model.model_fields:
            return number
    return 1
