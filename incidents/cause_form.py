"""What is asked of a cause of the company's own."""

import re
from typing import Literal

from pydantic import BaseModel, Field, field_validator

from core.errors import N_
from incidents.classification import CauseClass
from incidents.own_causes import OwnCause

MOST_PHRASES, LONGEST = 20, 60
TOO_MANY = N_("Write at most 20 lines of at most 60 characters.")
TOO_SHORT = N_("Each line needs a word of at least three letters.")
ONE_GAP = N_("A line can have one ~, and not at its beginning or end.")


class CauseForm(BaseModel):
    """`words` are the phrases that the suggestion looks for, one a line; `code` is the card to change, blank for a new
    one."""

    code: str = Field(default="", max_length=80)
    cause_class: Literal[CauseClass.ACCIDENTAL, CauseClass.INTENTIONAL, CauseClass.UNFORESEEN]
    sv: str = Field(min_length=3, max_length=100)
    en: str = Field(min_length=3, max_length=100)
    hint_sv: str = Field(default="", max_length=200)
    hint_en: str = Field(default="", max_length=200)
    clause: str = Field(default="", max_length=20)
    words: str = Field(default="", max_length=2000)

    @field_validator("words")
    @classmethod
    def can_be_looked_for(cls, value: str) -> str:
        phrases = _phrases(value)
        if len(phrases) > MOST_PHRASES or any(len(phrase) > LONGEST for phrase in phrases):
            raise ValueError(TOO_MANY)
        if any(not re.search(r"[^\W\d_]{3}", phrase) for phrase in phrases):
            raise ValueError(TOO_SHORT)
        if any("~" in phrase and not _one_gap(phrase) for phrase in phrases):
            raise ValueError(ONE_GAP)
        return value

    def card(self, code: str) -> OwnCause:
        return OwnCause(
            code=code, cause_class=self.cause_class, sv=self.sv.strip(), en=self.en.strip(),
            hint_sv=self.hint_sv.strip(), hint_en=self.hint_en.strip(), clause=self.clause.strip(),
            words=tuple(_phrases(self.words)),
        )  # fmt: skip


def _phrases(typed: str) -> list[str]:
    return list(dict.fromkeys(" ".join(line.split()) for line in typed.splitlines() if line.strip()))


def _one_gap(phrase: str) -> bool:
    """More than one gap would let a long text take long."""
    words = phrase.split()
    return phrase.count("~") == 1 and "~" in words[1:-1]
