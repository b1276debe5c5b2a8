"""Writing a notice: begin a phase, fill it in, and every edit voids what was released."""

from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from core.db import new_id
from core.errors import N_, Conflict, Invalid
from core.i18n import LANGUAGES
from core.organisation import organisation
from identity.people import person
from incidents.alerts import tell
from incidents.models import Incident
from incidents.notifying.carrying import carried, says_otherwise
from incidents.notifying.mail_under_way import require_none
from incidents.notifying.prefilling import prefill
from incidents.notifying.promising import impossible_promises, promises
from incidents.notifying.reckoning import reckoned, with_status
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
    """Begin the next phase, filled in with all that the case or the phase before it knows.

    Raises:
        Conflict: the case is not taken yet, has ended, or an unfinished phase exists.
        Invalid: the authority is unknown.
    """
    if authority not in AUTHORITIES:
        raise Invalid({"authority": N_("Choose an authority.")})
    earlier = notices(session, incident.id)
    _require_ready(incident, earlier)
    if not earlier:
        incident.authority_track = move(AuthorityTrack(incident.authority_track), AuthorityTrack.DRAFT)
    language = language_for(session, authority)
    notice = Notice(
        id=new_id(),
        incident_id=incident.id,
        phase=len(earlier) + 1,
        authority=authority,
        language=language,
        editors=[actor.id],
        edited_at=now,
    )
    told = prefill(session, actor, incident, language)
    told = carried(session, incident, earlier, told, language) if earlier else told
    drop_promises(session, incident.id)
    write(session, incident, notice, told, now)
    session.add(notice)
    record(session, actor, "notice:drafted", incident.reference, now, case=incident.id,
           facts={"phase": notice.phase, "authority": authority})  # fmt: skip
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
    _require_possible(session, incident, {**before, **changed}, changed)
    voided = AuthorityTrack(notice.state) is not AuthorityTrack.DRAFT
    write(session, incident, notice, {**before, **changed}, now)
    notice.editors = sorted({*notice.editors, actor.id})
    notice.edited_at = now
    if voided:
        _tell_voided(session, actor, incident, notice, now)
        back_to_draft(incident, notice)
    record(session, actor, "notice:edited", incident.reference, now, case=incident.id,
           facts={"phase": notice.phase, "voided": voided},
           changes={str(key): (_said(before.get(key, Answer())), _said(answer)) for key, answer in changed.items()},
           )  # fmt: skip
    return voided


def language_for(session: Session, authority: str) -> str:
    """The company's own language when the authority reads it, else the first of the authority's that we write."""
    spoken = [code for code in AUTHORITIES[authority].languages if code in LANGUAGES]
    own = organisation(session).language
    return own if own in spoken else next(iter(spoken), "en")


def back_to_draft(incident: Incident, notice: Notice) -> None:
    move_notice(incident, notice, AuthorityTrack.DRAFT)
    notice.approved_by, notice.approved_at, notice.approved_digest = None, None, ""


def move_notice(incident: Incident, notice: Notice, target: AuthorityTrack) -> None:
    notice.state = move(AuthorityTrack(notice.state), target)
    if notice.phase == 1:
        incident.authority_track = target


def write(session: Session, incident: Incident, notice: Notice, answers: Answers, now: datetime) -> None:
    """Seal the answers, with what follows from them, and keep who has promised which."""
    told = with_status(session, incident, answers, notice.phase, now)
    write_answers(session, notice, told)
    keep_promises(session, notice, promises(reckoned(session, incident, told, now)).items())


def _require_possible(session: Session, incident: Incident, told: Answers, changed: Answers) -> None:
    """Asked or not: what is written down goes into the document, and a promise needs somebody who can keep it."""
    facts = Facts({number: answer.values for number, answer in told.items()})
    faults = {number: fault(template(), template().questions[number], facts) for number in changed}
    wrong = {f"q{number}": sentence for number, sentence in faults.items() if sentence}
    if wrong := wrong | impossible_promises(session, incident, changed):
        raise Invalid(wrong)


def _said(answer: Answer) -> str:
    """The answer, or that there is none yet and who has promised it for when."""
    promise = [answer.promised.isoformat() if answer.promised else "", answer.promised_by]
    return "\n".join(answer.values) or " ".join(filter(None, [answer.state, *promise]))


def _require_ready(incident: Incident, earlier: list[Notice]) -> None:
    state = State(incident.state)
    if state is State.REPORTED or state in ENDED:
        raise Conflict(N_("A notice is written while somebody is in charge of an open case. Take the case first."))
    if earlier and AuthorityTrack(earlier[-1].state) is not AuthorityTrack.FILED:
        raise Conflict(N_("An unfinished notice exists already. Go on with that one."))


def _tell_voided(session: Session, actor: Actor, incident: Incident, notice: Notice, now: datetime) -> None:
    approver = person(session, notice.approved_by)
    if approver and approver.id != actor.id:
        tell(session, incident, "notice_voided", [approver], f"{notice.id}:{notice.version}", now)
