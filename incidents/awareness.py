"""The moment the law counts from. An earlier awareness takes effect at once; a later one needs the signature of the
chair or the head, and until then the earlier deadline keeps showing (GDPR Art. 33(1); EDPB 9/2022, II.A.2).

Every change needs its reason. A duty that is done keeps the deadline it was judged by.
"""

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from core.access import Actor, Role
from core.audit import record
from core.errors import N_, Conflict, Invalid
from core.i18n import absolute, translate
from incidents.alerts import at, people_for, tell
from incidents.awareness_gap import Gap, flag, judged
from incidents.clock_opening import events_of, moments_of
from incidents.clock_rows import (
    FULFILLED,
    bring_forward,
    counted_from,
    deadline,
    earliest,
    end,
    from_awareness,
    restart,
    zone_of,
)
from incidents.countersigning import KINDS, Kind, Payload, propose, waiting
from incidents.instants import Instants, implausible
from incidents.models import Countersign, Incident, IncidentClock
from incidents.notifying.correcting import stated
from incidents.notifying.following import follow_awareness
from incidents.rules import Anchor
from incidents.states import Who

AWARENESS, LATE_AWARENESS = "awareness", "late_awareness"
NO_REASON = N_("A later time needs a reason: what did you do to find out, and when were you sure?")
NO_REASON_AT_ALL = N_("A change needs a reason: what did you learn, and how?")


def set_aware(
    session: Session,
    actor: Actor,
    incident: Incident,
    aware_at: datetime,
    reason: str,
    now: datetime,
    *,
    others: Instants | None = None,
) -> Countersign | None:
    """Set the moment of awareness; a later one than counts now is returned as a step that waits for a signature. To
    confirm the moment that counts already needs no reason.

    `others` are better times for when it happened and was noticed, if the four would else not fit together.

    Raises:
        Invalid: the moment cannot be true, or a change has no reason.
        Conflict: a later moment already waits for its signature.
    """
    known = others or Instants(incident.occurred_at, incident.detected_at)
    wrong = implausible(replace(known, reported_at=incident.reported_at, aware_at=aware_at), now)
    if wrong:
        raise Invalid({"aware_at" if others is None else _place(field): text for field, text in wrong.items()})
    _set_others(session, actor, incident, known, now)
    counted = counted_from(incident)
    if counted is None:
        raise Conflict(N_("No legal clock was started for this case."))
    if aware_at != (incident.aware_at or counted) and not reason.strip():
        raise Invalid({"reason": NO_REASON if aware_at > counted else NO_REASON_AT_ALL})
    if aware_at <= counted:
        _take_effect(session, actor, incident, aware_at, reason, now)
        return None
    return _propose_later(session, actor, incident, aware_at, reason, now)


def _place(field: str) -> str:
    """Nobody can change when the report came; such a fault stands at the moment that was typed."""
    return "detected_at" if field == "reported_at" else field


def _set_others(session: Session, actor: Actor, incident: Incident, known: Instants, now: datetime) -> None:
    before = incident.occurred_at, incident.detected_at
    if before == (known.occurred_at, known.detected_at):
        return
    incident.occurred_at, incident.detected_at = known.occurred_at, known.detected_at
    record(session, actor, "incident:times_set", incident.reference, now, case=incident.id,
           facts={"occurred_at": _iso(known.occurred_at), "detected_at": _iso(known.detected_at)})  # fmt: skip


def later_proposal(session: Session, incident: Incident) -> Countersign | None:
    kinds = {AWARENESS, LATE_AWARENESS}
    return next((step for step in waiting(session, incident) if step.kind in kinds), None)


def _take_effect(
    session: Session, actor: Actor, incident: Incident, aware_at: datetime, reason: str, now: datetime
) -> None:
    before, clocks = incident.aware_at or counted_from(incident), movable(incident)
    old, was = earliest(clocks), stated(incident)
    count_from_earlier(session, incident, aware_at)
    incident.aware_at = aware_at
    record(session, actor, "incident:aware_set", incident.reference, now, case=incident.id,
           facts={"aware_at": _iso(aware_at), "before": _iso(before), "due_at": _iso(earliest(clocks))},
           changes={"reason": (None, reason or None)})  # fmt: skip
    follow_awareness(session, actor, incident, was, now)
    if before != aware_at:
        tell_dpo(session, incident, old, earliest(clocks), f"set:{_iso(aware_at)}", now)


def _propose_later(
    session: Session, actor: Actor, incident: Incident, aware_at: datetime, reason: str, now: datetime
) -> Countersign:
    payload = {"aware_at": aware_at.astimezone(UTC).isoformat(), "reason": reason}
    if later_proposal(session, incident) is not None:
        raise Conflict(N_("A proposal of this kind already waits for a signature."))
    step = propose(session, actor, incident, _kind(actor, incident, aware_at), payload, now)
    clocks = movable(incident)
    for clock in clocks:
        clock.proposed_start_at = aware_at
    later = deadline_if(session, incident, aware_at)
    moments = {"aware_at": _iso(aware_at), "due_at": _iso(earliest(clocks)), "proposed_due_at": _iso(later)}
    record(session, actor, "incident:later_awareness_proposed", incident.reference, now, case=incident.id,
           facts=moments)  # fmt: skip
    tell_dpo(session, incident, earliest(clocks), later, step.id, now)
    return step


def _kind(actor: Actor, incident: Incident, aware_at: datetime) -> str:
    """More than 48 hours after the report only the head signs; a head who proposes it has, and the chair is second."""
    head_only = judged(incident.reported_at, aware_at) is Gap.HEAD and Role.HEAD not in actor.roles
    return LATE_AWARENESS if head_only else AWARENESS


def _signed(session: Session, actor: Actor, incident: Incident, payload: Payload, now: datetime) -> None:
    """The chair or the head agrees: only now the clock counts from the later moment."""
    aware_at = datetime.fromisoformat(payload["aware_at"])
    before, was, clocks = incident.aware_at, stated(incident), movable(incident)
    for clock in clocks:
        ended = clock.stopped_at, clock.stop_reason
        restart(clock, _moments(session, clock, aware_at), zone_of(session), now)
        if ended[0] is not None:
            end(clock, ended[1], ended[0])
    incident.aware_at = aware_at
    record(session, actor, "incident:aware_set", incident.reference, now, case=incident.id,
           facts={"aware_at": _iso(aware_at), "before": _iso(before), "due_at": _iso(earliest(clocks))},
           changes={"reason": (None, payload["reason"])})  # fmt: skip
    follow_awareness(session, actor, incident, was, now)


def _refused(session: Session, actor: Actor, incident: Incident, payload: Payload, now: datetime) -> None:  # noqa: ARG001
    for clock in movable(incident):
        clock.proposed_start_at = None


def tell_dpo(
    session: Session, incident: Incident, old: datetime | None, new: datetime | None, once: str, now: datetime
) -> None:
    """E12: the DPO hears of both deadlines and may object; their signature is never needed."""
    for user in people_for(session, incident, Role.DPO):
        moments = {name: at(session, user, moment) if moment else "" for name, moment in (("old", old), ("new", new))}
        tell(session, incident, "aware_moved", [user], once, now, old_due=moments["old"], new_due=moments["new"])


def shows(session: Session, incident: Incident, payload: Payload, lang: str, zone: str) -> list[tuple[str, str]]:
    """Both moments and both deadlines, and the reason."""
    aware_at = datetime.fromisoformat(payload["aware_at"])
    counted, due = counted_from(incident), earliest(movable(incident))
    later, long = deadline_if(session, incident, aware_at), flag(incident, aware_at, lang)
    return [
        (translate(lang, N_("Counted from now")), absolute(counted, lang, zone) if counted else ""),
        (translate(lang, N_("Deadline now")), absolute(due, lang, zone) if due else ""),
        (translate(lang, N_("Proposed: aware at")), absolute(aware_at, lang, zone)),
        (translate(lang, N_("Deadline then")), absolute(later, lang, zone) if later else ""),
        *([(translate(lang, N_("From report to awareness")), long)] if long else []),
        (translate(lang, N_("Reason")), payload["reason"]),
    ]


LATE = N_("Awareness more than 48 hours after the report")
KINDS[LATE_AWARENESS] = Kind(LATE, frozenset({Who.HEAD}), _signed, shows, _refused)
KINDS[AWARENESS] = Kind(N_("A later moment of awareness"), frozenset({Who.CHAIR, Who.HEAD}), _signed, shows, _refused)


def movable(incident: Incident) -> list[IncidentClock]:
    """The clocks that another awareness moves. A duty that is done is not among them: its lateness is frozen."""
    return [clock for clock in from_awareness(incident) if clock.stop_reason not in FULFILLED]


def deadline_if(session: Session, incident: Incident, aware_at: datetime) -> datetime | None:
    """When the first duty that counts from awareness would end if we had been aware at this moment."""
    ends = [deadline_of(session, clock, aware_at) for clock in movable(incident)]
    return min((end for end in ends if end is not None), default=None)


def deadline_of(session: Session, clock: IncidentClock, aware_at: datetime) -> datetime | None:
    """When this duty would end then."""
    return deadline(clock, _moments(session, clock, aware_at), zone_of(session))


def count_from_earlier(session: Session, incident: Incident, aware_at: datetime) -> None:
    """Bring every clock forward that counts from a later awareness than this; what was done stays as it was judged."""
    for clock in movable(incident):
        if aware_at < clock.started_at:
            bring_forward(session, clock, _moments(session, clock, aware_at), zone_of(session))
            clock.next_at = None if clock.stopped_at else clock.next_at


def _moments(session: Session, clock: IncidentClock, aware_at: datetime) -> dict[str, datetime]:
    return moments_of(clock.incident, events_of(session, clock.incident), clock.regime) | {Anchor.AWARE: aware_at}


def _iso(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat(timespec="minutes") if moment else None
