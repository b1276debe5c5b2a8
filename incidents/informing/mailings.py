"""The mailing of a case and its way through the people track. An edit voids the test; once approved nothing changes."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from core.db import new_id
from core.errors import N_, Conflict, Invalid
from core.keys import seal
from identity.models import User
from identity.people import person
from incidents.alerts import tell
from incidents.models import Incident
from incidents.states import ENDED, PeopleTrack, State, move
from notifications.letters.models import Mailing
from notifications.outbox import Fact

UNDER_WAY = N_("The letters are on their way. Stop them before you change anything.")
OVER = N_("These letters have been sent. Begin a new letter to correct or add something.")
NOT_NEEDED = N_("It has been decided that the people are not told. Open the letters again with a reason first.")
ENDED_CASE = N_("The case has ended. Open it again first.")


def mailing_of(session: Session, incident: Incident) -> Mailing | None:
    """The latest mailing of a case."""
    query = select(Mailing).where(Mailing.incident_id == incident.id).order_by(Mailing.number.desc()).limit(1)
    return session.scalar(query)


def earlier_mailing(session: Session, mailing: Mailing | None) -> Mailing | None:
    """The last letter of the same case that was approved before this one."""
    if mailing is None:
        return None
    before = (Mailing.incident_id == mailing.incident_id) & (Mailing.number < mailing.number)
    query = select(Mailing).where(before, Mailing.approved_at.is_not(None)).order_by(Mailing.number.desc()).limit(1)
    return session.scalar(query)


def mailing_to_edit(session: Session, actor: Actor, incident: Incident, now: datetime) -> Mailing:
    """The mailing, begun at the first edit; the test of an earlier text is void.

    Raises:
        Conflict: the letters are on their way, sent, or not needed, or the case has ended.
    """
    _require_editable(incident)
    mailing = mailing_of(session, incident) or _start(session, actor, incident, now)
    if incident.people_track == PeopleTrack.TESTED:
        void(session, actor, incident, mailing, now)
    return mailing


def _require_editable(incident: Incident) -> None:
    track = PeopleTrack(incident.people_track)
    if State(incident.state) in ENDED:
        raise Conflict(ENDED_CASE)
    if track is PeopleTrack.NOT_REQUIRED:
        raise Conflict(NOT_NEEDED)
    if track in {PeopleTrack.SENT, PeopleTrack.DONE}:
        raise Conflict(OVER)
    if track not in {PeopleTrack.PREPARING, PeopleTrack.TESTED}:
        raise Conflict(UNDER_WAY)


def _start(session: Session, actor: Actor, incident: Incident, now: datetime, number: int = 1) -> Mailing:
    mailing = Mailing(id=new_id(), incident_id=incident.id, number=number, started_by=actor.id, created_at=now)
    mailing.state, mailing.edition, mailing.total = PeopleTrack.PREPARING, 0, 0
    session.add(mailing)
    session.flush()
    record(session, actor, "mailing:started", incident.reference, now, case=incident.id, facts={"number": number})
    return mailing


def put(incident: Incident, mailing: Mailing, target: PeopleTrack) -> None:
    """Move the case's track, and the mailing with it.

    Raises:
        Conflict: the table has no such line.
    """
    incident.people_track = move(PeopleTrack(incident.people_track), target)
    mailing.state = target


def void(session: Session, actor: Actor, incident: Incident, mailing: Mailing, now: datetime) -> None:
    """Back to preparing: the test no longer says anything about this list and this text."""
    was_asked = mailing.asked_at is not None
    put(incident, mailing, PeopleTrack.PREPARING)
    forget_test(mailing)
    record(session, actor, "mailing:test_voided", incident.reference, now, case=incident.id)
    if was_asked:
        tell_makers(session, actor, incident, mailing, "letters_changed", f"{mailing.version}", now)


def forget_test(mailing: Mailing) -> None:
    mailing.tested_at = mailing.tested_by = mailing.asked_at = None
    mailing.tested_hash = ""


def makers(mailing: Mailing) -> frozenset[str]:
    """Who has a hand in list or text; none of them releases it."""
    known = {mailing.imported_by, mailing.written_by, mailing.last_edited_by}
    return frozenset(one for one in known if one)


def tell_makers(
    session: Session, actor: Actor, incident: Incident, mailing: Mailing, kind: str, once: str, now: datetime,
    **facts: Fact,
) -> None:  # fmt: skip
    """Tell the writer and whoever is in charge of the case, but not the one who did it."""
    wanted = dict.fromkeys((mailing.written_by, mailing.last_edited_by, incident.owner_id))
    people: list[User] = [user for user in (person(session, one) for one in wanted) if user and user.id != actor.id]
    tell(session, incident, kind, people, f"{mailing.id}:{once}", now, hidden_from=None,
         path=f"{incident.path}/people", **facts)  # fmt: skip


def start_again(session: Session, actor: Actor, incident: Incident, reason: str, now: datetime) -> Mailing:
    """New facts, a mistake in the first letter, or an order of the authority (Art. 34(4)): a new letter after all.

    Raises:
        Conflict: there is nothing to open again, or the case has ended.
        Invalid: no reason is given.
    """
    if State(incident.state) in ENDED:
        raise Conflict(ENDED_CASE)
    if len(reason.strip()) < 3:
        raise Invalid({"reason": N_("Say why the people are written to after all.")})
    earlier = mailing_of(session, incident)
    reopened = incident.people_track == PeopleTrack.NOT_REQUIRED
    incident.people_track = move(PeopleTrack(incident.people_track), PeopleTrack.PREPARING)
    if earlier is not None and reopened:
        earlier.state = PeopleTrack.PREPARING
        mailing = earlier
    else:
        mailing = _start(session, actor, incident, now, earlier.number + 1 if earlier else 1)
    mailing.reason_sealed = seal(session, incident.id, f"mailing.reason:{mailing.id}", reason)
    record(session, actor, "mailing:opened_again", incident.reference, now, case=incident.id,
           facts={"number": mailing.number}, changes={"reason": (None, reason)})  # fmt: skip
    return mailing
