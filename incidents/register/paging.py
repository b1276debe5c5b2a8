"""The way through the register: one page for a reader, or all of it in blocks for a file, always by key."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, or_
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.db import Database
from core.organisation import organisation
from incidents.models import Incident
from incidents.queries import find_in_register, visible
from incidents.queue import Cursor
from incidents.register.asking import Asked, conditions
from incidents.register.entry import Entry
from incidents.register.reading import entries

PAGE, BLOCK = 25, 200


@dataclass(frozen=True, slots=True)
class Listed:
    entries: tuple[Entry, ...]
    next: str


def listed(session: Session, actor: Actor, asked: Asked, after: Cursor | None, now: datetime, most: int) -> Listed:
    """So many rows, the latest report first, and where the next begin."""
    query = registered(actor, asked, organisation(session).zone, after)
    found = list(session.scalars(query.limit(most + 1)))
    shown = found[:most]
    following = str(Cursor(False, shown[-1].reported_at, shown[-1].id)) if len(found) > most else ""
    return Listed(tuple(entries(session, actor, shown, now)), following)


def registered(actor: Actor, asked: Asked, zone: str, after: Cursor | None = None) -> Select[Incident]:
    """The cases behind the rows that this reader may see, in their order."""
    query = visible(actor, Operation.READ_REGISTER).where(*conditions(asked, zone))
    if after is not None:
        query = query.where(_beyond(after))
    return query.order_by(Incident.reported_at.desc(), Incident.id.desc())


def every(database: Database, actor: Actor, asked: Asked, now: datetime) -> Iterator[Entry]:
    """All of it. Each block has a session of its own: memory stays flat, and no long reading holds the database."""
    after: Cursor | None = None
    while True:
        with database.reading() as session:
            found = listed(session, actor, asked, after, now, BLOCK)
        yield from found.entries
        after = Cursor.read(found.next)
        if after is None:
            return


def find_entry(session: Session, actor: Actor, reference: str, now: datetime) -> tuple[Incident, Entry]:
    """The row of one case.

    Raises:
        NotFound: there is none, or it is not for this reader.
    """
    case = find_in_register(session, actor, reference, Operation.READ_REGISTER)
    return case, entries(session, actor, [case], now)[0]


def _beyond(after: Cursor) -> ColumnElement[bool]:
    earlier = and_(Incident.reported_at == after.at, Incident.id < after.id)
    return and_(Incident.reported_at <= after.at, or_(Incident.reported_at < after.at, earlier))
