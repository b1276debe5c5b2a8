"""What the page of retention shows one reader: what is due and why, what waits for a second person, how far the worker
has come, what was erased and until when a backup may still hold it, and what is held back."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.bounded import MOST
from core.i18n import date_only, translate
from core.organisation import organisation
from identity.people import names
from incidents.case_view import shown_title
from incidents.erasing.blocked import blocked
from incidents.erasing.held import Held, held, in_force
from incidents.erasing.lines import Group, Place, Row, groups, page_of, rows
from incidents.erasing.parts import Part
from incidents.erasing.words import PART_WORDS
from incidents.erasing_models import ErasedPart, ErasureItem, LegalHold
from incidents.models import Incident
from incidents.queries import may_see
from incidents.queue import Cursor
from incidents.retention import RULES
from incidents.retention.choosing import backups_end

TICKED, PAGE, LATELY = 100, 25, 50  # what can be ticked at once is what two people sign


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
class Asked:
    """Where each list goes on; a list that is not named starts from the top."""

    due: Place | None = None
    blocked: Place | None = None
    held: Cursor | None = None

    @classmethod
    def read(cls, due: str = "", blocked: str = "", held: str = "") -> "Asked":
        return cls(Place.read(due), Place.read(blocked), Cursor.read(held))


TOP = Asked()


@dataclass(frozen=True, slots=True)
class RetentionPage:
    """`due` can be proposed, `blocked` is due and cannot. Numbers stop at `MOST` + 1."""

    asked: Asked
    due: tuple[Group, ...]
    due_count: int
    due_next: str
    blocked: tuple[Group, ...]
    blocked_count: int
    blocked_next: str
    batches: tuple[Batch, ...]
    progress: tuple[Progress, ...]
    erased: tuple[Erased, ...]
    held: tuple[Held, ...]
    held_count: int
    held_next: str


def retention_page(session: Session, actor: Actor, now: datetime, lang: str, asked: Asked = TOP) -> RetentionPage:
    free, stopped = ErasureItem.batch_id.is_(None) & ~blocked(), ErasureItem.batch_id.is_(None) & blocked()
    waiting = ErasureItem.batch_id.is_not(None) & ErasureItem.approved_at.is_(None)
    due_rows, due_next = page_of(session, actor, free, asked.due, TICKED)
    blocked_rows, blocked_next = page_of(session, actor, stopped, asked.blocked, PAGE)
    holds, held_next = held(session, actor, asked.held, PAGE, lang)
    return RetentionPage(
        asked=asked,
        due=groups(session, due_rows, now, lang, free=True),
        due_count=_number(session, _items(actor, free)),
        due_next=due_next,
        blocked=groups(session, blocked_rows, now, lang),
        blocked_count=_number(session, _items(actor, stopped)),
        blocked_next=blocked_next,
        batches=_batches(session, actor, rows(session, actor, waiting), now, lang),
        progress=_progress(session, actor),
        erased=_erased(session, actor, lang),
        held=holds,
        held_count=_number(session, in_force(actor).with_only_columns(LegalHold.id)),
        held_next=held_next,
    )


def _items(actor: Actor, wanted: ColumnElement[bool]) -> Select[str]:
    query = select(ErasureItem.id).join(Incident, Incident.id == ErasureItem.incident_id)
    return query.where(wanted, may_see(actor, Operation.READ_RETENTION))


def _number(session: Session, query: Select[str]) -> int:
    return session.scalar(select(func.count()).select_from(query.limit(MOST + 1).subquery())) or 0


def _batches(session: Session, actor: Actor, rows: list[Row], now: datetime, lang: str) -> tuple[Batch, ...]:
    who = names(session, {item.proposed_by for item, _ in rows})
    by_batch: dict[str, list[Row]] = {}
    for item, case in rows:
        by_batch.setdefault(item.batch_id or "", []).append((item, case))
    return tuple(
        Batch(
            batch, who.get(same[0][0].proposed_by or "", ""), same[0][0].proposed_at or now,
            groups(session, same, now, lang), len(same), same[0][0].proposed_by == actor.id,
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
