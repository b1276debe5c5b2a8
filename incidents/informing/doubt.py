"""Letters in doubt: whether one arrived is said by a person with a reason, or by the relay's own evidence."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Actor
from core.errors import N_, Conflict, Invalid
from incidents.models import Incident
from notifications.evidence import Verdict, read_evidence
from notifications.letters.models import Recipient
from notifications.models import OutboxMessage
from notifications.reconcile import Settled, reconcile

MOST_BYTES = 20 * 2**20
SHORTEST = 10
VERDICTS: Mapping[str, Verdict] = {"arrived": Verdict.DECIDED, "again": Verdict.NOT_ACCEPTED}


def decide(
    session: Session, actor: Actor, incident: Incident, recipient: Recipient, answer: str, reason: str, now: datetime
) -> None:
    """One letter, by somebody who has asked. Sent again it may come twice, so the log keeps who decided and why.

    Raises:
        Invalid: no such answer, or no reason.
        Conflict: it is not in doubt any more.
    """
    if answer not in VERDICTS:
        raise Invalid({"step": N_("Choose one of the answers.")})
    if len(reason.strip()) < SHORTEST:
        raise Invalid({"reason": N_("Say how you know, or why it is sent again. At least 10 characters.")})
    message = session.get(OutboxMessage, recipient.outbox_id) if recipient.outbox_id else None
    verdicts = {message.message_id: VERDICTS[answer]} if message else {}
    settled = reconcile(session, actor, incident.id, incident.reference, verdicts, now, reason=reason.strip(),
                        facts={"row": recipient.row})  # fmt: skip
    if not settled.any:
        raise Conflict(N_("This mail is not uncertain any more. Load the page again and look."))


def take_evidence(session: Session, actor: Actor, incident: Incident, content: bytes, now: datetime) -> Settled:
    """All at once, by a list or the log of the relay.

    Raises:
        Invalid: no file, one that cannot be read, or one that says nothing about a letter in doubt.
    """
    if not content:
        raise Invalid({"evidence": N_("Choose a file.")})
    if len(content) > MOST_BYTES:
        raise Invalid({"evidence": N_("The file is too large. Send in the part about these mails.")})
    verdicts = read_evidence(content.decode("utf-8", "replace"))
    settled = reconcile(session, actor, incident.id, incident.reference, verdicts, now, content)
    if not settled.any:
        raise Invalid({"evidence": N_("The file settles none of the uncertain mails. Nothing is changed.")})
    return settled
