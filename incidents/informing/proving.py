"""The proof that each was told: when, in which version, by which way and with what outcome, a line a row of the list.

Every letter of the case is in it, so that the first can still be shown after a correction. It names nobody protected,
and goes with the case when that is erased.
"""

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import N_
from core.i18n import iso, translate
from core.organisation import organisation
from incidents.informing.people_rows import CHANNELS, outcome, shown_name
from incidents.models import Incident
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


def proof(session: Session, incident: Incident, lang: str) -> Iterator[Line]:
    """The heads, then every row of every letter of the case."""
    yield [translate(lang, head) for head in HEADS]
    for mailing in session.scalars(
        select(Mailing).where(Mailing.incident_id == incident.id).order_by(Mailing.number)
    ).all():
        yield from _of(session, mailing, lang)


def _of(session: Session, mailing: Mailing, lang: str) -> Iterator[Line]:
    zone = organisation(session).zone
    last = select(func.max(DeliveryAttempt.at)).where(DeliveryAttempt.outbox_id == OutboxMessage.id).scalar_subquery()
    query = (
        select(Recipient, OutboxMessage, last)
        .join(OutboxMessage, OutboxMessage.id == Recipient.outbox_id, isouter=True)
        .where(Recipient.mailing_id == mailing.id)
        .order_by(Recipient.row)
    )
    for row, message, tried in session.execute(query):
        ended = message is not None and message.state in ENDED
        at = row.told_at or (message.accepted_at or tried if ended else None)
        yield [
            mailing.number, mailing.edition, row.row,
            shown_name(row, details(session, mailing, row), lang),
            translate(lang, CHANNELS[Channel(row.channel)]), row.language,
            outcome(session, row, message, lang), iso(at, zone) if at else "",
            message.message_id if message else "", message.body_hash if message else "",
        ]  # fmt: skip
