"""The walk through the report form. It keeps no state: all answers travel in the form, so nothing can expire."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar

from pydantic import BaseModel

from core.errors import Invalid
from core.personal_numbers import found, without
from incidents.forms import CLIENT_KEY, FREE_TEXTS, PAGES, HowToReach, ReportForm, WhenNoticed
from incidents.noticed import happened, noticed

Model = TypeVar("Model", bound=BaseModel)
CHECK = len(PAGES) + 1
ALONG = ("client_uuid", "form_version", "checked", "numbers_kept")


class Answers(Protocol):
    """A form as typed (core.web.TypedForm)."""

    def get(self, name: str, default: str = "") -> str: ...
    def read(self, model: type[Model]) -> Model: ...


@dataclass(frozen=True, slots=True)
class Step:
    """What to show next: a page from 1 to 5, what is wrong on it, and answers that changed on the way."""

    page: int
    wrong: Mapping[str, str] = field(default_factory=dict)
    changed: Mapping[str, str] = field(default_factory=dict)
    numbers: tuple[str, ...] = ()


def carried(page: int) -> list[str]:
    """The names that travel unseen on a page: every answer that it does not ask for itself."""
    here = set() if page == CHECK else set(PAGES[page - 1].model_fields)
    return [*ALONG, *(name for model in PAGES for name in model.model_fields if name not in here)]


def step(typed: Answers, now: datetime, zone: str, removed: str) -> Step:
    """Where the pressed button leads. `removed` is the word put where a personal number was taken out."""
    page, go = _page(typed.get("page")), typed.get("go")
    if go.isdigit() and 1 <= int(go) <= CHECK:
        return Step(int(go))
    if go in {"stay", "back"}:
        return Step(max(1, page - (go == "back")))
    if go == "remove":
        cleaned = {name: without(typed.get(name), removed) for name in FREE_TEXTS if found(typed.get(name))}
        return Step(_after(page, typed), changed=cleaned)
    if wrong := faults(typed, page, now, zone):
        return Step(page, wrong=wrong)
    if go == "keep":
        return Step(_after(page, typed), changed={"numbers_kept": "yes"})
    numbers = personal_numbers(typed)
    if numbers and typed.get("numbers_kept") != "yes":
        return Step(page, numbers=numbers)
    return Step(_after(page, typed))


def faults(typed: Answers, page: int, now: datetime, zone: str) -> dict[str, str]:
    """What is wrong on one page."""
    if page == CHECK:
        return {}
    try:
        read = typed.read(PAGES[page - 1])
        if isinstance(read, WhenNoticed):
            noticed(read, now, zone)
        if isinstance(read, HowToReach):
            happened(read, now, zone)
    except Invalid as wrong:
        return dict(wrong.fields)
    return {}


def whole(typed: Answers, now: datetime, zone: str) -> ReportForm | Step:
    """The report to send, or the first page on which something is missing."""
    for page in range(1, CHECK):
        if wrong := faults(typed, page, now, zone):
            return Step(page, wrong=wrong, changed={"checked": "yes"})
    return typed.read(ReportForm)


def personal_numbers(typed: Answers) -> tuple[str, ...]:
    """What looks like a personal number in any free text."""
    return tuple(number for name in FREE_TEXTS for number in found(typed.get(name)))


def client_key(typed: str = "") -> str:
    """The sender's own key if it can be one, else a new one of 144 random bits that nobody can guess."""
    return typed if CLIENT_KEY.fullmatch(typed) else secrets.token_urlsafe(18)


def _page(typed: str) -> int:
    return int(typed) if typed.isdigit() and 1 <= int(typed) <= CHECK else 1


def _after(page: int, typed: Answers) -> int:
    return CHECK if typed.get("checked") == "yes" else min(page + 1, CHECK)
