"""How a case ends and begins again: not an incident, closed, reopened. Both ends need a second person's signature."""

from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Actor, Role
from core.audit import record
from core.errors import N_, Conflict, Invalid
from core.i18n import translate
from incidents.alerts import people_for, tell
from incidents.case_facts import gather
from incidents.case_notes import NoteKind, write_note
from incidents.clock_rows import resume, stop
from incidents.countersigning import KINDS, Kind, Payload, propose, withdraw_all
from incidents.escalation import Duty
from incidents.models import Countersign, Incident
from incidents.next_step import CLOSING, DISMISSAL, missing_before_closing
from incidents.notifying.mail_under_way import call_off
from incidents.reporter_mails import ToReporter, mail_reporter
from incidents.states import AUTHORITY_SETTLED, AUTHORITY_TOLD, AuthorityTrack, State, Who, how, move

CHAIR_OR_HEAD = frozenset({Who.CHAIR, Who.HEAD})


class NotYet(Conflict):
    """What still stands between a case and its end, one sentence each."""

    def __init__(self, missing: list[str]) -> None:
        super().__init__(N_("The case cannot be closed yet."))
        self.missing = missing


def dismiss(session: Session, actor: Actor, incident: Incident, reason: str, now: datetime) -> Countersign:
    """Propose that this is no personal data breach (law R01); it stays in the register with the reason.

    Raises:
        Conflict: the case is not under review, or a proposal waits already.
        Invalid: no reason.
    """
    how(State(incident.state), State.NOT_AN_INCIDENT)
    if not reason.strip():
        raise Invalid({"reason": N_("Write why this is no personal data breach.")})
    step = propose(session, actor, incident, DISMISSAL, {"reason": reason}, now)
    tell(session, incident, "dismissal_proposed", people_for(session, incident, Role.DPO), step.id, now,
         path=f"{incident.path}/decision/opinion")  # fmt: skip
    return step


def close(session: Session, actor: Actor, incident: Incident, comment: str, now: datetime) -> Countersign:
    """Propose to close, when authority, people and containment are settled and the lesson is written.

    Raises:
        NotYet: something is missing.
        Conflict: the case is not in remedy.
    """
    how(State(incident.state), State.CLOSED)
    missing = before_closing(session, actor, incident, now)
    if missing:
        raise NotYet(missing)
    return propose(session, actor, incident, CLOSING, {"reason": comment}, now)


def before_closing(session: Session, actor: Actor, incident: Incident, now: datetime) -> list[str]:
    return missing_before_closing(gather(session, actor, incident, now).facts)


def reopen(
    session: Session, actor: Actor, incident: Incident, reason: str, known_at: datetime, now: datetime
) -> Incident:
    """New facts: the case is under review again. The old clock is kept; `known_at` is when the new fact was known.

    Raises:
        Conflict: the case has not ended, or it was merged.
        Invalid: no reason, or a moment in the future.
    """
    if not reason.strip():
        raise Invalid({"reason": N_("Write what is new.")})
    if known_at > now:
        raise Invalid({"known_at": N_("The time lies in the future. Check the date.")})
    incident.state = move(State(incident.state), State.UNDER_REVIEW)
    incident.closed_at = None
    _go_on(incident, now)
    if incident.owner_id is None:
        incident.owner_id = actor.id if Role.DPO not in actor.roles else None
    write_note(session, actor, incident, NoteKind.REOPENED, reason, known_at, now)
    record(session, actor, "incident:reopened", incident.reference, now, case=incident.id)
    people = people_for(session, incident, Role.MANAGER, Role.DEPUTY)
    tell(session, incident, "case_reopened", people, now.isoformat(), now)
    return incident


def _go_on(incident: Incident, now: datetime) -> None:
    """The law's clock runs on where it stood, unless the authority has been told or need not be."""
    clock = incident.clock(Duty.NOTIFY_AUTHORITY)
    if clock is None or clock.stopped_at is None:
        return
    if AuthorityTrack(incident.authority_track) not in AUTHORITY_TOLD | AUTHORITY_SETTLED:
        resume(clock, now)


def _dismissed(session: Session, actor: Actor, incident: Incident, payload: Payload, now: datetime) -> None:
    incident.state = move(State(incident.state), State.NOT_AN_INCIDENT)
    _end(session, actor, incident, "dismissed", now)
    mail_reporter(session, incident, ToReporter.DISMISSED, f"{incident.id}:{incident.version}", now)
    record(session, actor, "incident:dismissed", incident.reference, now, case=incident.id,
           changes={"reason": (None, payload["reason"])})  # fmt: skip


def _closed(session: Session, actor: Actor, incident: Incident, payload: Payload, now: datetime) -> None:
    missing = before_closing(session, actor, incident, now)
    if missing:
        raise NotYet(missing)
    incident.state = move(State(incident.state), State.CLOSED)
    _end(session, actor, incident, "closed", now)
    mail_reporter(session, incident, ToReporter.CLOSED, f"{incident.id}:{incident.version}", now)
    record(session, actor, "incident:closed", incident.reference, now, case=incident.id,
           changes={"comment": (None, payload["reason"] or None)})  # fmt: skip


def _end(session: Session, actor: Actor, incident: Incident, reason: str, now: datetime) -> None:
    incident.closed_at = now
    call_off(session, actor, incident, now)
    stop(incident, None, reason, now)
    withdraw_all(session, actor, incident, now)


def shows(session: Session, incident: Incident, payload: Payload, lang: str, zone: str) -> list[tuple[str, str]]:  # noqa: ARG001
    return [(translate(lang, N_("Reason")), payload["reason"])] if payload["reason"] else []


KINDS[DISMISSAL] = Kind(N_("Not an incident"), CHAIR_OR_HEAD, _dismissed, shows)
KINDS[CLOSING] = Kind(N_("Close the case"), CHAIR_OR_HEAD, _closed, shows)
