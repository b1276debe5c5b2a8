"""What suppliers told about a case and what they were asked, as pages show it: by supplier, the latest word first."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import N_
from core.i18n import translate
from core.organisation import organisation
from identity.people import names
from incidents.models import Incident
from incidents.suppliers.answers import Line, lines
from incidents.suppliers.keeping import Card, cards
from incidents.suppliers.links import links_of
from incidents.suppliers.models import SupplierLink, SupplierTelling
from incidents.suppliers.moments import in_words
from incidents.suppliers.telling import answers_of


class Asking(StrEnum):
    """How far a question to a supplier has come."""

    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"
    LATE = "late"
    OPENED = "opened"
    ASKED = "asked"


WORDS = {
    Asking.ANSWERED: N_("Answered"),
    Asking.WITHDRAWN: N_("Taken back"),
    Asking.LATE: N_("Late"),
    Asking.OPENED: N_("Opened, not answered"),
    Asking.ASKED: N_("Asked, not opened"),
}
SHAPES = {
    Asking.ANSWERED: ("ok", "check"),
    Asking.WITHDRAWN: ("none", "cross"),
    Asking.LATE: ("soon", "triangle"),
    Asking.OPENED: ("calm", "half"),
    Asking.ASKED: ("none", "ring"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """What was told at one time. `aware` is when the supplier became aware, in words as exact as it said."""

    at: datetime
    aware: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One time the supplier was asked. `works`: the link can still be used, and be taken back."""

    id: str
    needed_by: datetime | None
    asked_at: datetime
    asked_by: str
    word: str
    level: str
    shape: str
    works: bool


@dataclass(frozen=True, slots=True)
class Party:
    """One supplier in one case."""

    card: Card
    said: tuple[Said, ...]
    asked: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Instants:
    """Both moments of law.md R13, for the overview: theirs as they say it, and ours."""

    name: str
    aware: str
    told_at: datetime


def parties(session: Session, incident: Incident, now: datetime, lang: str) -> list[Party]:
    """Every supplier that told something about the case or was asked about it, by name."""
    asked, told = links_of(session, incident), tellings_of(session, incident)
    by = names(session, [link.made_by for link in asked])
    found = []
    for one in cards(session, [*(link.supplier_id for link in asked), *(row.supplier_id for row in told)]):
        rows = [row for row in told if row.supplier_id == one.id]
        questions = [_question(link, rows, by, now, lang) for link in asked if link.supplier_id == one.id]
        found.append(Party(one, said(session, rows, lang), tuple(questions)))
    return found


def instants(session: Session, incident: Incident, lang: str) -> list[Instants]:
    """When each supplier became aware, by its latest word, and when it first told us."""
    zone, rows = organisation(session).zone, tellings_of(session, incident)
    names_of = {one.id: one.name for one in cards(session, [row.supplier_id for row in rows])}
    found: dict[str, Instants] = {}
    for row in rows:
        aware = in_words(answers_of(session, row), "noticed_at", row.told_at, lang, zone)
        first = found.get(row.supplier_id, Instants(names_of[row.supplier_id], "", row.told_at))
        found[row.supplier_id] = replace(first, aware=aware)
    return list(found.values())


def tellings_of(session: Session, incident: Incident) -> Sequence[SupplierTelling]:
    """Everything told about this case, the first first."""
    told = select(SupplierTelling).where(SupplierTelling.incident_id == incident.id)
    return session.scalars(told.order_by(SupplierTelling.told_at, SupplierTelling.id)).all()


def said(session: Session, rows: Sequence[SupplierTelling], lang: str) -> tuple[Said, ...]:
    """What one supplier told, the latest first, with what differs from the time before marked."""
    zone = organisation(session).zone
    found: list[Said] = []
    for row in rows:
        told = answers_of(session, row)
        aware = in_words(told, "noticed_at", row.told_at, lang, zone)
        shown = lines(told, row.told_at, lang, zone)
        if found:
            before = [line.answer for line in found[-1].lines]
            shown = [replace(line, changed=line.answer != old) for line, old in zip(shown, before, strict=True)]
        found.append(Said(row.told_at, aware, tuple(shown)))
    return tuple(reversed(found))


def asking(link: SupplierLink, *, answered: bool, now: datetime) -> Asking:
    """An answer counts whatever became of the link; a question taken back is never late."""
    if answered:
        return Asking.ANSWERED
    if link.revoked_at is not None:
        return Asking.WITHDRAWN
    if link.needed_by is not None and link.needed_by < now:
        return Asking.LATE
    return Asking.OPENED if link.opened_at else Asking.ASKED


def _question(
    link: SupplierLink, rows: Sequence[SupplierTelling], by: dict[str, str], now: datetime, lang: str
) -> Question:
    state = asking(link, answered=any(row.link_id == link.id for row in rows), now=now)
    level, shape = SHAPES[state]
    word = translate(lang, WORDS[state])
    return Question(link.id, link.needed_by, link.made_at, by.get(link.made_by, ""), word, level, shape,
                    link.works(now))  # fmt: skip
