"""Reviewed letters to start from, each in every language. Adding `paper_lost.toml` adds a letter."""

from collections.abc import Mapping

from pydantic import BaseModel, model_validator

from core.catalogue import Words, load
from notifications.letters.blocks import Block, compose
from notifications.letters.languages import LANGUAGES
from notifications.letters.wording import check, check_subject


class Letter(BaseModel, frozen=True, extra="forbid"):
    """One letter in one language: its subject, its blocks, and the words around them."""

    subject: str
    greeting: str
    nature: str
    data: str
    consequences: str
    measures: str
    advice: str
    contact: str
    complaint: str
    closing: str

    def body(self, lang: str) -> str:
        blocks = {block: str(getattr(self, block)) for block in Block}
        return compose(self.greeting, blocks, self.closing, LANGUAGES[lang].headings)


class LetterTemplate(BaseModel, frozen=True, extra="forbid"):
    """A letter for one kind of incident. One that breaks our own rules stops the start.

    `follows`: it is only written after an earlier letter of the same case.
    """

    title: Words
    kinds: tuple[str, ...] = ()
    follows: bool = False
    letter: Mapping[str, Letter]

    @model_validator(mode="after")
    def keeps_our_own_rules(self) -> "LetterTemplate":
        if set(self.letter) != set(LANGUAGES):
            raise ValueError(f"needs a letter in exactly {', '.join(LANGUAGES)}")
        for lang, letter in self.letter.items():
            rules = LANGUAGES[lang].rules
            problems = [*check(letter.body(lang), rules), *check_subject(letter.subject, rules)]
            if problems:
                raise ValueError(f"{lang}: {', '.join(f'{one.code} {dict(one.params)}' for one in problems)}")
        return self


TEMPLATES: dict[str, LetterTemplate] = load(__name__, LetterTemplate)


def suggested(kind: str) -> str:
    """The letter that fits the kind of report best; the generic one when none is made for it."""
    return next((code for code, template in TEMPLATES.items() if kind in template.kinds), "generic")


def offered(*, follows: bool) -> list[str]:
    """The codes to choose from: for a first letter, or for one after it."""
    return [code for code, template in TEMPLATES.items() if follows or not template.follows]
