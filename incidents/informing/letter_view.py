"""The page on which a letter is written: what is asked in which language, and what is wrong with it so far."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.errors import N_
from core.i18n import translate
from core.settings import Settings
from incidents.informing.events import Returned, returned
from incidents.informing.form import MISSING, ONLY_PEOPLE_KNOW, faults, so_far
from incidents.informing.mailings import mailing_of
from incidents.informing.proposing import (
    absent_choices,
    absent_of,
    fields_of,
    names_other_data,
    proposed,
    templates_for,
)
from incidents.informing.reading import needed, readers
from incidents.informing.writing import draft_letter, letter_of
from incidents.models import Incident
from notifications.letters.languages import LANGUAGES, Certainty
from notifications.letters.placeholders import ALLOWED
from notifications.letters.templates import TEMPLATES
from notifications.letters.wording import Problem, lix, words

QUESTIONS: Mapping[str, str] = {
    "what_happened": N_("What happened?"),
    "more_1": N_("What else?"),
    "more_2": N_("And what else?"),
    "measures": N_("What do we do about it?"),
    "consequences": N_("What can it mean for them?"),
    "when": N_("When?"),
    "data": N_("Which data, one kind a line"),
    "list_words": N_("Words of the list"),
    "subject": N_("Subject"),
    "text": N_("The whole text"),
    "advice": N_("What they can do"),
}
SURE: Mapping[Certainty, str] = {
    Certainty.KNOW: N_("We know it"),
    Certainty.BELIEVE: N_("We believe it"),
    Certainty.UNKNOWN: N_("We do not know it yet"),
}
UNWRITTEN = N_("“{question}” is not written yet.")


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language of the letter on the page. `review`: what is still to be done to our own wording in it."""

    code: str
    name: str
    readers: int
    review: bool


@dataclass(frozen=True, slots=True)
class Fault:
    language: str
    sentence: str
    stops: bool


@dataclass(frozen=True, slots=True)
class Size:
    """How long and how hard the letter is to read. `bar`: the index it should stay under, none where there is none."""

    language: str
    words: int
    lix: int
    bar: int | None


@dataclass(frozen=True, slots=True)
class Look:
    faults: list[Fault]
    sizes: list[Size]


@dataclass(frozen=True, slots=True)
class LetterPage:
    """`asked` languages are read by somebody on the list; the others may be written too."""

    fields: Mapping[str, str]
    absent: list[str]
    absent_choices: list[tuple[str, str]]
    asked: list[Tongue]
    others: list[Tongue]
    templates: list[tuple[str, str]]
    sure: list[tuple[str, str]]
    questions: Mapping[str, str]
    labels: Mapping[str, str]
    placeholders: tuple[str, ...]
    other_data: bool
    with_words: list[Tongue]
    look: Look
    more_said: bool
    absent_said: bool
    returned: Returned | None


def letter_page(
    session: Session, incident: Incident, settings: Settings, lang: str, *, template: str,
    typed: Mapping[str, object] | None, refused: Mapping[str, list[Problem]] | None,
) -> LetterPage:  # fmt: skip
    """The form: as it was typed, else as it is written, else as it is proposed."""
    mailing = mailing_of(session, incident)
    written = None if template else letter_of(session, mailing)
    fields = proposed(session, incident, str(typed.get("template")) if typed else template)
    fields = fields_of(written, fields) if written else fields
    asked = needed(session, mailing)
    look = looked_through(session, incident, typed or fields, settings, lang)
    told = Look(_told(refused, lang), look.sizes) if refused else Look(look.faults if typed else [], look.sizes)
    tongues = _tongues(readers(session, mailing), lang)
    questions = {name: translate(lang, text) for name, text in QUESTIONS.items()}
    return LetterPage(
        fields=fields,
        absent=absent_of(written) if written else [],
        absent_choices=absent_choices(incident, lang if lang in LANGUAGES else asked[0]),
        asked=[one for one in tongues if one.code in asked],
        others=[one for one in tongues if one.code not in asked],
        templates=[(code, TEMPLATES[code].title.in_(lang)) for code in templates_for(mailing)],
        sure=[(code.value, translate(lang, word)) for code, word in SURE.items()],
        questions=questions,
        labels={f"{name}_{one.code}": f"{text.rstrip('?')}, {one.name}"
                for name, text in questions.items() for one in tongues},
        placeholders=ALLOWED,
        other_data=names_other_data(incident),
        with_words=[one for one in tongues if one.code in asked and fields[f"list_words_{one.code}"]],
        look=told,
        more_said=any((typed or fields).get(f"{name}_{code}") for name in ("more_1", "more_2") for code in asked),
        returned=returned(session, incident),
        absent_said=bool(typed.get("absent") if typed else written and absent_of(written)),
    )  # fmt: skip


def looked_through(
    session: Session, incident: Incident, fields: Mapping[str, object], settings: Settings, lang: str
) -> Look:
    """All that is wrong with a letter as typed, advice included, and its size; nothing is saved."""
    form = so_far(fields, needed(session, mailing_of(session, incident)))
    letter = draft_letter(session, incident, form, settings)
    missing = [
        Fault(_name(code, lang), translate(lang, UNWRITTEN, question=QUESTIONS[name]), stops=True)
        for code in form.said for name in ONLY_PEOPLE_KNOW if faults(form.said).get(f"{name}_{code}") == MISSING
    ]  # fmt: skip
    problems = {code: version.problems() for code, version in letter.versions.items()}
    sizes = [
        Size(_name(code, lang), len(words(version.as_read)), lix(version.as_read), LANGUAGES[code].hard_lix)
        for code, version in letter.versions.items()
    ]
    return Look([*missing, *_told(problems, lang)], sizes)


def _told(problems: Mapping[str, list[Problem]], lang: str) -> list[Fault]:
    return [Fault(_name(code, lang), translate(lang, one.message, **one.params), one.stops)
            for code, each in problems.items() for one in each]  # fmt: skip


def _tongues(read: Mapping[str, int], lang: str) -> list[Tongue]:
    return [Tongue(code, _name(code, lang), read.get(code, 0), bool(card.review)) for code, card in LANGUAGES.items()]


def _name(code: str, lang: str) -> str:
    return LANGUAGES[code].title.in_(lang)
