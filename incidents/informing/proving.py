"""The proof that each was told: when, in which version, by which way and with what outcome, a line a row of the list.

Every letter of the case is in it, so that the first can still be shown after a correction. It names nobody protected,
and goes with the case when that is erased.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.db import Database
from core.errors import N_
from core.i18n import iso, translate
from core.organisation import organisation
from incidents.informing.people_rows import CHANNELS, outcome, shown_name
from incidents.informing.taking_out import in_blocks
from notifications.letters.list_rows import details
from notifications.letters.models import Mailing, Recipient
from notifications.letters.recipients import Channel
from notifications.models import DeliveryAttempt, OutboxMessage

HEADS = (
    N_("Letter"),
    N_("Version"),
    N_("Row"),
    N_("Name"),
    N_("How"),
    N_("Language"),
    N_("What happened"),
    N_("When"),
    N_("Message number"),
    N_("Hash of the text"),
)
ENDED = ("accepted", "decided", "failed", "dead", "bounced", "cancelled")
Line = list[str | int]


def proof(database: Database, case_id: str, lang: str) -> Iterator[Line]:
    """The heads, then every row of every letter of the case."""
    yield [translate(lang, head) for head in HEADS]
    with database.reading() as session:
        of_case = select(Mailing.id).where(Mailing.incident_id == case_id).order_by(Mailing.number)
        mailings = session.scalars(of_case).all()
    for mailing_id in mailings:
        yield from in_blocks(database, 0, partial(_beyond, mailing_id, lang))


def rows_to_prove(session: Session, case_id: str) -> int:
    """How many there are, for the entry of the log."""
    of_case = select(func.count(Recipient.id)).join(Mailing, Mailing.id == Recipient.mailing_id)
    return session.scalar(of_case.where(Mailing.incident_id == case_id)) or 0


def _beyond(mailing_id: str, lang: str, session: Session, after: int, most: int) -> list[tuple[int, Line]]:
    mailing, zone = session.get_one(Mailing, mailing_id), organisation(session).zone
    last = select(func.max(DeliveryAttempt.at)).where(DeliveryAttempt.outbox_id == OutboxMessage.id).scalar_subquery()
    query = (
        select(Recipient, OutboxMessage, last)
        .join(OutboxMessage, OutboxMessage.id == Recipient.outbox_id, isouter=True)
        .where(Recipient.mailing_id == mailing.id, Recipient.row > after)
        .order_by(Recipient.row)
        .limit(most)
    )
    found = session.execute(query).all()
    return [(row.row, _line(session, mailing, row, message, tried, lang, zone)) for row, message, tried in found]


def _line(
    session: Session, mailing: Mailing, row: Recipient, message: OutboxMessage | None, tried: datetime | None,
    lang: str, zone: str,
) -> Line:  # fmt: skip
    at = row.told_at or (message.accepted_at or tried if message and message.state in ENDED else None)
    return [
        mailing.number, mailing.edition, row.row,
        shown_name(row, details(session, mailing, row), lang),
        translate(lang, CHANNELS[Channel(row.channel)]), row.language,
        outcome(session, row, message, lang), iso(at, zone) if at else "",
        message.message_id if message else "", message.body_hash if message else "",
    ]  # fmt: skip
