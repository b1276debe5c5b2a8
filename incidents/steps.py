"""The walk through the report form. It keeps no state: all answers travel in the form, so nothing can expire."""

import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar

from pydantic import BaseModel

from core.errors import Invalid
from core.personal_numbers import found, without
from incidents.forms import CLIENT_KEY, FREE_TEXTS, PAGES, HowToReach, ReportForm, WhenNoticed
from incidents.noticed import happened, happened_twice, noticed, noticed_twice

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
    params: Mapping[str, object] = field(default_factory=dict)


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
        return Step(page, wrong=wrong.fields, params=wrong.params)
    if go == "keep":
        return Step(_after(page, typed), changed={"numbers_kept": "yes"})
    numbers = personal_numbers(typed)
    if numbers and typed.get("numbers_kept") != "yes":
        return Step(page, numbers=numbers)
    return Step(_after(page, typed))


def faults(typed: Answers, page: int, now: datetime, zone: str) -> Invalid | None:
    """What is wrong on one page."""
    if page == CHECK:
        return None
    try:
        read = typed.read(PAGES[page - 1])
        if isinstance(read, WhenNoticed):
            noticed(read, now, zone)
        if isinstance(read, HowToReach):
            happened(read, now, zone)
    except Invalid as wrong:
        return wrong
    return None


def doubtful(typed: Answers, now: datetime, zone: str) -> dict[str, datetime]:
    """The questions whose time occurs twice because the clocks are put back, and the moment that is used."""
    found: dict[str, datetime | None] = {}
    with suppress(Invalid):
        found["noticed_at_choice"] = noticed_twice(typed.read(WhenNoticed), now, zone)
    with suppress(Invalid):
        found["happened_at"] = happened_twice(typed.read(HowToReach), now, zone)
    return {question: at for question, at in found.items() if at}


def whole(typed: Answers, now: datetime, zone: str) -> ReportForm | Step:
    """The report to send, or the first page on which something is missing."""
    for page in range(1, CHECK):
        if wrong := faults(typed, page, now, zone):
            return Step(page, wrong=wrong.fields, changed={"checked": "yes"}, params=wrong.params)
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
