"""Four eyes: another person than writer and last editor reads, types the count, and signs with the password."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import POLICY, Actor, Operation
from core.audit import record
from core.errors import N_, Conflict, Forbidden, Invalid
from core.restored import restored
from identity.models import User
from identity.service import confirm_password
from incidents.alerts import people_for, tell
from incidents.informing.accounting import list_beside_case
from incidents.informing.holding import HOLD, begin_wait, proof_of
from incidents.informing.mailings import forget_test, mailing_of, makers, put, tell_makers
from incidents.informing.rehearsing import hash_now, ready
from incidents.models import Incident
from incidents.states import PeopleTrack
from notifications.letters.freezing import freeze
from notifications.letters.list_rows import count, written_to
from notifications.letters.manuscript import Manuscript
from notifications.letters.models import Mailing, Recipient
from notifications.outbox import Fact, keyed

AT_ONCE = 2_000  # letters that are written while the approver waits
NOT_TESTED = N_("The letters are not ready to be approved. Somebody changed them, or has approved them already.")
EARLIER_STATE = N_("This is an earlier state of the service: settle first what may have left since, then approve.")
OWN_WORK = N_("You have written or changed this yourself. Another person must approve it.")
WRONG_COUNT = N_("That is not the number of mails. Look at the list again.")
CHANGED = N_("Something has changed since the test. Test again first.")
SHORT_LIST = N_("The list has fewer people than the case says. Confirm that you know it, or write why.")
UNFIT = N_("The letter has words that no letter may hold. Give it back to the writer.")


@dataclass(frozen=True, slots=True)
class Fewer:
    """The approver's word on a list that holds fewer people than the case counts: known, or known and why."""

    confirmed: bool = False
    why: str = ""

    @property
    def said(self) -> bool:
        return self.confirmed or bool(self.why.strip())


SILENT = Fewer()


def releasers(session: Session, incident: Incident, mailing: Mailing) -> list[User]:
    """Who can release it: whoever may, has no hand in it, and is not involved."""
    people = people_for(session, incident, *POLICY[Operation.APPROVE_MAILING].grants)
    return [user for user in people if user.id not in makers(mailing)]


def ask_approval(session: Session, actor: Actor, incident: Incident, now: datetime) -> Mailing:
    """Tell everyone who may release it that it waits.

    Raises:
        Conflict: it is not tested, or nobody else may release it.
    """
    mailing, _ = ready(session, incident)
    if PeopleTrack(incident.people_track) is not PeopleTrack.TESTED:
        raise Conflict(N_("Send a test first."))
    people = releasers(session, incident, mailing)
    if not people:
        raise Conflict(N_("Nobody else may approve this. The company needs one more person who can."))
    mailing.asked_at = now
    mails = count(session, mailing, written_to(mailing))
    record(session, actor, "mailing:approval_asked", incident.reference, now, case=incident.id, facts={"count": mails})
    tell(session, incident, "letters_wait", people, f"{mailing.id}:{mailing.tested_at}", now, count=mails,
         path=f"{incident.path}/people/approve")  # fmt: skip
    return mailing


def give_back(session: Session, actor: Actor, incident: Incident, comment: str, now: datetime) -> Mailing:
    """Back to the writer with what should be changed.

    Raises:
        Invalid: no comment.
        Conflict: nothing waits for approval.
    """
    mailing = mailing_of(session, incident)
    if mailing is None or PeopleTrack(incident.people_track) is not PeopleTrack.TESTED:
        raise Conflict(NOT_TESTED)
    if len(comment.strip()) < 3:
        raise Invalid({"comment": N_("Say what should be changed.")})
    put(incident, mailing, PeopleTrack.PREPARING)
    forget_test(mailing)
    record(session, actor, "mailing:given_back", incident.reference, now, case=incident.id,
           changes={"comment": (None, comment)})  # fmt: skip
    tell_makers(session, actor, incident, mailing, "letters_given_back", f"back:{mailing.version}", now)
    return mailing


def approve(
    session: Session, actor: Actor, incident: Incident, typed_count: str, password: str, now: datetime,
    fewer: Fewer = SILENT,
) -> Mailing:  # fmt: skip
    """Release the letters. List and text are frozen, the public copy opens, and the wait begins.

    Raises:
        Forbidden: the same person as writer, editor or importer.
        Conflict: not tested, changed since, or approved by somebody else a moment ago.
        Invalid: the count or the password is wrong, or the list is shorter than the case says and nothing is said.
    """
    if restored(session):
        raise Conflict(EARLIER_STATE)
    mailing, words = ready(session, incident)
    if PeopleTrack(incident.people_track) is not PeopleTrack.TESTED:
        raise Conflict(NOT_TESTED)
    if actor.id in makers(mailing):
        raise Forbidden(OWN_WORK)
    mailing.total = count(session, mailing, written_to(mailing))
    if mailing.total <= AT_ONCE and mailing.tested_hash != hash_now(session, mailing, words):
        raise Conflict(CHANGED)
    if words.stops():
        raise Conflict(UNFIT)
    if typed_count.strip() != str(mailing.total):
        raise Invalid({"count": WRONG_COUNT})
    _require_word(session, incident, mailing, fewer)
    confirm_password(session, actor, password, now)
    _release(session, actor, incident, mailing, words, now)
    _note(session, actor, incident, mailing, fewer, now)
    return mailing


def _require_word(session: Session, incident: Incident, mailing: Mailing, fewer: Fewer) -> None:
    """The first letters may leave while the list is short, but nobody approves that without having seen it."""
    found = list_beside_case(session, incident, mailing)
    if found and found.fewer and not fewer.said:
        raise Invalid({"fewer": SHORT_LIST})


def _note(session: Session, actor: Actor, incident: Incident, mailing: Mailing, fewer: Fewer, now: datetime) -> None:
    found = list_beside_case(session, incident, mailing)
    why = fewer.why.strip() or None
    if found and found.fewer:
        record(session, actor, "mailing:short_list_approved", incident.reference, now, case=incident.id,
               facts=found.facts, changes={"reason": (None, why)} if why else None)  # fmt: skip


def _release(
    session: Session, actor: Actor, incident: Incident, mailing: Mailing, words: Manuscript, now: datetime
) -> None:
    """A list that fits into a moment is frozen at once; the letters of a long one are written by the worker."""
    put(incident, mailing, PeopleTrack.APPROVED)
    mailing.approved_by, mailing.approved_at, mailing.hold_until = actor.id, now, None
    mailing.stopped_by = mailing.stopped_at = None
    mailing.text_hash = keyed(session, "mailing-text", words.dumped())
    session.flush()
    facts: dict[str, Fact] = {"text_hash": mailing.text_hash, "edition": mailing.edition}
    if mailing.total > AT_ONCE:
        record(session, actor, "mailing:approved", incident.reference, now, case=incident.id,
               facts={**facts, "count": mailing.total, "hash": mailing.tested_hash})  # fmt: skip
        return
    mailing.total = freeze(session, mailing, words, now + HOLD, now)
    proof = proof_of(session, mailing)
    record(session, actor, "mailing:approved", incident.reference, now, case=incident.id,
           facts={**facts, **asdict(proof)})  # fmt: skip
    begin_wait(session, actor, incident, mailing, words, proof, now)


def told_before(session: Session, mailing: Mailing) -> int:
    """How many of these people an earlier letter of the same case has gone to."""
    earlier = select(Recipient.address_key).join(Mailing, Mailing.id == Recipient.mailing_id)
    known = earlier.where(
        Mailing.incident_id == mailing.incident_id, Mailing.number < mailing.number, Recipient.outbox_id.is_not(None)
    )
    return count(session, mailing, written_to(mailing), Recipient.address_key.in_(known))
