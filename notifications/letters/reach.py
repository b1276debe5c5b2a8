"""How many people the letters of a case have reached, or would reach: each person once, however many letters."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from notifications.letters.counting import ARRIVED
from notifications.letters.models import Mailing, Recipient
from notifications.models import OutboxMessage


def told(session: Session, cases: Collection[str]) -> dict[str, int]:
    """Case id -> how many people were told, by mail or in another way; a case that told nobody is left out."""
    return _people(session, cases, _reached())


def listed(session: Session, mailing: Mailing) -> int:
    """How many are told when everybody on this list is, those of earlier letters included."""
    alive = and_(Recipient.mailing_id == mailing.id, Recipient.state.in_(["pending", "doubt", "told"]))
    return _people(session, [mailing.incident_id], or_(alive, _reached())).get(mailing.incident_id, 0)


def first_told(session: Session, case: str) -> datetime | None:
    """When the first of them was told; none while nobody is."""
    return first_told_among(session, [case]).get(case)


def first_told_among(session: Session, cases: Collection[str]) -> dict[str, datetime]:
    """Case id -> when the first of its people was told; a case that told nobody is left out."""
    at = func.min(func.coalesce(Recipient.told_at, OutboxMessage.accepted_at, Mailing.started_at))
    query = _joined(Mailing.incident_id, at).where(Mailing.incident_id.in_(cases), _reached())
    return {case: first for case, first in session.execute(query.group_by(Mailing.incident_id)) if first}


def ways_told(session: Session, case: str) -> set[str]:
    """In which ways; an empty one stands for the mail."""
    return set(session.scalars(_joined(Recipient.told_how).where(Mailing.incident_id == case, _reached()).distinct()))


def _reached() -> ColumnElement[bool]:
    """Their server took the mail, or somebody told them: by post, by phone, in person, by a public notice."""
    return or_(Recipient.state == "told", and_(Recipient.state == "pending", OutboxMessage.state.in_(ARRIVED)))


def _people(session: Session, cases: Collection[str], wanted: ColumnElement[bool]) -> dict[str, int]:
    """Who had two letters counts once. Who has no mailbox is not known again without opening the lists, so of several
    letters the one to the most such people counts: rather too few than too many."""
    rows = _rows(cases, wanted).subquery()
    once = select(rows.c.incident_id, func.max(rows.c.number).label("number"))
    people = once.group_by(rows.c.incident_id, rows.c.address_key).subquery()
    query = select(people.c.incident_id, func.sum(people.c.number)).group_by(people.c.incident_id)
    return {row[0]: int(row[1]) for row in session.execute(query)}


def _rows(cases: Collection[str], wanted: ColumnElement[bool]) -> Select[str, str, int]:
    """Case, mailbox, and how many rows of one letter share it: two people at one mailbox are two."""
    return (
        _joined(Mailing.incident_id, Recipient.address_key, func.count().label("number"))
        .where(Mailing.incident_id.in_(cases), wanted)
        .group_by(Mailing.incident_id, Mailing.id, Recipient.address_key)
    )


def _joined(*columns: Any) -> Select[Any]:
    """From letters to the people on their lists and the mail to each."""
    return (
        select(*columns)
        .select_from(Mailing)
        .join(Recipient, Recipient.mailing_id == Mailing.id)
        .join(OutboxMessage, OutboxMessage.id == Recipient.outbox_id, isouter=True)
    )
