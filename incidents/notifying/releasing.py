"""Four eyes: a notice is handed over, released by somebody who did not write it, or given back."""

from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Actor, Role
from core.audit import record
from core.errors import N_, Conflict, Invalid
from core.keys import seal
from identity.people import person
from incidents.alerts import people_for
from incidents.models import Incident
from incidents.notifying.addressee import Addressee
from incidents.notifying.drafting import back_to_draft, move_notice, tell_about
from incidents.notifying.reckoning import reckoned
from incidents.notifying.whom import addressee_of
from incidents.states import AuthorityTrack
from notifications.filings import answers_of, digest
from notifications.notice_models import Notice

RELEASERS = (Role.MANAGER, Role.DEPUTY, Role.HEAD, Role.APPROVER)


def ask_release(session: Session, actor: Actor, incident: Incident, notice: Notice, now: datetime) -> None:
    """Hand the draft to everybody who may release it and has not written in it.

    Raises:
        Invalid: an item is missing without which not even a first notice can go.
        Conflict: the notice is not a draft.
    """
    to = addressee_of(session, incident, notice)
    told = reckoned(session, incident, answers_of(session, notice), now, notice)
    lacking = {question.number: N_("A first notice cannot go without this.") for question in told.blocking()}
    if wrong := lacking | told.faults():
        raise Invalid({f"q{number}": sentence for number, sentence in wrong.items()})
    move_notice(to, notice, AuthorityTrack.IN_REVIEW)
    notice.submitted_by, notice.submitted_at, notice.comment_sealed = actor.id, now, ""
    record(session, actor, "notice:submitted", incident.reference, now, case=incident.id,
           facts={"phase": notice.phase, **to.facts})  # fmt: skip
    others = [user for user in people_for(session, incident, *RELEASERS) if user.id not in notice.editors]
    tell_about(session, to, notice, "notice_waiting", others, now)


def release(session: Session, actor: Actor, incident: Incident, notice: Notice, version: int, now: datetime) -> None:
    """The second person's signature, bound to the exact answers this person has read.

    Raises:
        Conflict: the same person wrote in it, it was edited since the page was read, or it does not wait for release.
    """
    if actor.id in notice.editors:
        raise Conflict(N_("You have written in this notice. Somebody else must release it."))
    if notice.version != version:
        raise Conflict(N_("The notice was changed while you read it. Read it again, then release it."))
    _require_waiting(notice)
    to = addressee_of(session, incident, notice)
    move_notice(to, notice, AuthorityTrack.APPROVED)
    notice.approved_by, notice.approved_at, notice.approved_digest = actor.id, now, digest(session, notice)
    record(session, actor, "notice:approved", incident.reference, now, case=incident.id,
           facts={"phase": notice.phase, "digest": notice.approved_digest, **to.facts})  # fmt: skip
    _tell_writers(session, actor, to, notice, "notice_approved", now)


def give_back(session: Session, actor: Actor, incident: Incident, notice: Notice, comment: str, now: datetime) -> None:
    """Not yet: the writers read why.

    Raises:
        Conflict: the notice does not wait for release.
        Invalid: no comment.
    """
    _require_waiting(notice)
    if not comment.strip():
        raise Invalid({"comment": N_("Say what is to be changed.")})
    to = addressee_of(session, incident, notice)
    back_to_draft(to, notice)
    notice.comment_sealed = seal(session, incident.id, f"notice.comment:{notice.id}", comment.strip())
    record(session, actor, "notice:given_back", incident.reference, now, case=incident.id,
           facts={"phase": notice.phase, **to.facts}, changes={"comment": (None, comment.strip())})  # fmt: skip
    _tell_writers(session, actor, to, notice, "notice_returned", now)


def _require_waiting(notice: Notice) -> None:
    if AuthorityTrack(notice.state) is not AuthorityTrack.IN_REVIEW:
        raise Conflict(N_("The notice does not wait for release."))


def _tell_writers(session: Session, actor: Actor, to: Addressee, notice: Notice, kind: str, now: datetime) -> None:
    ids = {*notice.editors, to.incident.owner_id} - {actor.id}
    writers = [user for user in (person(session, identity) for identity in sorted(filter(None, ids))) if user]
    tell_about(session, to, notice, kind, writers, now)
