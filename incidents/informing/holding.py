"""The wait before letters leave. It begins when every letter lies written, so that all ten minutes can be used."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from core.access import SYSTEM, Actor
from core.audit import record
from incidents.informing.mailings import put, tell_makers
from incidents.informing.public_notice import publish
from incidents.models import Incident
from incidents.states import PeopleTrack
from notifications.letters.freezing import letters_hash
from notifications.letters.list_rows import list_hash
from notifications.letters.manuscript import Manuscript
from notifications.letters.models import Mailing

HOLD = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Proof:
    """What proves later that list and letters are those that were approved."""

    count: int
    list_hash: str
    letters_hash: str


def proof_of(session: Session, mailing: Mailing) -> Proof:
    """Computed from the rows as they lie there now."""
    return Proof(mailing.total, list_hash(session, mailing), letters_hash(session, mailing))


def begin_wait(
    session: Session, actor: Actor, incident: Incident, mailing: Mailing, words: Manuscript, proof: Proof, now: datetime
) -> None:
    """Open the public copy, start the wait and tell the writer. `actor` need not be told."""
    mailing.list_hash, mailing.letters_hash, mailing.hold_until = proof.list_hash, proof.letters_hash, now + HOLD
    publish(session, mailing, words, now)
    put(incident, mailing, PeopleTrack.HOLDING)
    record(session, SYSTEM, "mailing:holding", incident.reference, now, case=incident.id,
           facts={"minutes": HOLD // timedelta(minutes=1), **asdict(proof)})  # fmt: skip
    tell_makers(session, actor, incident, mailing, "letters_approved", f"approved:{mailing.version}", now,
                count=mailing.total)  # fmt: skip
