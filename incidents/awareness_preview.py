"""What if we had been aware at another moment: every deadline as it is, and as it would be. Nothing is stored."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.errors import N_
from core.i18n import absolute, span, translate
from core.organisation import organisation
from incidents.awareness import deadline_of, movable
from incidents.awareness_gap import Gap, flag, judged
from incidents.case_view import duty_title
from incidents.clock_rows import counted_from
from incidents.models import Incident, IncidentClock
from incidents.regimes import REGIMES


@dataclass(frozen=True, slots=True)
class Shift:
    """One duty: its deadline now and then, and how far it moves."""

    duty: str
    regime: str
    now: str
    then: str
    moves: str


@dataclass(frozen=True, slots=True)
class Preview:
    """The answer to "what if": the deadlines, what saving would do, and a flag where the report lies far back."""

    moment: str
    shifts: list[Shift]
    effect: str
    flag: str


def preview(session: Session, incident: Incident, aware_at: datetime, lang: str) -> Preview:
    zone = organisation(session).zone
    shifts = [
        _shift(clock, deadline_of(session, clock, aware_at), lang, zone)
        for clock in sorted(movable(incident), key=lambda clock: (clock.due_at is None, clock.due_at or aware_at))
    ]
    effect = translate(lang, _effect(incident, aware_at))
    return Preview(absolute(aware_at, lang, zone), shifts, effect, flag(incident, aware_at, lang))


def _shift(clock: IncidentClock, then: datetime | None, lang: str, zone: str) -> Shift:
    regime = REGIMES.get(clock.regime)
    return Shift(
        duty_title(clock, lang),
        translate(lang, regime.title) if regime else clock.regime,
        _end(clock.due_at, lang, zone),
        _end(then, lang, zone),
        _moves(clock.due_at, then, lang),
    )


def _end(at: datetime | None, lang: str, zone: str) -> str:
    return absolute(at, lang, zone) if at else translate(lang, N_("as soon as possible"))


def _moves(now: datetime | None, then: datetime | None, lang: str) -> str:
    if now is None or then is None or now == then:
        return translate(lang, N_("no change"))
    return translate(lang, N_("{span} later") if then > now else N_("{span} earlier"), span=span(then - now))


def _effect(incident: Incident, aware_at: datetime) -> str:
    counted = counted_from(incident)
    if counted is None or aware_at == counted:
        return N_("This is the moment the clocks count from already.")
    if aware_at < counted:
        return N_("An earlier moment counts as soon as you save.")
    if judged(incident.reported_at, aware_at) is Gap.HEAD:
        return N_("The earlier deadlines count until the head has signed.")
    return N_("The earlier deadlines count until the chair or the head has signed.")
