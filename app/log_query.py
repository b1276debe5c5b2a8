"""Which entries of the log a reader may see, newest first. An excluded case leaves no trace, not even a count."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from app.log_words import GROUPS, SENSITIVE, SENSITIVE_ACTIONS
from core.access import Actor, Operation
from core.audit.models import AuditEntry
from core.audit.sight import not_hidden_from
from core.errors import NotFound
from core.keys import INSTANCE
from incidents.models import Incident
from incidents.queries import may_see
from incidents.sealed import may_read_entry

PAGE = 50


@dataclass(frozen=True, slots=True)
class Filter:
    """What the reader asks for; empty fields ask for everything."""

    person: str = ""
    group: str = ""
    about: str = ""
    since: date | None = None
    until: date | None = None

    def query(self, **change: object) -> str:
        """The filter as an address, with something changed."""
        values: dict[str, Any] = {name: getattr(self, name) for name in self.__slots__} | change
        asked = {name: str(value) for name, value in values.items() if value not in (None, "")}
        return f"?{urlencode(asked)}" if asked else ""

    def __bool__(self) -> bool:
        return bool(self.person or self.group or self.about or self.since or self.until)


def read_filter(person: str, group: str, about: str, since: str, until: str) -> Filter:
    """A filter from an address. What cannot be read asks for nothing: an address is no form."""
    known = group if group in GROUPS or group == SENSITIVE else ""
    return Filter(person[:64], known, about.strip()[:64], _day(since), _day(until))


def entries(actor: Actor, asked: Filter, zone: str) -> Select[AuditEntry]:
    """The entries this reader may see, without an order."""
    return select(AuditEntry).where(may_read(actor), *_conditions(asked, zone))


def may_read(actor: Actor) -> ColumnElement[bool]:
    """Entries of no case, and of cases that this reader sees; none of a step about the reader, and
    of what a member of the commission must not know yet."""
    visible = select(Incident.id).where(Incident.id == AuditEntry.case_id, may_see(actor, Operation.READ_LOG))
    return or_(AuditEntry.case_id == INSTANCE, visible.exists()) & not_hidden_from(actor.id) & may_read_entry(actor)


def page_of(
    session: Session, actor: Actor, asked: Filter, before: int | None, zone: str
) -> tuple[list[AuditEntry], int | None]:
    """One page, newest first, and the number before which the next one begins."""
    query = entries(actor, asked, zone).order_by(AuditEntry.seq.desc()).limit(PAGE + 1)
    if before is not None:
        query = query.where(AuditEntry.seq < before)
    found = list(session.scalars(query))
    return found[:PAGE], found[PAGE - 1].seq if len(found) > PAGE else None


def find_entry(session: Session, actor: Actor, seq: int) -> AuditEntry:
    """One entry by its number.

    Raises:
        NotFound: there is none, or it belongs to a case this reader does not see.
    """
    entry = session.scalar(select(AuditEntry).where(AuditEntry.seq == seq, may_read(actor)))
    if entry is None:
        raise NotFound()
    return entry


def case_asked_for(session: Session, actor: Actor, asked: Filter) -> Incident | None:
    """The case whose reference the filter names, if this reader sees it."""
    wanted = select(Incident).where(Incident.reference == asked.about.upper(), may_see(actor, Operation.READ_LOG))
    return session.scalar(wanted) if asked.about else None


def _conditions(asked: Filter, zone: str) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if asked.person:
        found.append(AuditEntry.actor == asked.person)
    if asked.group == SENSITIVE:
        found.append(AuditEntry.action.in_(SENSITIVE_ACTIONS))
    elif asked.group:
        found.append(AuditEntry.action.startswith(f"{asked.group}:", autoescape=True))
    if asked.about:
        found.append(AuditEntry.object.in_([asked.about, asked.about.upper(), asked.about.lower()]))
    if asked.since:
        found.append(AuditEntry.at >= _midnight(asked.since, zone))
    if asked.until:
        found.append(AuditEntry.at < _midnight(asked.until + timedelta(days=1), zone))
    return found


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(0), ZoneInfo(zone)).astimezone(UTC)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1970 <= day.year <= 9000 else None
