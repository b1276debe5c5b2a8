"""What the page of retention shows one reader: what is due and why, what waits for a second person, how far the worker
has come, what was erased and until when a backup may still hold it, and what is held back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.i18n import date_only, translate
from core.organisation import organisation
from identity.people import names
from incidents.case_view import shown_title
from incidents.erasing.due import due, ended_at
from incidents.erasing.holds import holds_of
from incidents.erasing.parts import Part
from incidents.erasing.words import PART_WORDS
from incidents.erasing_models import ErasedPart, ErasureItem, LegalHold
from incidents.models import Incident
from incidents.queries import may_see
from incidents.retention import RULES, months_of
from incidents.retention.choosing import backups_end

SHOWN, LATELY = 100, 50
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
class Batch:
    """What one person proposed. `mine`: it must be somebody else who approves; `whole`: cases go, not parts alone."""

    id: str
    by: str
    at: datetime
    groups: tuple[Group, ...]
    count: int
    mine: bool
    whole: bool


@dataclass(frozen=True, slots=True)
class Progress:
    by: str
    approved_by: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Erased:
    """`backups_end`: until then an old backup may hold it. `cleaning`: free pages and journals are not swept yet."""

    reference: str
    href: str
    title: str
    part: str
    rule: str
    at: datetime
    signed: str
    backups_end: str
    cleaning: bool


@dataclass(frozen=True, slots=True)
class Held:
    reference: str
    href: str
    title: str
    by: str
    at: datetime
    asked: str


@dataclass(frozen=True, slots=True)
class RetentionPage:
    due: tuple[Group, ...]
    due_count: int
    more: bool
    batches: tuple[Batch, ...]
    progress: tuple[Progress, ...]
    erased: tuple[Erased, ...]
    held: tuple[Held, ...]


def retention_page(session: Session, actor: Actor, now: datetime, lang: str) -> RetentionPage:
    free = _rows(session, actor, ErasureItem.batch_id.is_(None), SHOWN + 1)
    waiting = ErasureItem.batch_id.is_not(None) & ErasureItem.approved_at.is_(None)
    return RetentionPage(
        due=_groups(session, free[:SHOWN], now, lang),
        due_count=len(free[:SHOWN]),
        more=len(free) > SHOWN,
        batches=_batches(session, actor, _rows(session, actor, waiting, None), now, lang),
        progress=_progress(session, actor),
        erased=_erased(session, actor, lang),
        held=_held(session, actor, lang),
    )


def _rows(session: Session, actor: Actor, wanted: ColumnElement[bool], limit: int | None) -> list[Row]:
    query = select(ErasureItem, Incident).join(Incident, Incident.id == ErasureItem.incident_id)
    query = query.where(wanted, may_see(actor, Operation.READ_RETENTION))
    order = ErasureItem.part, ErasureItem.rule, ErasureItem.due_at, ErasureItem.id
    return [(item, case) for item, case in session.execute(query.order_by(*order).limit(limit))]


def _groups(session: Session, rows: Iterable[Row], now: datetime, lang: str) -> tuple[Group, ...]:
    months = months_of(organisation(session))
    found = []
    for (part, code), same in groupby(rows, key=lambda row: (row[0].part, row[0].rule)):
        rule = RULES.get(code)
        found.append(
            Group(
                rule.title.in_(lang) if rule else code,
                translate(lang, PART_WORDS[Part(part)]),
                months.get(code, 0),
                rule.basis.in_(lang) if rule else "",
                tuple(_line(session, item, case, months, now, lang) for item, case in same),
            )
        )
    return tuple(found)


def _line(
    session: Session, item: ErasureItem, case: Incident, months: dict[str, int], now: datetime, lang: str
) -> Line:
    zone = organisation(session).zone
    end, found = ended_at(session, case), due(session, case, Part(item.part), months, now)
    return Line(
        item.id, case.reference, case.path, shown_title(case, lang),
        date_only(end, lang, zone) if end else "", date_only(item.due_at, lang, zone),
        translate(lang, found.blocked) if found and found.blocked else "",
    )  # fmt: skip


def _batches(session: Session, actor: Actor, rows: list[Row], now: datetime, lang: str) -> tuple[Batch, ...]:
    who = names(session, {item.proposed_by for item, _ in rows})
    by_batch: dict[str, list[Row]] = {}
    for item, case in rows:
        by_batch.setdefault(item.batch_id or "", []).append((item, case))
    return tuple(
        Batch(
            batch, who.get(same[0][0].proposed_by or "", ""), same[0][0].proposed_at or now,
            _groups(session, same, now, lang), len(same), same[0][0].proposed_by == actor.id,
            any(item.part == Part.CASE for item, _ in same),
        )
        for batch, same in sorted(by_batch.items(), key=lambda one: (one[1][0][0].proposed_at or now, one[0]))
    )  # fmt: skip


def _progress(session: Session, actor: Actor) -> tuple[Progress, ...]:
    """Of each approved batch that is not done: how many parts are erased and cleaned up after."""
    mine = may_see(actor, Operation.READ_RETENTION)
    left = (
        select(ErasureItem.batch_id, ErasureItem.proposed_by, ErasureItem.approved_by, func.count())
        .join(Incident, Incident.id == ErasureItem.incident_id)
        .where(ErasureItem.approved_at.is_not(None), mine)
        .group_by(ErasureItem.batch_id, ErasureItem.proposed_by, ErasureItem.approved_by)
    )
    found = session.execute(left).all()
    who = names(session, {one for row in found for one in (row[1], row[2])})
    done = select(ErasedPart.batch_id, func.count()).join(Incident, Incident.id == ErasedPart.incident_id)
    done = done.where(ErasedPart.batch_id.in_([row[0] for row in found]), mine).group_by(ErasedPart.batch_id)
    erased: dict[str | None, int] = {row[0]: row[1] for row in session.execute(done)}
    return tuple(
        Progress(who.get(by or "", ""), who.get(other or "", ""), erased.get(batch, 0), erased.get(batch, 0) + count)
        for batch, by, other, count in found
    )


def _erased(session: Session, actor: Actor, lang: str) -> tuple[Erased, ...]:
    company = organisation(session)
    query = select(ErasedPart, Incident).join(Incident, Incident.id == ErasedPart.incident_id)
    query = query.where(may_see(actor, Operation.READ_RETENTION))
    rows = session.execute(query.order_by(ErasedPart.erased_at.desc(), ErasedPart.incident_id).limit(LATELY)).all()
    who = names(session, {one for part, _ in rows for one in (part.proposed_by, part.approved_by)})
    return tuple(
        Erased(
            case.reference, case.path, shown_title(case, lang), translate(lang, PART_WORDS[Part(part.part)]),
            RULES[part.rule].title.in_(lang) if part.rule in RULES else part.rule, part.erased_at, signed(part, who),
            date_only(backups_end(company, part.swept_at or part.erased_at), lang, company.zone),
            part.swept_at is None,
        )
        for part, case in rows
    )  # fmt: skip


def signed(part: ErasedPart, who: dict[str, str]) -> str:
    """Who proposed and who approved, by name as long as they have an account."""
    return ", ".join(who[one] for one in (part.proposed_by, part.approved_by) if one and one in who)


def _held(session: Session, actor: Actor, lang: str) -> tuple[Held, ...]:
    query = select(Incident).join(LegalHold, LegalHold.incident_id == Incident.id)
    query = query.where(LegalHold.lifted_at.is_(None), may_see(actor, Operation.READ_RETENTION))
    cases: Sequence[Incident] = session.scalars(query.order_by(LegalHold.placed_at.desc()).limit(SHOWN)).all()
    holds = holds_of(session, (case.id for case in cases))
    who = names(session, {one for hold in holds.values() for one in (hold.placed_by, hold.lift_asked_by)})
    return tuple(
        Held(
            case.reference, f"{case.path}/hold", shown_title(case, lang), who.get(holds[case.id].placed_by, ""),
            holds[case.id].placed_at, who.get(holds[case.id].lift_asked_by or "", ""),
        )
        for case in cases
    )  # fmt: skip
