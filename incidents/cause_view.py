"""The catalogue of causes in words: by class, with where each comes from, and what a draft would do to it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.errors import N_
from core.i18n import absolute, translate
from core.organisation import organisation
from identity.people import names
from incidents.cause_choices import unbroken, with_clause
from incidents.cause_drafting import Draft, is_own
from incidents.cause_publishing import changes, versions, why
from incidents.causes import CARDS, SHIPPED
from incidents.causes.cards import Cause
from incidents.causes.known import Catalogue
from incidents.classification import CLASS_LABELS, CauseClass

DRAFTED = {
    "added": N_("New in the draft"),
    "changed": N_("Changed in the draft"),
    "retired": N_("Retired in the draft"),
    "put_back": N_("Put back in the draft"),
}


@dataclass(frozen=True, slots=True)
class CauseRow:
    """`drafted` is a word only while the draft differs from what is in force."""

    code: str
    label: str
    hint: str
    origin: str
    drafted: str
    retired: bool
    own: bool
    stays: bool


@dataclass(frozen=True, slots=True)
class ClassRows:
    label: str
    clause: str
    rows: tuple[CauseRow, ...]


@dataclass(frozen=True, slots=True)
class VersionRow:
    version: str
    what: str
    why: str
    when: str
    who: str


def class_rows(in_force: Draft, coming: Draft | None, lang: str) -> list[ClassRows]:
    """Every cause of the draft, or of what is in force while there is none."""
    known = (coming or in_force).catalogue
    drafted = {code: word for word, codes in changes(in_force, coming or in_force).items() for code in codes}
    return [
        ClassRows(
            translate(lang, CLASS_LABELS[kind]),
            CARDS[kind].clause,
            tuple(_row(one, known, drafted.get(one.code, ""), lang) for one in known.causes.values()
                  if one.cause_class is kind),
        )
        for kind in CauseClass if kind is not CauseClass.UNKNOWN
    ]  # fmt: skip


def _row(cause: Cause, known: Catalogue, drafted: str, lang: str) -> CauseRow:
    clause = translate(lang, N_("Clause {clause}"), clause=unbroken(cause.clause))
    return CauseRow(
        code=cause.code,
        label=cause.label.in_(lang),
        hint=cause.hint.in_(lang),
        origin=clause if cause.origin == "policy" else translate(lang, N_("Our own")),
        drafted=translate(lang, DRAFTED[drafted]) if drafted else "",
        retired=not known.offers(cause.code),
        own=is_own(cause.code),
        stays=cause.needs_text,
    )


def draft_lines(in_force: Draft, coming: Draft, lang: str) -> list[tuple[str, str]]:
    """What a draft does, one line for each kind of change: its name, and the causes."""
    known = coming.catalogue
    named = {word: ", ".join(label_of(code, known, lang) for code in codes)
             for word, codes in changes(in_force, coming).items()}  # fmt: skip
    return [(translate(lang, DRAFTED[word]), causes) for word, causes in named.items() if causes]


def label_of(code: str, known: Catalogue, lang: str) -> str:
    cause = known.get(code)
    return with_clause(cause, lang) if cause else translate(lang, N_("No suggestion"))


def version_rows(session: Session, lang: str) -> list[VersionRow]:
    """Who published what, when and why; the newest first, and at the end what Vaka ships."""
    rows, zone = versions(session), organisation(session).zone
    people = names(session, (row.published_by for row in rows))
    earlier = {row.version: row for row in rows}
    found = []
    for row in rows:
        before = earlier.get(row.version - 1)
        added = {card["code"] for card in row.cards} - {card["code"] for card in (before.cards if before else [])}
        retired, back = _apart(row.retired, before.retired if before else [])
        what = _what({"added": added, "retired": retired, "put_back": back}, lang)
        found.append(VersionRow(f"{SHIPPED.version}+{row.version}", what, why(session, row),
                                absolute(row.published_at, lang, zone), people.get(row.published_by, "–")))  # fmt: skip
    shipped = translate(lang, N_("The causes that Vaka ships"))
    return [*found, VersionRow(SHIPPED.version, shipped, "", "", "Vaka")]


def _apart(now: Iterable[str], then: Iterable[str]) -> tuple[set[str], set[str]]:
    return set(now) - set(then), set(then) - set(now)


def _what(codes: Mapping[str, set[str]], lang: str) -> str:
    counts = {name: len(found) for name, found in codes.items()}
    return translate(lang, N_("{added} added, {retired} retired, {put_back} put back"), **counts)
