"""What has become of the letters, in words and numbers; each number leads to its people."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import N_
from core.i18n import translate
from incidents.informing.people_rows import OUTCOMES
from notifications.letters.counting import ARRIVED, ON_THEIR_WAY
from notifications.letters.models import Mailing, Recipient
from notifications.letters.recipients import Channel
from notifications.models import OutboxMessage

DELIVERED, TOLD, UNMAILED = N_("Delivered"), N_("Told in another way"), N_("No e-mail")
NAMED = ("deferred", "failed", "dead", "bounced", "cancelled", "uncertain")
SHOWN_AT = {"deferred": "later", "uncertain": "uncertain"}


@dataclass(frozen=True, slots=True)
class Result:
    """`show`: the part of the list that holds them."""

    label: str
    number: int
    show: str


def results(session: Session, mailing: Mailing | None, lang: str) -> list[Result]:
    """Nothing while nothing is sent. What nobody has met with is left out."""
    counts = _counted(session, mailing) if mailing else Counter()
    rows = [
        (DELIVERED, sum(counts[state] for state in ARRIVED), "arrived"),
        *((OUTCOMES[state], counts[state], SHOWN_AT.get(state, "failed")) for state in NAMED),
        (TOLD, counts["told"], "told"),
        (UNMAILED, counts["unmailed"], "unmailed"),
        (N_("On their way"), sum(counts[state] for state in ON_THEIR_WAY if state not in NAMED), ""),
    ]
    return [Result(translate(lang, label), number, show) for label, number, show in rows if number]


def _counted(session: Session, mailing: Mailing) -> Counter[str]:
    """By what a person has met with: told by somebody, else what became of the mail, else that there was none."""
    query = (
        select(Recipient.state, Recipient.channel, OutboxMessage.state.label("mail"), func.count().label("number"))
        .join(OutboxMessage, OutboxMessage.id == Recipient.outbox_id, isouter=True)
        .where(Recipient.mailing_id == mailing.id, Recipient.state.in_(["pending", "told"]))
        .group_by(Recipient.state, Recipient.channel, OutboxMessage.state)
    )
    found: Counter[str] = Counter()
    for row in session.execute(query):
        unmailed = "unmailed" if row.channel != Channel.EMAIL else ""
        found["told" if row.state == "told" else row.mail or unmailed] += row.number
    return found
