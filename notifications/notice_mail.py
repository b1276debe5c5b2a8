"""A notice on its way by e-mail: the row beside its outbox message. A mail in doubt waits for a person."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base, new_id
from core.keys import seal, unseal
from notifications.models import DeliveryAttempt, OutboxMessage

OPEN = "outcome = ''"
WAITING = ("queued", "deferred")
IN_HAND = ("claimed", "in_data")
LOST = ("failed", "dead", "cancelled")


class End(StrEnum):
    """How one mail ended. The first one: it is still under way, or in doubt."""

    OPEN = ""
    FILED = "filed"
    ARRIVED = "arrived"
    AGAIN = "again"
    STOPPED = "stopped"
    OVERTAKEN = "overtaken"
    LOST = "lost"


class NoticeMail(Base):
    """One mail with a released notice. `number` 2 and more are those that a person sent again after a doubt.

    The files are the bytes that leave. `instead_sealed`: why the authority's usual way cannot be used;
    `delay_reasons_sealed`: for a notice that is or becomes late; `ended_reason_sealed`: what the person said who ended
    it. At most one mail of a notice is open: the index is the last guard.
    """

    __tablename__ = "notice_mail"
    __table_args__ = (
        UniqueConstraint("notice_id", "number"),
        Index("ix_notice_mail_open", "notice_id", unique=True, sqlite_where=text(OPEN), postgresql_where=text(OPEN)),
    )
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    incident_id: Mapped[str] = mapped_column(index=True)
    notice_id: Mapped[str]
    number: Mapped[int]
    outbox_id: Mapped[str] = mapped_column(unique=True)
    json_file_id: Mapped[str]
    pdf_file_id: Mapped[str]
    asked_by: Mapped[str]
    asked_at: Mapped[datetime]
    instead_sealed: Mapped[str] = mapped_column(default="")
    delay_reasons_sealed: Mapped[str] = mapped_column(default="")
    outcome: Mapped[str] = mapped_column(default=End.OPEN)
    ended_by: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    ended_reason_sealed: Mapped[str] = mapped_column(default="")


def mails_of(session: Session, notice_id: str) -> list[NoticeMail]:
    """Every mail of one phase, the first one first."""
    return list(
        session.scalars(select(NoticeMail).where(NoticeMail.notice_id == notice_id).order_by(NoticeMail.number))
    )


def open_mail(session: Session, notice_id: str) -> NoticeMail | None:
    return session.scalar(select(NoticeMail).where(NoticeMail.notice_id == notice_id, NoticeMail.outcome == End.OPEN))


def open_mails(session: Session, incident_ids: Collection[str]) -> list[tuple[NoticeMail, OutboxMessage]]:
    """The mails of these cases that have no end yet, with how each stands."""
    query = select(NoticeMail, OutboxMessage).join(OutboxMessage, OutboxMessage.id == NoticeMail.outbox_id)
    return [
        (mail, message)
        for mail, message in session.execute(query.where(NoticeMail.incident_id.in_(incident_ids), text(OPEN)))
    ]


def message_of(session: Session, mail: NoticeMail, *, to_change: bool = False) -> OutboxMessage:
    """Its outbox message; `to_change` locks it, so that no worker takes it meanwhile."""
    return session.get_one(OutboxMessage, mail.outbox_id, with_for_update=to_change, populate_existing=to_change)


def handed_over_at(session: Session, mail: NoticeMail) -> datetime | None:
    """When the last byte of it was about to leave: the moment a mail in doubt has arrived at, if it has."""
    out = (DeliveryAttempt.outbox_id == mail.outbox_id) & (DeliveryAttempt.event == "in_data")
    return session.scalar(select(DeliveryAttempt.at).where(out).order_by(DeliveryAttempt.at.desc()).limit(1))


def end(session: Session, mail: NoticeMail, outcome: End, by: str, now: datetime, reason: str = "") -> None:
    mail.outcome, mail.ended_by, mail.ended_at = outcome, by, now
    write(session, mail, "ended_reason", reason)


def write(session: Session, mail: NoticeMail, field: str, words: str) -> None:
    """Seal what a person wrote; nothing written stays empty."""
    if words:
        place = f"notice_mail.{field}:{mail.id}"
        setattr(mail, f"{field}_sealed", seal(session, mail.incident_id, place, words))


def read(session: Session, mail: NoticeMail, field: str) -> str:
    return unseal(session, mail.incident_id, f"notice_mail.{field}:{mail.id}", getattr(mail, f"{field}_sealed"))
