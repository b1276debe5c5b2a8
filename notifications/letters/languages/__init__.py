"""The languages we write letters in, one card each: headings, dates, the words of the public page, what is forbidden.

Adding `da.toml`, a block `[letter.da]` in each template, and its words in the library adds a language. What is missing
stops the start.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, Field, field_validator

from core.catalogue import Words, load
from notifications.letters.blocks import Block
from notifications.letters.phrases import LINKS_ANYWHERE, any_of
from notifications.letters.rules import Rules

PHRASE_WORDS = 64


class Certainty(StrEnum):
    """How sure we are of a statement: in three words only (ux 6.3, rule 7)."""

    KNOW = "know"
    BELIEVE = "believe"
    UNKNOWN = "unknown"


class Time(BaseModel, frozen=True, extra="forbid"):
    """`day` stands after a preposition or on its own, `happened` in a sentence that says when something was."""

    day: str
    happened: str
    hour: str
    weekdays: str
    every_day: str
    days: Annotated[tuple[str, ...], Field(min_length=7, max_length=7)]
    months: Annotated[tuple[str, ...], Field(min_length=12, max_length=12)]


class Page(BaseModel, frozen=True, extra="forbid"):
    """The public page, where whoever doubts a letter finds the same text."""

    title: str
    lead: str
    label: str
    button: str
    promise: str
    wrong: str
    ours: str


class Never(BaseModel, frozen=True, extra="forbid"):
    hedges: tuple[str, ...]
    links: tuple[str, ...]
    attachments: tuple[str, ...]
    secrets: tuple[str, ...]


class Language(BaseModel, frozen=True, extra="forbid"):
    """`read_by`: codes and names in a list whose people get this language. `review`: what is still to be done to it."""

    title: Words
    own_name: str
    read_by: tuple[str, ...]
    review: str = ""
    hard_lix: int | None = None
    example: str
    trial: str
    minutes: str
    notice_page: str
    sheet: str
    log: str
    not_involved: str
    next_by: str
    next_open: str
    words: str
    headings: Mapping[Block, str]
    certainty: Mapping[Certainty, str]
    time: Time
    page: Page
    never: Never

    @field_validator("headings", "certainty")
    @classmethod
    def _whole(cls, said: Mapping[StrEnum, str]) -> Mapping[StrEnum, str]:
        kind = type(next(iter(said)))
        if missing := set(kind) - set(said):
            raise ValueError(f"missing: {', '.join(sorted(missing))}")
        return said

    @field_validator("words")
    @classmethod
    def _as_many_as_the_others(cls, words: str) -> str:
        if len(set(words.split())) != PHRASE_WORDS or len(words.split()) != PHRASE_WORDS:
            raise ValueError(f"a check phrase is made of {PHRASE_WORDS} different words")
        return words

    @cached_property
    def phrase_words(self) -> list[str]:
        return self.words.split()

    @cached_property
    def rules(self) -> Rules:
        """Its own headings, and what is forbidden in any language."""
        never = [card.never for card in LANGUAGES.values()]
        return Rules(
            headings=self.headings,
            hedges=any_of(one for each in never for one in each.hedges),
            links=any_of([*LINKS_ANYWHERE, *(one for each in never for one in each.links)]),
            attachments=any_of(one for each in never for one in each.attachments),
            secrets=any_of(one for each in never for one in each.secrets),
            hard_lix=self.hard_lix,
        )

    def day(self, day: date) -> str:
        return self._dated(self.time.day, day)

    def happened(self, at: datetime, zone: str) -> str:
        """A day as it stands in "It happened …"."""
        return self._dated(self.time.happened, at.astimezone(ZoneInfo(zone)).date())

    def _dated(self, pattern: str, day: date) -> str:
        month, weekday = self.time.months[day.month - 1], self.time.days[day.weekday()]
        return pattern.format(weekday=weekday, day=day.day, month=month, year=day.year)

    def hours(self, days: str, start: str, end: str) -> str:
        """`vardagar kl. 9.00–16.30`; the times come as a form holds them, `09:00`."""
        pattern = self.time.every_day if days == "every_day" else self.time.weekdays
        return pattern.format(start=self._hour(start), end=self._hour(end))

    def _hour(self, clock: str) -> str:
        hour, _, minute = clock.partition(":")
        return self.time.hour.format(hour=int(hour), minute=minute)


OURS = ("sv", "en")  # what we speak ourselves comes first
_CARDS = load(__name__, Language)
LANGUAGES: dict[str, Language] = {code: _CARDS[code] for code in dict.fromkeys((*OURS, *_CARDS))}


def _in_each(said: Mapping[str, str]) -> Mapping[str, str]:
    if set(said) != set(LANGUAGES):
        raise ValueError(f"needs exactly {', '.join(LANGUAGES)}")
    return said


InEach = Annotated[Mapping[str, str], AfterValidator(_in_each)]
_CODE = re.compile(r"[\W_]")


def read_by(written: str, fallback: str, languages: Mapping[str, Language] = LANGUAGES) -> tuple[str, bool]:
    """The language for somebody who reads `written` (`nn-NO`, `lt`, `Norsk`), and whether it is one they asked for.

    nynorsk reads bokmål; whoever reads what we do not write, such as Northern Sami, gets the company's language, and
    the list says so.
    """
    asked = written.strip().casefold()
    code = _CODE.split(asked)[0]
    for lang, card in languages.items():
        if code == lang or {asked, code} & set(card.read_by):
            return lang, True
    return fallback, False
