"""Telling the public instead of each person, where that would take disproportionate effort (GDPR Art. 34(3)(c), R23).

Written by one, released by another with the password, and kept with the day, the places, the reach, the reason and a
file that shows it. Only then is the duty to the people done.
"""

import json
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import POLICY, Actor, Operation
from core.audit import record
from core.db import new_id
from core.errors import N_, Conflict, Forbidden, Invalid
from core.keys import seal, unseal
from core.organisation import organisation
from identity.models import User
from identity.people import person
from identity.service import confirm_password
from incidents import clock_rows
from incidents.alerts import people_for, tell
from incidents.attachments import attach
from incidents.commission import Ground
from incidents.commission_models import Decision
from incidents.escalation import Duty
from incidents.informing.accounting import keep, told_beside_case
from incidents.informing.listing import tell_otherwise
from incidents.informing.mailings import mailing_of
from incidents.informing.sending import missing
from incidents.models import Incident
from incidents.states import ENDED, PeopleTrack, State, move
from notifications.letters.languages import LANGUAGES
from notifications.letters.list_rows import count
from notifications.letters.phrases import found
from notifications.letters.public_models import PublicCommunication
from notifications.letters.recipients import Channel
from notifications.outbox import keyed

PROOF = "public"
CHANNELS = {
    "website": N_("On our website"),
    "newspaper": N_("In a newspaper"),
    "broadcast": N_("On radio or television"),
    "social": N_("In social media"),
    "service": N_("In the service that the people use"),
    "notice_board": N_("On a notice board or in our premises"),
    "other": N_("Elsewhere"),
}
AFTER_APPROVAL = {PeopleTrack.HOLDING, PeopleTrack.SENDING, PeopleTrack.PAUSED, PeopleTrack.SENT, PeopleTrack.DONE}
OWN_WORK = N_("You have written or changed this yourself. Another person must approve it.")
NOTHING_WAITS = N_("No text for the public waits for approval.")
NOT_APPROVED = N_("The text is not approved yet, so it cannot have been published.")
FINAL = N_("This was published. Write a new one to add or correct something.")
ENDED_CASE = N_("The case has ended. Open it again first.")
HEDGES = N_("Take out “{phrase}”: it hedges, soothes or sells.")
SECRETS = N_("Take out “{phrase}”: never ask for passwords, codes or identity.")


class PublicForm(BaseModel):
    """What is said to everybody, where, whom it reaches, and why not each person is told."""

    text: str = Field(min_length=80, max_length=8000)
    channels: list[str] = Field(min_length=1)
    places: str = Field(min_length=3, max_length=1000)
    reach: str = Field(min_length=10, max_length=1000)
    reason: str = Field(min_length=20, max_length=4000)


@dataclass(frozen=True, slots=True)
class Said:
    """What is sealed of it."""

    text: str = ""
    channels: list[str] = field(default_factory=list)
    places: str = ""
    reach: str = ""
    reason: str = ""


def public_of(session: Session, incident: Incident) -> PublicCommunication | None:
    """The latest one of a case."""
    query = select(PublicCommunication).where(PublicCommunication.incident_id == incident.id)
    return session.scalar(query.order_by(PublicCommunication.number.desc()).limit(1))


def said(session: Session, row: PublicCommunication) -> Said:
    return Said(**json.loads(unseal(session, row.incident_id, _place(row), row.fields_sealed)))


def public_instead(session: Session, incident: Incident) -> bool:
    """Whether the decision in force says that the public is told instead of each person."""
    query = select(Decision.ground).where(Decision.incident_id == incident.id, Decision.in_force_at.is_not(None))
    return session.scalar(query.order_by(Decision.in_force_at.desc()).limit(1)) == Ground.PUBLIC_INSTEAD


def write_public(session: Session, actor: Actor, incident: Incident, form: PublicForm, now: datetime) -> None:
    """Write or change it. A change after the approval voids it; what was published stays, and a new one begins.

    Raises:
        Conflict: the case has ended.
        Invalid: an unknown channel, or words that no such text may hold.
    """
    if State(incident.state) in ENDED:
        raise Conflict(ENDED_CASE)
    _require_fit(form)
    row = public_of(session, incident)
    if row is None or row.state == "published":
        row = PublicCommunication(id=new_id(), incident_id=incident.id, number=row.number + 1 if row else 1,
                                  state="draft", written_by=actor.id, written_at=now,
                                  last_edited_by=actor.id, edited_at=now)  # fmt: skip
        session.add(row)
    row.state, row.text_hash, row.approved_by, row.approved_at = "draft", "", None, None
    row.last_edited_by, row.edited_at = actor.id, now
    row.fields_sealed = seal(session, incident.id, _place(row), json.dumps(form.model_dump(), ensure_ascii=False))
    record(session, actor, "mailing:public_written", incident.reference, now, case=incident.id,
           facts={"number": row.number, "channels": " ".join(form.channels)},
           changes={name: (None, getattr(form, name)) for name in ("text", "places", "reach", "reason")})  # fmt: skip
    people = [user for user in releasers(session, incident, row) if user.id != actor.id]
    tell(session, incident, "public_waits", people, f"{row.id}:{now.isoformat()}", now,
         path=f"{incident.path}/people/public")  # fmt: skip


def _require_fit(form: PublicForm) -> None:
    if not set(form.channels) <= set(CHANNELS):
        raise Invalid({"channels": N_("Choose one of the answers.")})
    rules = next(iter(LANGUAGES.values())).rules
    for pattern, sentence in ((rules.hedges, HEDGES), (rules.secrets, SECRETS)):
        for phrase in found(pattern, form.text):
            raise Invalid({"text": sentence}, phrase=phrase)


def releasers(session: Session, incident: Incident, row: PublicCommunication) -> list[User]:
    """Who can release it: whoever may, has not written it, and is not involved."""
    people = people_for(session, incident, *POLICY[Operation.APPROVE_MAILING].grants)
    return [user for user in people if user.id not in {row.written_by, row.last_edited_by}]


def approve_public(session: Session, actor: Actor, incident: Incident, password: str, now: datetime) -> None:
    """Another person than the writer releases it; only then may it be published.

    Raises:
        Forbidden: the same person as writer or editor.
        Conflict: nothing waits.
        Invalid: the password is wrong.
    """
    row = public_of(session, incident)
    if row is None or row.state != "draft":
        raise Conflict(NOTHING_WAITS)
    if actor.id in {row.written_by, row.last_edited_by}:
        raise Forbidden(OWN_WORK)
    confirm_password(session, actor, password, now)
    row.state, row.approved_by, row.approved_at = "approved", actor.id, now
    row.text_hash = keyed(session, "public-text", json.dumps(asdict(said(session, row)), sort_keys=True))
    record(session, actor, "mailing:public_approved", incident.reference, now, case=incident.id,
           facts={"number": row.number, "text_hash": row.text_hash})  # fmt: skip
    _tell_writer(session, actor, incident, row, "public_approved", now)


def give_back_public(session: Session, actor: Actor, incident: Incident, comment: str, now: datetime) -> None:
    """Back to the writer with what should be changed.

    Raises:
        Conflict: nothing waits.
        Invalid: no comment.
    """
    row = public_of(session, incident)
    if row is None or row.state != "draft":
        raise Conflict(NOTHING_WAITS)
    if len(comment.strip()) < 3:
        raise Invalid({"comment": N_("Say what should be changed.")})
    record(session, actor, "mailing:public_given_back", incident.reference, now, case=incident.id,
           facts={"number": row.number}, changes={"comment": (None, comment)})  # fmt: skip
    _tell_writer(session, actor, incident, row, "public_given_back", now)


def publish_public(
    session: Session, actor: Actor, incident: Incident, on: str, proof: tuple[str, bytes], now: datetime
) -> None:
    """Note that it was published, with the file that shows it. The people are told by it: the duty is done when nobody
    is to get a letter, and whom no other way reaches is noted as told.

    Raises:
        Conflict: it is not approved.
        Invalid: no day, one before the approval or in the future, or no file.
    """
    row = public_of(session, incident)
    if row is None or row.state != "approved" or row.approved_at is None:
        raise Conflict(NOT_APPROVED if row is None or row.state != "published" else FINAL)
    row.published_on = _day(session, row.approved_at, on, now)
    row.proof_id = attach(session, actor, incident, *proof, now, PROOF).id
    row.state, row.noted_by, row.noted_at = "published", actor.id, now
    record(session, actor, "mailing:public_published", incident.reference, now, case=incident.id,
           facts={"number": row.number, "on": row.published_on.isoformat(), "file": row.proof_id})  # fmt: skip
    session.flush()
    _tell_the_rest(session, actor, incident, now)
    _finish(session, actor, incident, said(session, row).reason, now)


def _day(session: Session, approved_at: datetime, on: str, now: datetime) -> date:
    zone = ZoneInfo(organisation(session).zone)
    try:
        day = date.fromisoformat(on.strip())
    except ValueError:
        raise Invalid({"published_on": N_("Give the day.")}) from None
    if not approved_at.astimezone(zone).date() <= day <= now.astimezone(zone).date():
        raise Invalid({"published_on": N_("The day lies between the approval and today.")})
    return day


def _tell_the_rest(session: Session, actor: Actor, incident: Incident, now: datetime) -> None:
    mailing = mailing_of(session, incident)
    if mailing is None or PeopleTrack(incident.people_track) not in AFTER_APPROVAL:
        return
    for person_left in missing(session, mailing):
        if person_left.channel == Channel.NONE:
            tell_otherwise(session, actor, incident, person_left, "public", now)


def _finish(session: Session, actor: Actor, incident: Incident, reason: str, now: datetime) -> None:
    """With no list of people there is nobody left to write to."""
    mailing = mailing_of(session, incident)
    if PeopleTrack(incident.people_track) is not PeopleTrack.PREPARING or (mailing and count(session, mailing)):
        return
    incident.people_track = move(PeopleTrack.PREPARING, PeopleTrack.DONE)
    if mailing:
        mailing.state = PeopleTrack.DONE
    for duty in (Duty.INFORM_PEOPLE, Duty.INFORM_AS_ORDERED):
        clock_rows.stop(incident, duty, "done", now)
    session.flush()
    if difference := told_beside_case(session, incident):
        keep(session, actor, incident, difference, reason, now)


def _tell_writer(
    session: Session, actor: Actor, incident: Incident, row: PublicCommunication, kind: str, now: datetime
) -> None:
    wanted = dict.fromkeys((row.written_by, row.last_edited_by, incident.owner_id))
    people = [user for user in (person(session, one) for one in wanted) if user and user.id != actor.id]
    tell(session, incident, kind, people, f"{row.id}:{now.isoformat()}", now, hidden_from=None,
         path=f"{incident.path}/people/public")  # fmt: skip


def _place(row: PublicCommunication) -> str:
    return f"public_communication:{row.id}"
