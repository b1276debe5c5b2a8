"""What a joint notice says where the template has no field of its own: how many, which, from when to when, how late."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from core.errors import N_
from core.i18n import LANGUAGES, absolute, translate
from incidents.bundling.facts import aware_of, people_of
from incidents.models import Incident

WHICH = N_("Joint notice of {count} like breaches (EDPB Guidelines 9/2022, II.B.3). Our references: {references}. "
           "People in all: {people}. Each breach is documented by itself.")  # fmt: skip
WHEN = N_("Joint notice, course of time: we became aware of the {count} breaches between {first} and {last}.")
LATE = N_("Joint notice, delay: like breaches in a short time were investigated and are told together (EDPB Guidelines "
          "9/2022, II.B.3). The deadline has passed for {references}.")  # fmt: skip


def which(cases: Sequence[Incident], lang: str) -> str:
    text, numbers = people_of(cases).label
    words = translate(lang, text).format(**numbers)
    return translate(lang, WHICH).format(
        count=len(cases), references=", ".join(case.reference for case in cases), people=words
    )


def when(cases: Sequence[Incident], lang: str, zone: str) -> str:
    aware = [aware_of(case) for case in cases]
    first, last = absolute(min(aware), lang, zone), absolute(max(aware), lang, zone)
    return translate(lang, WHEN).format(count=len(cases), first=first, last=last)


def delay(late: Iterable[tuple[str, datetime]], lang: str, zone: str) -> str:
    """The cases whose deadline has passed, each with its deadline; nothing while all are in time."""
    named = ", ".join(f"{reference} ({absolute(due, lang, zone)})" for reference, due in late)
    return translate(lang, LATE).format(references=named) if named else ""


def with_paragraph(text: str, paragraph: str) -> str:
    """The text with this paragraph at its end, in the place of an earlier one of ours."""
    kept = [part for part in text.split("\n\n") if part.strip() and not _ours(part)]
    return "\n\n".join([*kept, *([paragraph] if paragraph else [])])


def _ours(part: str) -> bool:
    return part.startswith(tuple(_openings()))


def _openings() -> Iterable[str]:
    """How our sentences begin in each language, up to the first thing that varies."""
    return (translate(lang, sentence).partition("{")[0] for lang in LANGUAGES for sentence in (WHICH, WHEN, LATE))
