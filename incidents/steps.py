"""The walk through a form of several short pages and a page to check. It keeps no state: all answers travel in the
form, so nothing can expire."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar

from pydantic import BaseModel

from core.errors import Invalid
from core.personal_numbers import found, without
from incidents.forms import CLIENT_KEY

Model = TypeVar("Model", bound=BaseModel)
ALONG = ("client_uuid", "form_version", "checked", "numbers_kept")


class Answers(Protocol):
    """A form as typed (core.web.TypedForm)."""

    def get(self, name: str, default: str = "") -> str: ...
    def read(self, model: type[Model]) -> Model: ...


@dataclass(frozen=True, slots=True)
class Step:
    """What to show next: a page, what is wrong on it, and answers that changed on the way."""

    page: int
    wrong: Mapping[str, str] = field(default_factory=dict)
    changed: Mapping[str, str] = field(default_factory=dict)
    numbers: tuple[str, ...] = ()
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Walk:
    """One form: its pages, the free texts that are looked through for personal numbers, and `check`, which raises
    Invalid for moments of a page that cannot be. `along` travels besides the answers."""

    pages: tuple[type[BaseModel], ...]
    texts: tuple[str, ...]
    check: Callable[[BaseModel, datetime, str], None]
    along: tuple[str, ...] = ALONG

    @property
    def last(self) -> int:
        """The number of the check page."""
        return len(self.pages) + 1

    def carried(self, page: int) -> list[str]:
        """The names that travel unseen on a page: every answer that it does not ask for itself."""
        here = set() if page == self.last else set(self.pages[page - 1].model_fields)
        return [*self.along, *(name for model in self.pages for name in model.model_fields if name not in here)]

    def step(self, typed: Answers, now: datetime, zone: str, removed: str) -> Step:
        """Where the pressed button leads. `removed` is the word put where a personal number was taken out."""
        page, go = self._page(typed.get("page")), typed.get("go")
        if go.isdigit() and 1 <= int(go) <= self.last:
            return Step(int(go))
        if go in {"stay", "back"}:
            return Step(max(1, page - (go == "back")))
        if go == "remove":
            cleaned = {name: without(typed.get(name), removed) for name in self.texts if found(typed.get(name))}
            return Step(self._after(page, typed), changed=cleaned)
        if wrong := self.faults(typed, page, now, zone):
            return Step(page, wrong=wrong.fields, params=wrong.params)
        if go == "keep":
            return Step(self._after(page, typed), changed={"numbers_kept": "yes"})
        numbers = tuple(number for name in self.texts for number in found(typed.get(name)))
        if numbers and typed.get("numbers_kept") != "yes":
            return Step(page, numbers=numbers)
        return Step(self._after(page, typed))

    def faults(self, typed: Answers, page: int, now: datetime, zone: str) -> Invalid | None:
        """What is wrong on one page."""
        if page == self.last:
            return None
        try:
            self.check(typed.read(self.pages[page - 1]), now, zone)
        except Invalid as wrong:
            return wrong
        return None

    def missing(self, typed: Answers, now: datetime, zone: str) -> Step | None:
        """The first page that keeps the form from being sent."""
        for page in range(1, self.last):
            if wrong := self.faults(typed, page, now, zone):
                return Step(page, wrong=wrong.fields, changed={"checked": "yes"}, params=wrong.params)
        return None

    def _page(self, typed: str) -> int:
        return int(typed) if typed.isdigit() and 1 <= int(typed) <= self.last else 1

    def _after(self, page: int, typed: Answers) -> int:
        return self.last if typed.get("checked") == "yes" else min(page + 1, self.last)


def client_key(typed: str = "") -> str:
    """The sender's own key if it can be one, else a new one of 144 random bits that nobody can guess."""
    return typed if CLIENT_KEY.fullmatch(typed) else secrets.token_urlsafe(18)
