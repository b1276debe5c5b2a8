"""Lines of what is due: a part of a case each, by the rule it falls due by, and page by page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby

from sqlalchemy import ColumnElement, literal, select, tuple_
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.i18n import date_only, translate
from core.organisation import organisation
from incidents.case_view import shown_title
from incidents.erasing.due import due, ended_at
from incidents.erasing.parts import Part
from incidents.erasing.words import PART_WORDS
from incidents.erasing_models import ErasureItem
from incidents.models import Incident
from incidents.queries import may_see
from incidents.retention import RULES, months_of

ORDER = ErasureItem.part, ErasureItem.rule, ErasureItem.due_at, ErasureItem.id
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
Row = tuple[ErasureItem, Incident]


@dataclass(frozen=True, slots=True)
class Line:
    """A part of a case. `blocked`: why it cannot be erased just now."""

    id: str
    reference: str
    href: str
    title: str
    ended: str
    due: str
    blocked: str


@dataclass(frozen=True, slots=True)
class Group:
    """What falls due by one rule."""

    rule: str
    part: str
    months: int
    basis: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """The last line of the page before."""

    part: str
    rule: str
    due_at: datetime
    id: str

    def __str__(self) -> str:
        return f"{self.part}.{self.rule}.{int(self.due_at.timestamp() * 1_000_000)}.{self.id}"

    @classmethod
    def read(cls, text: str) -> "Place | None":
        """One that was altered counts as none: the list starts from the top."""
        part, rule, micros, row_id = (*text.split("."), "", "", "", "")[:4]
        if not (micros.isascii() and micros.isdecimal() and len(micros) < 18 and row_id):
            return None
        return cls(part, rule, BEGINNING + timedelta(microseconds=int(micros)), row_id)

    def further(self) -> ColumnElement[bool]:
        here = zip((self.part, self.rule, self.due_at, self.id), ORDER, strict=True)
        return tuple_(*ORDER) > tuple_(*(literal(value, column.type) for value, column in here))


def page_of(
    session: Session, actor: Actor, wanted: ColumnElement[bool], after: Place | None, size: int
) -> tuple[list[Row], str]:
    """The lines of one page, and where the next begins."""
    further = wanted if after is None else wanted & after.further()
    found = rows(session, actor, further, size + 1)
    shown = found[:size]
    last = shown[-1][0] if len(found) > size else None
    return shown, str(Place(last.part, last.rule, last.due_at, last.id)) if last else ""


def rows(session: Session, actor: Actor, wanted: ColumnElement[bool], limit: int | None = None) -> list[Row]:
    query = select(ErasureItem, Incident).join(Incident, Incident.id == ErasureItem.incident_id)
    query = query.where(wanted, may_see(actor, Operation.READ_RETENTION))
    return [(item, case) for item, case in session.execute(query.order_by(*ORDER).limit(limit))]


def groups(
    session: Session, found: Iterable[Row], now: datetime, lang: str, *, free: bool = False
) -> tuple[Group, ...]:
    """`free`: the database has said already that nothing is in the way, so it is not asked of each line anew."""
    months = months_of(organisation(session))
    made = []
    for (part, code), same in groupby(found, key=lambda row: (row[0].part, row[0].rule)):
        rule = RULES.get(code)
        made.append(
            Group(
                rule.title.in_(lang) if rule else code,
                translate(lang, PART_WORDS[Part(part)]),
                months.get(code, 0),
                rule.basis.in_(lang) if rule else "",
                tuple(
                    _line(session, item, case, "" if free else _in_the_way(session, item, case, months, now), lang)
                    for item, case in same
                ),
            )
        )
    return tuple(made)


def _line(session: Session, item: ErasureItem, case: Incident, stopped: str, lang: str) -> Line:
    zone, end = organisation(session).zone, ended_at(session, case)
    return Line(
        item.id, case.reference, case.path, shown_title(case, lang),
        date_only(end, lang, zone) if end else "", date_only(item.due_at, lang, zone),
        translate(lang, stopped) if stopped else "",
    )  # fmt: skip


def _in_the_way(session: Session, item: ErasureItem, case: Incident, months: dict[str, int], now: datetime) -> str:
    found = due(session, case, Part(item.part), months, now)
    return found.blocked if found else ""
