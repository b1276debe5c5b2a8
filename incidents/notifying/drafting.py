"""Writing a notice: begin a phase, fill it in, and every edit voids what was released."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from core.db import new_id
from core.errors import N_, Conflict, Invalid
from identity.models import User
from identity.people import person
from incidents.alerts import tell
from incidents.bundling.together import lead_of
from incidents.locking import lock
from incidents.models import Incident
from incidents.notifying.addressee import Addressee
from incidents.notifying.carrying import carried, says_otherwise
from incidents.notifying.mail_under_way import require_none
from incidents.notifying.promising import impossible_promises, promises
from incidents.notifying.reckoning import reckoned, with_status
from incidents.notifying.to_authority import TheAuthority
from incidents.notifying.whom import addressee_of
from incidents.states import ENDED, AuthorityTrack, State, move
from notifications.authorities import AUTHORITIES
from notifications.edpb.answers import Answer, Answers
from notifications.edpb.card import template
from notifications.edpb.conditions import Facts
from notifications.edpb.faults import fault
from notifications.filings import answers_of, notices, write_answers
from notifications.notice_models import Notice
from notifications.promises import drop_promises, keep_promises


def draft(session: Session, actor: Actor, incident: Incident, authority: str, now: datetime) -> Notice:
    """Begin the next phase to the authority.

    Raises:
        Conflict: the case is not taken yet, has ended, an unfinished phase exists, or the notice has been withdrawn.
        Invalid: the authority is unknown.
    """
    if authority not in AUTHORITIES:
        raise Invalid({"authority": N_("Choose an authority.")})
    return begin(session, actor, TheAuthority(session, incident, authority), now)


def begin(session: Session, actor: Actor, to: Addressee, now: datetime, duty: str = "") -> Notice:
    """Begin the next phase, filled in with all that the case or the phase before it knows. `duty` is the one under
    another law that sending it will fulfil.

    Raises:
        Conflict: the case is not taken yet, has ended, or an unfinished phase exists.
    """
    incident = lock(session, to.incident)
    earlier = notices(session, incident.id, to.id)
    _require_ready(session, to, earlier)
    if not earlier:
        to.track = move(to.track, AuthorityTrack.DRAFT)
    notice = Notice(
        id=new_id(),
        incident_id=incident.id,
        recipient_id=to.id,
        card=to.card,
        duty=duty,
        phase=len(earlier) + 1,
        authority=to.code,
        language=to.language,
        editors=[actor.id],
        edited_at=now,
    )
    told = to.prefill(actor, now)
    told = carried(session, to, earlier, told) if earlier else told
    drop_promises(session, earlier)
    write(session, incident, notice, told, now)
    session.add(notice)
    record(session, actor, "notice:drafted", incident.reference, now, case=incident.id,
           facts={"phase": notice.phase, **to.facts})  # fmt: skip
    return notice


def save(session: Session, actor: Actor, incident: Incident, notice: Notice, answers: Answers, now: datetime) -> bool:
    """Write answers; only what differs is recorded. True when the edit voided an approval or a review.

    Raises:
        Conflict: the notice has been filed, or is on its way by e-mail.
        Invalid: an answer that cannot be, so that no document could hold it, or one that is promised in the name of
            somebody who may not read the notice.
    """
    if AuthorityTrack(notice.state) is AuthorityTrack.FILED:
        raise Conflict(N_("The notice has been sent. Add what is new in a supplement."))
    require_none(session, notice)
    before = answers_of(session, notice)
    changed = {number: answer for number, answer in answers.items() if says_otherwise(number, before, answer)}
    if not changed:
        return False
    _require_possible(session, incident, notice, {**before, **changed}, changed)
    to = addressee_of(session, incident, notice)
    voided = AuthorityTrack(notice.state) is not AuthorityTrack.DRAFT
    write(session, incident, notice, {**before, **changed}, now)
    notice.editors = sorted({*notice.editors, actor.id})
    notice.edited_at = now
    if voided:
        _tell_voided(session, actor, to, notice, now)
        back_to_draft(to, notice)
    record(session, actor, "notice:edited", incident.reference, now, case=incident.id,
           facts={"phase": notice.phase, "voided": voided, **to.facts},
           changes={str(key): (_said(before.get(key, Answer())), _said(answer)) for key, answer in changed.items()},
           )  # fmt: skip
    return voided


def back_to_draft(to: Addressee, notice: Notice) -> None:
    move_notice(to, notice, AuthorityTrack.DRAFT)
    notice.approved_by, notice.approved_at, notice.approved_digest = None, None, ""


def move_notice(to: Addressee, notice: Notice, target: AuthorityTrack) -> None:
    notice.state = move(AuthorityTrack(notice.state), target)
    if notice.phase == 1:
        to.track = target


def write(session: Session, incident: Incident, notice: Notice, answers: Answers, now: datetime) -> None:
    """Seal the answers, with what follows from them, and keep who has promised which."""
    told = with_status(session, incident, notice, answers, now)
    write_answers(session, notice, told)
    keep_promises(session, notice, promises(reckoned(session, incident, told, now, notice)).items())


def _require_possible(session: Session, incident: Incident, notice: Notice, told: Answers, changed: Answers) -> None:
    """Asked or not: what is written down goes into the document, and a promise needs somebody who can keep it."""
    form, facts = template(notice.card), Facts({number: answer.values for number, answer in told.items()})
    faults = {number: fault(form, form.questions[number], facts) for number in changed}
    wrong = {f"q{number}": sentence for number, sentence in faults.items() if sentence}
    if wrong := wrong | impossible_promises(session, incident, changed):
        raise Invalid(wrong)


def _said(answer: Answer) -> str:
    """The answer, or that there is none yet and who has promised it for when."""
    promise = [answer.promised.isoformat() if answer.promised else "", answer.promised_by]
    return "\n".join(answer.values) or " ".join(filter(None, [answer.state, *promise]))


def _require_ready(session: Session, to: Addressee, earlier: list[Notice]) -> None:
    state = State(to.incident.state)
    if not to.id and lead_of(session, to.incident) is not None:
        raise Conflict(N_("This case is told in a joint notice. Write in that one, or take the case out of it first."))
    if state is State.REPORTED or state in ENDED:
        raise Conflict(N_("A notice is written while somebody is in charge of an open case. Take the case first."))
    if to.track is AuthorityTrack.WITHDRAWN:
        raise Conflict(N_("The notice has been withdrawn. Tell the authority in its own channel if that was wrong."))
    if earlier and AuthorityTrack(earlier[-1].state) is not AuthorityTrack.FILED:
        raise Conflict(N_("An unfinished notice exists already. Go on with that one."))


def _tell_voided(session: Session, actor: Actor, to: Addressee, notice: Notice, now: datetime) -> None:
    approver = person(session, notice.approved_by)
    if approver and approver.id != actor.id:
        tell_about(session, to, notice, "notice_voided", [approver], now)


def tell_about(
    session: Session, to: Addressee, notice: Notice, kind: str, people: Iterable[User], now: datetime
) -> None:
    """A mail about a notice, which leads to its page."""
    tell(session, to.incident, kind, people, f"{notice.id}:{notice.version}", now,
         path=f"{to.incident.path}{to.path}")  # fmt: skip
