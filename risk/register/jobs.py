"""What the worker does for risks: say that a review is due, and give back what was accepted until yesterday. Any number
of workers may run it: each row is changed by one of them only."""

from datetime import date, datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from core.db import Database
from core.organisation import is_set_up
from risk.register import accepting
from risk.register.mails import tell_expired, tell_review
from risk.register.models import Risk
from risk.register.rules import LIVING, State
from risk.register.service import today_of


def look_after_risks(database: Database, now: datetime) -> int:
    """One round; returns how many risks were told of."""
    with database.transaction() as session:
        return look_after(session, now) if is_set_up(session) else 0


def look_after(session: Session, now: datetime) -> int:
    """The same in the caller's transaction."""
    today = today_of(session, now)
    return _expire(session, today, now) + _review(session, today, now)


def _expire(session: Session, today: date, now: datetime) -> int:
    due = (Risk.state == State.ACCEPTED, Risk.accept_until < today)
    query = select(Risk).where(*due).order_by(Risk.id).with_for_update(skip_locked=True)
    found = session.scalars(query, execution_options={"populate_existing": True}).all()
    for risk in found:
        until = risk.accept_until
        accepting.expire(session, risk, now)
        if until is not None:
            tell_expired(session, risk, until, now)
    return len(found)


def _review(session: Session, today: date, now: datetime) -> int:
    """Once for each day of review; the row's version stays, so that nobody's form is refused for a mail."""
    untold = or_(Risk.review_told_on.is_(None), Risk.review_told_on != Risk.review_on)
    due = (Risk.state.in_(sorted(LIVING)), Risk.review_on <= today, untold)
    told = 0
    for risk in session.scalars(select(Risk).where(*due).order_by(Risk.id)).all():
        mine = update(Risk).where(Risk.id == risk.id, *due).values(review_told_on=risk.review_on)
        won = session.execute(mine.execution_options(synchronize_session=False))
        if won.rowcount and risk.review_on is not None:  # type: ignore[attr-defined]
            tell_review(session, risk, risk.review_on, now)
            told += 1
    return told
