"""Duties under other laws: a person did one and writes it down, or takes it back. The next stage follows, or rests."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from core.errors import N_, Conflict, Invalid, NotFound
from core.keys import seal, unseal
from incidents.clock_choices import HAS_ENDED
from incidents.clock_opening import note_event, start_due
from incidents.clock_recount import counting_from, recount
from incidents.clock_rows import end, resume
from incidents.models import ClockEvent, Incident, IncidentClock
from incidents.regime_choice import marked_by_hand, unlikely
from incidents.rules import done
from incidents.states import ENDED

DONE, TAKEN_BACK = "done", "taken_back"


@dataclass(frozen=True, slots=True)
class Fulfilled:
    """What the person who did it writes down; all but the moment is sealed."""

    at: datetime
    to: str
    reference: str = ""
    note: str = ""
    reasons: str = ""


def fulfil(
    session: Session, actor: Actor, incident: Incident, clock: IncidentClock, what: Fulfilled, now: datetime
) -> ClockEvent:
    """A duty under another law was done: its clock ends at that moment, and the stage chained to it starts.

    Raises:
        NotFound: the case itself fulfils this duty.
        Conflict: it is done already, or fell away.
        Invalid: an implausible moment, nobody named, or no reasons for being late.
    """
    if not marked_by_hand(clock.duty):
        raise NotFound()
    if clock.stopped_at is not None:
        raise Conflict(N_("This clock no longer runs. Load the page again and look."))
    _require(clock, what, now)
    event = note_event(session, incident, done(f"{clock.regime}.{clock.duty}"), what.at, actor.id, now)
    kept = {name: text for name, text in asdict(what).items() if name != "at" and text}
    event.note_sealed = seal(session, incident.id, f"clock_event.note:{event.id}", json.dumps(kept))
    end(clock, DONE, what.at)
    _chained_again(session, incident, clock, now)
    start_due(session, incident, now)
    record(session, actor, "clock:duty_done", incident.reference, now, case=incident.id,
           facts={"regime": clock.regime, "duty": clock.duty, "at": what.at.isoformat(timespec="minutes"),
                  "late": bool(clock.late_seconds)},
           changes={name: (None, text) for name, text in kept.items()})  # fmt: skip
    return event


def take_back(
    session: Session, actor: Actor, incident: Incident, clock: IncidentClock, reason: str, now: datetime
) -> None:
    """It was not done after all: the clock runs on where it stood, and the stage chained to it rests until it is.

    Raises:
        Conflict: nobody marked it as done by hand, or the case has ended.
        Invalid: no reason.
    """
    if incident.state in ENDED:
        raise Conflict(HAS_ENDED)
    if clock.stop_reason != DONE or not marked_by_hand(clock.duty):
        raise Conflict(N_("This duty is not marked as done. Load the page again and look."))
    if not reason.strip():
        raise Invalid({"reason": N_("Write why it was marked by mistake.")})
    resume(clock, now)
    for following in _chained(incident, clock):
        if following.stopped_at is None:
            end(following, TAKEN_BACK, now)
    record(session, actor, "clock:duty_taken_back", incident.reference, now, case=incident.id,
           facts={"regime": clock.regime, "duty": clock.duty}, changes={"reason": (None, reason.strip())})  # fmt: skip


def fulfilled(session: Session, incident: Incident) -> dict[tuple[str, str], dict[str, str]]:
    """What was written down of each duty done by hand: (regime, duty) -> to whom, reference, note, reasons."""
    rows = session.scalars(
        select(ClockEvent)
        .where(ClockEvent.incident_id == incident.id, ClockEvent.event.startswith(done("")))
        .order_by(ClockEvent.recorded_at, ClockEvent.id)
    )
    found: dict[tuple[str, str], dict[str, str]] = {}
    for row in rows:
        regime, _, duty = row.event.removeprefix(done("")).partition(".")
        text = unseal(session, incident.id, f"clock_event.note:{row.id}", row.note_sealed)
        found[regime, duty] = json.loads(text) if text else {}
    return found


def _chained(incident: Incident, clock: IncidentClock) -> list[IncidentClock]:
    """The stages of the same law that count from the moment this one was done."""
    anchor = done(clock.duty)
    return [one for one in counting_from(incident, anchor) if one.regime == clock.regime]


def _chained_again(session: Session, incident: Incident, clock: IncidentClock, now: datetime) -> None:
    """A stage that rested because its first start was a mistake counts from the true one."""
    resting = [one for one in _chained(incident, clock) if one.stop_reason == TAKEN_BACK]
    for following in resting:
        resume(following, now)
    recount(session, incident, resting, now)


def _require(clock: IncidentClock, what: Fulfilled, now: datetime) -> None:
    wrong = {}
    sentence = unlikely(what.at, None, now)
    if not sentence and what.at < clock.started_at:
        sentence = N_("That lies before the clock started. Check the time.")
    if sentence:
        wrong["at"] = sentence
    if not what.to.strip():
        wrong["to"] = N_("Write whom you told.")
    if clock.due_at is not None and what.at > clock.due_at and not what.reasons.strip():
        wrong["reasons"] = N_("The deadline had passed then. Write the reasons.")
    if wrong:
        raise Invalid(wrong)
