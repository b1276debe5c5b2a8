"""Stated facts in words: question and answer, and what two versions say differently."""

from fractions import Fraction
from typing import Any

from core.errors import N_
from core.i18n import translate
from incidents.classification import CLASS_LABELS, CauseClass
from incidents.severity_form import weight
from risk.facts_form import CircumstancesForm, DataForm, FactsForm
from risk.tables import CIRCUMSTANCES, DATA, IDENTIFIES, MALICIOUS
from risk.words import ANSWERS, NOT_KNOWN, QUESTIONS, YES_NO, figure

KIND = N_("{name}, weight {weight} of 4: {example}.")
STEP = N_("{name}, weight {weight} of 4: {example}. Why: {why}")
FACTS, PARTS = frozenset(FactsForm.model_fields), frozenset(CircumstancesForm.model_fields)


def facts_in_words(facts: FactsForm, lang: str) -> list[tuple[str, str]]:
    """Every fact, in the order of the form."""
    return [(translate(lang, question), _answer(name, facts, lang)) for name, question in QUESTIONS.items()]


def changed_facts(before: FactsForm, after: FactsForm, lang: str) -> list[tuple[str, str, str]]:
    """Question, old answer, new answer, where they differ."""
    old, new = facts_in_words(before, lang), facts_in_words(after, lang)
    return [(word, was, now) for (word, was), (_, now) in zip(old, new, strict=True) if was != now]


def fact_in_words(name: str, value: Any, lang: str) -> str:
    """One of `FACTS` as its JSON has it."""
    match name:
        case "cause":
            return translate(lang, CLASS_LABELS[CauseClass(value)])
        case "circumstances":
            return "\n".join(
                f"{translate(lang, QUESTIONS[part])} {_said(part, one, lang)}" for part, one in value.items()
            )
        case "data":
            return " ".join(_kind(DataForm.model_validate(kind), lang) for kind in value)
    return _said(name, value, lang)


def _answer(name: str, facts: FactsForm, lang: str) -> str:
    if name == "data":
        return " ".join(_kind(kind, lang) for kind in facts.data)
    return _said(name, getattr(facts.circumstances if name in PARTS else facts, name), lang)


def _said(name: str, value: Any, lang: str) -> str:
    if name in CIRCUMSTANCES:
        found = Fraction(value)
        return f"{translate(lang, CIRCUMSTANCES[name][found])} (+{figure(found, lang)})"
    if name == "malicious":
        return translate(lang, MALICIOUS[value])
    if name == "identifiability":
        found = Fraction(value)
        return f"{figure(found, lang)}: {translate(lang, IDENTIFIES[found].word)}"
    return _plain(name, value, lang)


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
