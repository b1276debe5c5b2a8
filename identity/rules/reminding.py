"""What the worker does for the rules: ask who owes a signature, at once and then at a few steps, never twice."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import Database
from core.once import insert_once
from core.organisation import is_set_up
from identity.rules.models import RulesReminder, RulesVersion
from identity.rules.sight import Person, everybody_signing, in_force
from identity.rules.standing import steps_due
from notifications.outbox import enqueue

Given = set[tuple[str, datetime, int]]


def remind_to_sign(database: Database, now: datetime) -> int:
    """Mail everybody for whom a step has come; after a pause only the latest step is mailed."""
    with database.transaction() as session:
        return ask_due(session, now) if is_set_up(session) else 0


def ask_due(session: Session, now: datetime) -> int:
    """The same in the caller's transaction."""
    version = in_force(session)
    if version is None:
        return 0
    given = _given(session, version)
    asked = 0
    for one in everybody_signing(session, version, now):
        if one.stand.owes and (fresh := _fresh(session, version, one, given, now)):
            _ask(session, version, one, fresh, now)
            asked += 1
    return asked


def _given(session: Session, version: RulesVersion) -> Given:
    query = select(RulesReminder.user_id, RulesReminder.since, RulesReminder.days)
    return {
        (row.user_id, row.since, row.days)
        for row in session.execute(query.where(RulesReminder.version == version.number))
    }


def _fresh(session: Session, version: RulesVersion, one: Person, given: Given, now: datetime) -> list[int]:
    due = [days for days in steps_due(one.stand.since, now) if (one.user.id, one.stand.since, days) not in given]
    return [
        days
        for days in due
        if insert_once(session, RulesReminder, user_id=one.user.id, version=version.number, since=one.stand.since,
                       days=days, given_at=now)
    ]  # fmt: skip


def _ask(session: Session, version: RulesVersion, one: Person, fresh: Sequence[int], now: datetime) -> None:
    user, since = one.user, one.stand.since.isoformat()
    enqueue(session, "rules_to_sign", to=user.email, language=user.language, now=now, recipient_id=user.id,
            once=f"rules_to_sign:{user.id}:{version.number}:{since}:{fresh[-1]}",
            facts={"version": version.number, "why": one.stand.standing.value, "again": fresh[-1] > 0,
                   "summary": version.summary(user.language), "path": "/rules"})  # fmt: skip
