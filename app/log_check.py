"""Checks of the log as rows: asked for, under way, ended. Everybody who must know is told when the answer changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.log_alarm import UNREAD, tell_of_change
from core.access import SYSTEM, Actor
from core.audit import record
from core.audit.check_models import LogCheck
from core.audit.entries import Fact
from core.audit.models import AuditHead
from core.audit.verify import Verdict
from core.db import Database
from core.logs import log
from notifications.models import ServiceState
from notifications.service_state import recall, remember

NAME = "log_check"  # the row of service_state with the last answer


@dataclass(frozen=True)
class Known:
    """The answer of the last check that read the whole log, as banner, health and `vaka check` need it."""

    result: str
    first_bad: int | None
    kind: str | None
    at: datetime | None

    @property
    def bad(self) -> bool:
        return self.result == "bad"

    @property
    def unread(self) -> bool:
        return self.result == UNREAD


NOTHING = Known("", None, None, None)


def read_known(row: ServiceState | None) -> Known:
    if row is None:
        return NOTHING
    value: Mapping[str, Any] = row.value
    return Known(value["result"], value["first_bad"], value["kind"], row.at)


def last_answer(session: Session) -> Known:
    return read_known(recall(session, NAME))


def log_size(session: Session) -> int:
    return session.scalar(select(AuditHead.size)) or 0


def open_check(session: Session) -> LogCheck | None:
    """The oldest check that has not ended."""
    waiting = select(LogCheck).where(LogCheck.ended_at.is_(None)).order_by(LogCheck.asked_at)
    return session.scalar(waiting.limit(1))


def last_check(session: Session) -> LogCheck | None:
    """The check whose answer is the last one: that of the banner and of health, also when clocks have jumped."""
    row = recall(session, NAME)
    return session.get(LogCheck, row.value["check"]) if row else None


def ask_for_check(session: Session, actor: Actor, now: datetime) -> LogCheck:
    """Let the worker check the log; a check that waits or runs already is the answer to a second wish."""
    check = open_check(session)
    if check is None:
        check = LogCheck(asked_by=actor.id, asked_at=now, size=log_size(session))
        session.add(check)
        record(session, actor, "log:check_asked", "log", now, facts={"size": check.size})
    return check


def keep_answer(
    database: Database,
    verdict: Verdict,
    took_ms: int,
    now: datetime,
    actor: Actor = SYSTEM,
    check: LogCheck | None = None,
) -> bool:
    """Write what a check has found, with its entry and the mails; `check` is the row of one that a worker made. False
    when another worker has taken that over.

    A log too broken to take the entry must not keep its own alarm from leaving: then it goes without.

    Raises:
        SQLAlchemyError: the database takes no write at all.
    """
    try:
        return _keep(database, verdict, took_ms, now, actor, check, entry=True)
    except SQLAlchemyError:
        log.error("log_cannot_grow", result=verdict.result, first_bad=verdict.first_bad)
        return _keep(database, verdict, took_ms, now, actor, check, entry=False)


def answered(check: LogCheck, verdict: Verdict, took_ms: int, now: datetime) -> LogCheck:
    """The row with its answer."""
    check.at_seq, check.size, check.root = verdict.size, verdict.size, verdict.root
    check.result, check.first_bad, check.kind = verdict.result, verdict.first_bad, verdict.kind
    check.ended_at, check.took_ms, check.leased_until = now, took_ms, None
    return check


def give_up(database: Database, check: LogCheck, now: datetime) -> bool:
    """A check that no worker could bring to its end says so, and never that all is well. Whoever must know of a log
    that does not match is told of one that cannot be read: it may be what was done to it."""
    return keep_answer(database, Verdict(check.at_seq, "", UNREAD), 0, now, check=check)


def _keep(
    database: Database,
    verdict: Verdict,
    took_ms: int,
    now: datetime,
    actor: Actor,
    check: LogCheck | None,
    *,
    entry: bool,
) -> bool:
    with database.transaction() as session:
        row = mine(session, check) if check else LogCheck(asked_by=actor.id, asked_at=now, started_at=now)
        if row is None:
            return False
        session.add(answered(row, verdict, took_ms, now))
        session.flush()
        before = last_answer(session)
        if entry:
            record(session, actor, "log:verified", "log", now, facts=_facts(verdict))
        if before.bad and verdict.result == UNREAD:  # what was found stands until a check has read everything
            return True
        _remember(session, row, now)
        tell_of_change(session, (before.result, before.first_bad), verdict, now)
    return True


def _remember(session: Session, check: LogCheck, now: datetime) -> None:
    found = {"check": check.id, "result": check.result, "first_bad": check.first_bad, "kind": check.kind}
    remember(session, NAME, found, now)


def mine(session: Session, check: LogCheck) -> LogCheck | None:
    """The row, locked, if no other worker has taken it over and nobody has ended it."""
    row = session.get(LogCheck, check.id, with_for_update=True, populate_existing=True)
    return row if row and row.ended_at is None and row.fence == check.fence else None


def _facts(verdict: Verdict) -> dict[str, Fact]:
    if verdict.result == UNREAD:
        return {"result": UNREAD, "size": verdict.size}
    facts: dict[str, Fact] = {"size": verdict.size, "root": verdict.root, "result": verdict.result}
    return facts if verdict.result == "ok" else facts | {"first_bad": verdict.first_bad, "kind": verdict.kind}
