"""Counting a running clock anew, when a moment it counts from, or a length that somebody sets, becomes known."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from core.organisation import organisation
from incidents.clock import Stage
from incidents.clock_opening import choices_of, events_of, given_lengths, moments_of
from incidents.clock_rows import FULFILLED, bring_forward, restart, rule_of
from incidents.models import Incident, IncidentClock
from incidents.regimes import REGIMES
from incidents.rules import Moments


def recount(session: Session, incident: Incident, clocks: Iterable[IncidentClock], now: datetime) -> None:
    """Count these clocks from what is known now. Levels already raised are not raised again for an earlier end; a
    later end begins a new round. What was done stays as it was."""
    company, events, choices = organisation(session), events_of(session, incident), choices_of(session, incident)
    for clock in clocks:
        if clock.stop_reason in FULFILLED:
            continue
        moments = moments_of(incident, events, clock.regime)
        clock.rule = _rule(clock, given_lengths(company, choices.get(clock.regime)))
        _count(session, clock, moments, company.zone, now)


def counting_from(incident: Incident, anchor: str) -> list[IncidentClock]:
    """The clocks for which this moment matters."""
    return [clock for clock in incident.clocks if anchor in _anchors(clock)]


def _anchors(clock: IncidentClock) -> set[str]:
    rule = rule_of(clock)
    return {rule.anchor} | ({rule.cap.anchor} if rule.cap else set())


def _count(session: Session, clock: IncidentClock, moments: Moments, zone: str, now: datetime) -> None:
    ends = rule_of(clock).ends(moments, zone)
    new, old = ends.due_at if ends else None, clock.due_at
    if (new, old) == (None, None):
        return
    if new is not None and (old is None or new <= old):
        bring_forward(session, clock, moments, zone)
        clock.next_at = None if clock.stopped_at else clock.next_at
    elif clock.stopped_at is None:
        restart(clock, moments, zone, now)


def _rule(clock: IncidentClock, given: Mapping[str, object]) -> dict[str, object]:
    """The rule kept with the clock, with the length that was agreed or ordered since."""
    stage = _stage(clock)
    length = given.get(clock.duty)
    if stage is None or stage.given is None:
        return clock.rule
    return stage.under(length).rule.as_json()  # type: ignore[arg-type]


def _stage(clock: IncidentClock) -> Stage | None:
    regime = REGIMES.get(clock.regime)
    return regime.stage(clock.duty, clock.started_at.date()) if regime else None
