"""Which clocks run for a case: those of every company, those the settings name, and what a manager confirmed.

Clocks are started by caution: a law that may apply counts from the report on, until somebody says with a reason that it
does not.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.closed_days import rests_in
from core.organisation import Organisation, organisation
from incidents.clock import Deadline, open_clocks
from incidents.clock_rows import FULFILLED, clock_row, counted_from
from incidents.escalation import Duty
from incidents.models import ClockEvent, Incident, IncidentClock, RegimeChoice
from incidents.periods import Period, RestDay, weekend
from incidents.regimes import REGIMES
from incidents.rules import Anchor, Moments, done
from incidents.states import AuthorityTrack
from notifications.authorities import AUTHORITIES

GivenLengths = Mapping[str, Period | datetime]


def company_regimes(company: Organisation) -> list[str]:
    """The regimes that bind every company, then those its settings name."""
    own: list[str] = company.preferences.get("regimes", []) if company.preferences else []
    return [code for code, regime in REGIMES.items() if regime.everywhere or code in own]


def first_clocks(company: Organisation, reported_at: datetime) -> list[IncidentClock]:
    """The clocks a report starts, cautiously: somebody with a reason may later set when we were aware."""
    moments: Moments = {Anchor.REPORTED: reported_at, Anchor.AWARE: reported_at}
    return [
        clock_row(code, deadline, reported_at, confirmed=REGIMES[code].everywhere)
        for code in company_regimes(company)
        for deadline in open_clocks(REGIMES[code], moments, company.zone, rests=rests_of(company))
    ]


def rests_of(company: Organisation) -> RestDay:
    """The days on which the authority's offices are closed; they move no deadline that binds."""
    card = AUTHORITIES.get(company.authority)
    return rests_in(card.country) if card else weekend


def start_due(session: Session, incident: Incident, now: datetime) -> list[IncidentClock]:
    """Start every clock whose moment has come and that is not there yet; returns the new ones.

    Called after each verb that sets a moment something counts from; a second call starts nothing.
    """
    company, choices = organisation(session), choices_of(session, incident)
    events = events_of(session, incident)
    there = {(clock.regime, clock.duty) for clock in incident.clocks}
    started = []
    for code in _applying(company, choices):
        moments = moments_of(incident, events, code)
        given = given_lengths(company, choices.get(code))
        for deadline in open_clocks(REGIMES[code], moments, company.zone, given=given, rests=rests_of(company)):
            if (code, str(deadline.duty)) not in there and _called_for(incident, deadline):
                confirmed = REGIMES[code].everywhere or code in choices
                started.append(clock_row(code, deadline, now, confirmed=confirmed))
    incident.clocks.extend(started)
    session.flush()
    return started


def moments_of(incident: Incident, events: Moments, regime: str) -> dict[str, datetime]:
    """Every moment a clock of `regime` can count from, as far as it is known."""
    known: dict[str, datetime | None] = {
        Anchor.REPORTED: incident.reported_at,
        Anchor.AWARE: counted_from(incident) or incident.aware_at or incident.reported_at,
    }
    known |= events
    for clock in incident.clocks:
        if clock.regime == regime and clock.stop_reason in FULFILLED:
            known[done(clock.duty)] = clock.stopped_at
    return {name: at for name, at in known.items() if at is not None}


def events_of(session: Session, incident: Incident) -> dict[str, datetime]:
    """The moments people recorded: the latest word on each counts."""
    rows = session.scalars(
        select(ClockEvent).where(ClockEvent.incident_id == incident.id).order_by(ClockEvent.recorded_at, ClockEvent.id)
    )
    return {row.event: row.at for row in rows}


def note_event(session: Session, incident: Incident, event: str, at: datetime, by_id: str, now: datetime) -> ClockEvent:
    """Write down a moment that clocks count from. What was known before stays; the latest word counts."""
    row = ClockEvent(incident_id=incident.id, event=event, at=at, by_id=by_id, recorded_at=now)
    session.add(row)
    session.flush()
    return row


def choices_of(session: Session, incident: Incident) -> dict[str, RegimeChoice]:
    rows = session.scalars(select(RegimeChoice).where(RegimeChoice.incident_id == incident.id))
    return {row.regime: row for row in rows}


def given_lengths(company: Organisation, choice: RegimeChoice | None) -> dict[str, Period | datetime]:
    """What a card, a contract or an order sets: the authority's days for a supplement, hours agreed, a day ordered."""
    card = AUTHORITIES.get(company.authority)
    found: dict[str, Period | datetime] = {}
    if card is not None and card.supplement_days:
        found[Duty.SUPPLEMENT] = Period(days=card.supplement_days)
    for duty, kept in (choice.given if choice else {}).items():
        found[duty] = _length(kept)
    return found


def _length(kept: Mapping[str, Any]) -> Period | datetime:
    return datetime.fromisoformat(kept["ends_at"]) if "ends_at" in kept else Period(**kept)


def _applying(company: Organisation, choices: Mapping[str, RegimeChoice]) -> Iterable[str]:
    refused = {code for code, choice in choices.items() if not choice.applies}
    chosen = {code for code, choice in choices.items() if choice.applies and code in REGIMES}
    return [code for code in REGIMES if code in {*company_regimes(company), *chosen} - refused]


def _called_for(incident: Incident, deadline: Deadline) -> bool:
    """A supplement is owed only while something is still missing."""
    return deadline.duty != Duty.SUPPLEMENT or incident.authority_track == AuthorityTrack.SUPPLEMENT_EXPECTED
