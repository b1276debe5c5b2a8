"""Reviewed letters to start from, each in Swedish and English. Adding `paper_lost.toml` adds a letter."""

from pydantic import BaseModel, model_validator

from core.catalogue import Words, load
from notifications.letters.blocks import Block, compose
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
        return compose(self.greeting, {block: getattr(self, block) for block in Block}, self.closing, lang)


class LetterTemplate(BaseModel, frozen=True, extra="forbid"):
    """A letter for one kind of incident. One that breaks our own rules stops the start."""

    title: Words
    kinds: tuple[str, ...] = ()
    sv: Letter
    en: Letter

    def in_(self, lang: str) -> Letter:
        return self.sv if lang == "sv" else self.en

    @model_validator(mode="after")
    def keeps_our_own_rules(self) -> "LetterTemplate":
        for lang in ("sv", "en"):
            letter = self.in_(lang)
            problems = [*check(letter.body(lang), lang), *check_subject(letter.subject)]
            if problems:
                raise ValueError(f"{lang}: {', '.join(f'{one.code} {dict(one.params)}' for one in problems)}")
        return self


TEMPLATES: dict[str, LetterTemplate] = load(__name__, LetterTemplate)


def suggested(kind: str) -> str:
    """The letter that fits the kind of report best; the generic one when none is made for it."""
    return next((code for code, template in TEMPLATES.items() if kind in template.kinds), "generic")
