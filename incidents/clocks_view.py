"""The clocks of a case as its page shows them: what each asks for, how long, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.errors import N_
from core.i18n import absolute, iso, span, time_left, translate
from incidents.case_facts import HOUSE
from incidents.case_view import ClockView, duty_title
from incidents.clock_rows import FULFILLED, rule_of
from incidents.clock_words import explain
from incidents.models import Incident, IncidentClock
from incidents.regime_choice import marked_by_hand
from incidents.regimes import REGIMES
from incidents.urgency import URGENCY_LABELS, urgency

FELL_AWAY = {
    "not_applicable": N_("this law does not apply"),
    "not_required": N_("decided that it need not be done"),
    "dismissed": N_("this was not an incident"),
    "merged": N_("the work goes on in another case"),
    "closed": N_("the case was closed"),
    "taken_back": N_("the stage before it was not done after all"),
}
TOLD = {
    "to": N_("Whom we told"),
    "reference": N_("Their reference"),
    "reasons": N_("Reasons for delay"),
    "note": N_("Note"),
}


@dataclass(frozen=True, slots=True)
class ClockRow:
    """One clock. `state` and `level` are of a running one; `told` is what a person wrote down when it was done."""

    id: str
    duty: str
    regime: str
    law: str
    recipient: str
    clock: ClockView
    sentence: str
    state: str
    level: str
    started: str
    latest: str
    confirmed: bool
    running: bool
    alarmed: bool
    proposed: str
    done_href: str
    told: list[tuple[str, str]]


def clock_rows(
    incident: Incident, told: Mapping[tuple[str, str], Mapping[str, str]], now: datetime, lang: str, zone: str
) -> list[ClockRow]:
    """Every clock: those that run first, the earliest end on top; then those that have ended."""
    return [_row(incident, clock, told, now, lang, zone) for clock in sorted(incident.clocks, key=_order)]


def time_view(clock: IncidentClock, now: datetime, lang: str, zone: str) -> ClockView:
    """What is left of a running clock, and until when."""
    if clock.due_at is None:
        since = translate(lang, N_("since {moment}"), moment=absolute(clock.started_at, lang, zone))
        return ClockView("soon", translate(lang, N_("As soon as possible")), note=since)
    return left_until(clock.due_at, now, lang, zone)


def left_until(due_at: datetime, now: datetime, lang: str, zone: str) -> ClockView:
    left = due_at - now
    level = urgency(left)
    return ClockView(
        level,
        time_left(left, lang),
        translate(lang, URGENCY_LABELS[level]),
        absolute(due_at, lang, zone),
        iso(due_at, zone),
        seconds=int(left.total_seconds()),
    )


def regime_name(clock: IncidentClock, lang: str) -> str:
    regime = REGIMES.get(clock.regime)
    return translate(lang, regime.title) if regime else clock.regime


def ended_view(clock: IncidentClock, lang: str, zone: str) -> ClockView:
    """A clock that no longer runs says what became of it, and how late it was."""
    at = clock.stopped_at or clock.started_at
    on = translate(lang, N_("on {moment}"), moment=absolute(at, lang, zone))
    if clock.stop_reason not in FULFILLED:
        why = translate(lang, FELL_AWAY.get(clock.stop_reason, N_("it ended")))
        return ClockView("none", translate(lang, N_("Fell away")), note=f"{why}, {on}")
    if not clock.late_seconds:
        return ClockView("ok", translate(lang, N_("Done in time") if clock.due_at else N_("Done")), note=on)
    late = translate(lang, N_("Done {span} late"), span=span(timedelta(seconds=clock.late_seconds)))
    return ClockView("late", late, note=on)


def _row(
    incident: Incident, clock: IncidentClock, told: Mapping[tuple[str, str], Mapping[str, str]], now: datetime,
    lang: str, zone: str,
) -> ClockRow:  # fmt: skip
    running = clock.stopped_at is None
    by_hand = marked_by_hand(clock.duty) and (running or clock.stop_reason == "done")
    proposed = clock.proposed_start_at if running else None
    return ClockRow(
        id=clock.id,
        duty=duty_title(clock, lang),
        regime=regime_name(clock, lang),
        law=translate(lang, clock.basis),
        recipient=_recipient(clock, lang),
        clock=time_view(clock, now, lang, zone) if running else ended_view(clock, lang, zone),
        sentence=explain(clock.regime, clock.duty, rule_of(clock), lang, zone),
        state=translate(lang, N_("Running") if clock.confirmed else N_("Runs by caution, not confirmed")),
        level="calm" if clock.confirmed else "none",
        started=absolute(clock.started_at, lang, zone),
        latest=_latest(clock, lang, zone),
        confirmed=clock.confirmed,
        running=running,
        alarmed=clock.regime == HOUSE,
        proposed=absolute(proposed, lang, zone) if proposed else "",
        done_href=f"{incident.path}/duties/{clock.regime}/{clock.duty}" if by_hand else "",
        told=[(translate(lang, TOLD[name]), text) for name, text in told.get((clock.regime, clock.duty), {}).items()],
    )  # fmt: skip


def _recipient(clock: IncidentClock, lang: str) -> str:
    regime = REGIMES.get(clock.regime)
    stage = regime.stage(clock.duty, clock.started_at.date()) if regime else None
    return translate(lang, stage.recipient) if stage else ""


def _latest(clock: IncidentClock, lang: str, zone: str) -> str:
    """The end that Regulation 1182/71 would allow is kept for the record only, and told only where it is another."""
    latest = clock.latest_arguable_at
    return absolute(latest, lang, zone) if latest is not None and latest != clock.due_at else ""


def _order(clock: IncidentClock) -> tuple[bool, bool, datetime]:
    return clock.stopped_at is not None, clock.due_at is None, clock.due_at or clock.started_at
