"""What the worker does for training: tell people before their course runs out, at a few steps, never twice."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import Database
from core.i18n import date_only
from core.once import insert_once
from core.organisation import is_set_up, organisation
from identity.training.keeping import today_of
from identity.training.models import TrainingRecord, TrainingReminder
from identity.training.rules import steps_due
from identity.training.sight import Standing, courses, staff, standings
from notifications.outbox import enqueue


def remind_to_train(database: Database, now: datetime) -> int:
    """Mail everybody whose course runs out; after a pause only the latest step is mailed."""
    with database.transaction() as session:
        return ask_due(session, now) if is_set_up(session) else 0


def ask_due(session: Session, now: datetime) -> int:
    """The same in the caller's transaction."""
    known = courses(session)
    if not known:
        return 0
    today = today_of(session, now)
    found = [one for one in standings(session, staff(session), known, today) if one.record]
    due = {one.record.id: steps_due(one.record.expires_on, today) for one in found if one.record}
    given = _given(session, [key for key, steps in due.items() if steps])
    asked = 0
    for one in found:
        row = one.record
        if row and (fresh := _fresh(session, row, due[row.id], given, now)):
            _ask(session, one, row, fresh[-1], now)
            asked += 1
    return asked


def _given(session: Session, records: list[str]) -> set[tuple[str, int]]:
    query = select(TrainingReminder.record_id, TrainingReminder.days).where(TrainingReminder.record_id.in_(records))
    return {(row.record_id, row.days) for row in session.execute(query)} if records else set()


def _fresh(
    session: Session, row: TrainingRecord, due: list[int], given: set[tuple[str, int]], now: datetime
) -> list[int]:
    left = [days for days in due if (row.id, days) not in given]
    return [days for days in left if insert_once(session, TrainingReminder, record_id=row.id, days=days, given_at=now)]


def _ask(session: Session, one: Standing, row: TrainingRecord, days: int, now: datetime) -> None:
    zone, user = organisation(session).zone, one.user
    assert row.expires_on is not None  # noqa: S101 - only what runs out has steps
    last = datetime.combine(row.expires_on, time(12), ZoneInfo(zone))
    enqueue(session, "training_ends", to=user.email, language=user.language, now=now, recipient_id=user.id,
            once=f"training_ends:{row.id}:{days}",
            facts={"title": one.course.title, "day": date_only(last, user.language, zone), "over": days == 0,
                   "path": "/training"})  # fmt: skip
