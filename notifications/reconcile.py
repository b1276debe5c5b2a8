"""Messages in doubt are settled by evidence or by a person, never by guessing: accepted, queued again, or decided."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from core.audit.entries import Fact
from notifications.claims import note
from notifications.evidence import Verdict
from notifications.models import OutboxMessage


@dataclass(frozen=True)
class Settled:
    """What a reconciliation did. `not_in_doubt` are lines about messages of this case that were settled already."""

    accepted: int = 0
    queued: int = 0
    decided: int = 0
    still_uncertain: int = 0
    not_in_doubt: int = 0
    not_ours: int = 0

    @property
    def any(self) -> bool:
        return bool(self.accepted + self.queued + self.decided)


def count_by_state(session: Session, case_id: str) -> dict[str, int]:
    """How many letters of a case stand where. Internal alerts about the case are not counted."""
    counts = (
        select(OutboxMessage.state, func.count())
        .where(OutboxMessage.case_id == case_id, OutboxMessage.message_class == "reconcile")
        .group_by(OutboxMessage.state)
    )
    return dict(iter(session.execute(counts)))


def in_doubt(session: Session, case_id: str, after: str = "", most: int | None = None) -> list[str]:
    """The Message-IDs of letters to ask the relay about: all, or so many beyond one. A notice to the authority is a
    person's to settle."""
    doubtful = (OutboxMessage.state == "uncertain") & letters_of(case_id) & (OutboxMessage.message_id > after)
    query = select(OutboxMessage.message_id).where(doubtful).order_by(OutboxMessage.message_id)
    return list(session.scalars(query.limit(most)))


def letters_of(case_id: str) -> ColumnElement[bool]:
    """What evidence may settle; the class `hold` waits for a person's word on that very message."""
    return (OutboxMessage.case_id == case_id) & (OutboxMessage.message_class != "hold")


def reconcile(
    session: Session,
    actor: Actor,
    case_id: str,
    reference: str,
    verdicts: Mapping[str, Verdict],
    now: datetime,
    source: bytes = b"",
    *,
    reason: str = "",
    facts: Mapping[str, Fact] | None = None,
) -> Settled:
    """Settle the messages of a case that are in doubt, by their Message-ID.

    Accepted ones are done, ones that were not accepted are queued again, all others stay in doubt. `source` is the
    evidence as it came: the log keeps its hash, so that the file can be held against it later. A person without
    evidence gives a `reason`.
    """
    of_case = select(OutboxMessage).where(letters_of(case_id))
    doubtful = session.scalars(of_case.where(OutboxMessage.state == "uncertain").with_for_update()).all()
    doubted = {message.message_id for message in doubtful}
    known = set(session.scalars(select(OutboxMessage.message_id).where(OutboxMessage.case_id == case_id)))
    for message in doubtful:
        _settle(session, message, verdicts.get(message.message_id, Verdict.UNKNOWN), now)
    ends = Counter(message.state for message in doubtful)
    result = Settled(
        accepted=ends["accepted"],
        queued=ends["queued"],
        decided=ends["decided"],
        still_uncertain=ends["uncertain"],
        not_in_doubt=len((verdicts.keys() & known) - doubted),
        not_ours=len(verdicts.keys() - known),
    )
    proof: dict[str, Fact] = {"evidence": hashlib.sha256(source).hexdigest()} if source else {}
    record(session, actor, "mailing:reconciled", reference, now, case=case_id,
           facts={**asdict(result), **proof, **(facts or {})},
           changes={"reason": (None, reason)} if reason else None)  # fmt: skip
    return result


def _settle(session: Session, message: OutboxMessage, verdict: Verdict, now: datetime) -> None:
    match verdict:
        case Verdict.ACCEPTED:
            message.state, message.accepted_at = "accepted", now
        case Verdict.NOT_ACCEPTED:
            message.state, message.due_at = "queued", now
        case Verdict.DECIDED:
            message.state = "decided"
        case _:
            return
    note(session, message.id, message.fence, f"reconciled:{verdict}", now)
