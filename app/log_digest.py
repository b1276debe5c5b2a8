"""E24: what the log got in a week, for auditors, only when something happened; and once a quarter its proof.

Each auditor is told of what they may see. A silent week gets no mail: "all is well" teaches people not to read.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.log_check import last_answer
from app.log_filter import MONTHS_OF_A_QUARTER
from app.log_query import may_read
from app.log_words import GROUPS, SENSITIVE_ACTIONS
from core.access import SYSTEM, Role
from core.audit.anchoring import log_line
from core.audit.check_models import LogCheck
from core.audit.models import AuditEntry
from core.audit.words import ACTIONS
from core.db import Database
from core.errors import N_
from core.i18n import absolute, translate
from core.organisation import is_set_up, organisation
from identity.models import User
from identity.people import holders
from notifications.outbox import Fact, enqueue
from notifications.service_state import recall, remember

NAME = "log_digest"
FROM_HOUR = 6  # local, after the check of the night
MOST = 20  # sensitive acts named in a mail; the log has the rest
STATES = {
    "ok": N_("the log is whole"),
    "bad": N_("THE LOG DOES NOT MATCH"),
    "unread": N_("the log could not be checked"),
}
UNCHECKED = N_("the log has not been checked")
Span = tuple[date, date]  # from the first day up to the one that is not in it


def tell_auditors(database: Database, now: datetime) -> int:
    """Queue the mails of the weeks and the quarters that have ended, once; returns how many."""
    with database.reading() as session:
        if not is_set_up(session) or not _due(session, now):
            return 0
    with database.transaction() as session:
        due = _due(session, now)
        remember(session, NAME, {kind: day.isoformat() for kind, day in _running(session, now).items()}, now)
        return sum(_mails(session, kind, *span, now) for kind, span in due.items())


def _due(session: Session, now: datetime) -> dict[str, Span]:
    """What has ended since the last mails: also more than one week, when no worker was there to tell of the first."""
    row = recall(session, NAME)
    if now.astimezone(ZoneInfo(organisation(session).zone)).hour < FROM_HOUR:
        return {}
    told: Mapping[str, str] = row.value if row else {}
    spans = {kind: (_first(told.get(kind), kind, day), day) for kind, day in _running(session, now).items()}
    return {kind: span for kind, span in spans.items() if span[0] < span[1]}


def _running(session: Session, now: datetime) -> dict[str, date]:
    """The first days of the week and of the quarter that now run: what ended is what lay before them."""
    today = now.astimezone(ZoneInfo(organisation(session).zone)).date()
    return {"week": today - timedelta(days=today.weekday()), "quarter": _quarter(today)}


def _first(told: str | None, kind: str, day: date) -> date:
    """The first day that nobody was told of; at the very first mail the period before this one begins."""
    if told:
        return date.fromisoformat(told)
    return day - timedelta(days=7) if kind == "week" else _quarter(day - timedelta(days=1))


def _quarter(day: date) -> date:
    return date(day.year, day.month - (day.month - 1) % MONTHS_OF_A_QUARTER, 1)


def _mails(session: Session, kind: str, since: date, until: date, now: datetime) -> int:
    zone = ZoneInfo(organisation(session).zone)
    start, end = (datetime.combine(day, time(0), zone).astimezone(UTC) for day in (since, until))
    tell = _week if kind == "week" else _proof
    return sum(tell(session, person, start, end, (since, until), now) for person in holders(session, Role.AUDITOR))


def _week(session: Session, person: User, start: datetime, end: datetime, span: Span, now: datetime) -> bool:
    """The digest of one auditor; none when nobody did anything meanwhile."""
    monday, sunday = span[0], span[1] - timedelta(days=1)
    here = (AuditEntry.at >= start, AuditEntry.at < end, may_read(person.actor))
    counted = dict(
        iter(session.execute(select(AuditEntry.action, func.count()).where(*here).group_by(AuditEntry.action)))
    )
    own = session.scalar(
        select(func.count()).where(*here, AuditEntry.actor == SYSTEM.id, AuditEntry.action.like("log:%"))
    )
    total = sum(counted.values())
    if total <= (own or 0):
        return False
    lang, zone = person.language, organisation(session).zone
    kinds: Counter[str] = Counter()
    for action, count in counted.items():
        kinds[action.partition(":")[0]] += count
    acts = session.scalars(select(AuditEntry).where(*here, AuditEntry.action.in_(SENSITIVE_ACTIONS))
                           .order_by(AuditEntry.at, AuditEntry.seq).limit(MOST)).all()  # fmt: skip
    facts: dict[str, Fact] = {
        "week": _from_to(str(monday.isocalendar().week), str(sunday.isocalendar().week)),
        "entries": str(total),
        "state": translate(lang, STATES.get(last_answer(session).result, UNCHECKED)),
        "kinds": [f"{translate(lang, GROUPS.get(kind, kind))}: {count}" for kind, count in kinds.most_common()],
        "acts": [f"{act.seq}: {translate(lang, ACTIONS[act.action])}, {_about(act)}, {absolute(act.at, lang, zone)}"
                 for act in acts],
        "more": str(max(0, sum(counted.get(action, 0) for action in SENSITIVE_ACTIONS) - len(acts)) or ""),
        "proof": log_line(session, end, lang, zone),
        "path": f"/log?since={monday.isoformat()}&until={sunday.isoformat()}",
    }  # fmt: skip
    return _queue(session, "log_week", person, monday, now, facts)


def _proof(session: Session, person: User, start: datetime, end: datetime, span: Span, now: datetime) -> bool:
    """What an auditor puts in the file for a quarter: checks made and the signed state at its end."""
    first, last = span[0], span[1] - timedelta(days=1)
    lang, zone = person.language, organisation(session).zone
    made = select(LogCheck.result, func.count()).where(LogCheck.ended_at >= start, LogCheck.ended_at < end)
    results = dict(iter(session.execute(made.group_by(LogCheck.result))))
    if not results:
        return False
    facts: dict[str, Fact] = {
        "quarter": _from_to(*(f"{day.year} Q{(day.month - 1) // MONTHS_OF_A_QUARTER + 1}" for day in (first, last))),
        "good": str(results.get("ok", 0)),
        "bad": str(results.get("bad", 0)),
        "unread": str(results.get("unread", 0)),
        "proof": log_line(session, end, lang, zone),
        "path": "/log",
    }
    return _queue(session, "log_quarter", person, first, now, facts)


def _from_to(first: str, last: str) -> str:
    return first if first == last else f"{first}–{last}"


def _queue(session: Session, kind: str, person: User, first: date, now: datetime, facts: Mapping[str, Fact]) -> bool:
    once = f"{kind}:{first.isoformat()}:{person.id}"
    queued = enqueue(session, kind, to=person.email, language=person.language, once=once, now=now, facts=facts)
    return queued is not None


def _about(entry: AuditEntry) -> str:
    """A reference is shown; an opaque id says nothing in a mail."""
    return entry.object if entry.case_id else entry.object[:12]
