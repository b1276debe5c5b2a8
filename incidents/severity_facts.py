"""Stated facts in words: question and answer, and what two versions say differently."""

from fractions import Fraction
from typing import Any

from core.errors import N_
from core.i18n import translate
from incidents.severity_form import weight
from risk.facts_form import DataForm, FactsForm
from risk.tables import CIRCUMSTANCES, DATA, IDENTIFIES, MALICIOUS
from risk.words import ANSWERS, NOT_KNOWN, QUESTIONS, YES_NO, figure

KIND = N_("{name}, weight {weight} of 4: {example}.")
STEP = N_("{name}, weight {weight} of 4: {example}. Why: {why}")


def facts_in_words(facts: FactsForm, lang: str) -> list[tuple[str, str]]:
    """Every fact, in the order of the form."""
    return [(translate(lang, question), _answer(name, facts, lang)) for name, question in QUESTIONS.items()]


def changed_facts(before: FactsForm, after: FactsForm, lang: str) -> list[tuple[str, str, str]]:
    """Question, old answer, new answer, where they differ."""
    old, new = facts_in_words(before, lang), facts_in_words(after, lang)
    return [(word, was, now) for (word, was), (_, now) in zip(old, new, strict=True) if was != now]


def _answer(name: str, facts: FactsForm, lang: str) -> str:
    if name in CIRCUMSTANCES:
        value = Fraction(getattr(facts.circumstances, name))
        return f"{translate(lang, CIRCUMSTANCES[name][value])} (+{figure(value, lang)})"
    if name == "malicious":
        return translate(lang, MALICIOUS[facts.circumstances.malicious])
    if name == "identifiability":
        value = Fraction(facts.identifiability)
        return f"{figure(value, lang)}: {translate(lang, IDENTIFIES[value].word)}"
    if name == "data":
        return " ".join(_kind(kind, lang) for kind in facts.data)
    return _plain(name, getattr(facts, name), lang)


def _plain(name: str, value: Any, lang: str) -> str:
    if isinstance(value, bool):
        return translate(lang, YES_NO[value])
    if value is None or value == []:
        return translate(lang, NOT_KNOWN)
    if isinstance(value, list):
        return "; ".join(translate(lang, ANSWERS[name][one]) for one in value)
    return translate(lang, ANSWERS[name][value]) if name in ANSWERS else str(value)


def _kind(kind: DataForm, lang: str) -> str:
    about = DATA[kind.category]
    slots = {"name": translate(lang, about.name), "weight": weight(kind),
             "example": translate(lang, about.weights[weight(kind)])}  # fmt: skip
    text = translate(lang, STEP if kind.why else KIND)
    return text.format(**slots, why=kind.why)
