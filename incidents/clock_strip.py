"""The clock as a picture: from the event to the limit. Positions run from 0 to 1; the macro only places them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.errors import N_
from core.i18n import absolute, short_moment, time_left, translate
from incidents.case_facts import legal_clock
from incidents.models import Incident, IncidentClock

BEFORE = 0.42  # at most so much of the width for what happened before the clock started


@dataclass(frozen=True, slots=True)
class Point:
    at: float
    name: str
    when: str


@dataclass(frozen=True, slots=True)
class Strip:
    """What `clock_strip` in templates/parts/pictures.html reads, and the finding as a heading."""

    id: str
    finding: str
    basis: str
    title: str
    description: str
    start: float
    now: float
    due: float
    now_text: str
    points: list[Point]
    marks: list[Point]


@dataclass(frozen=True, slots=True)
class Scale:
    """Maps moments to the picture: the clock has more than half of the width, what came before is squeezed."""

    first: datetime
    start: datetime
    end: datetime

    def __call__(self, moment: datetime) -> float:
        lead = BEFORE if self.first < self.start else 0.0
        if moment <= self.start:
            before = (self.start - self.first).total_seconds()
            return round(lead * (moment - self.first).total_seconds() / before, 4) if before else 0.0
        return round(lead + (1 - lead) * ((moment - self.start) / (self.end - self.start)), 4)


def clock_strip(incident: Incident, now: datetime, lang: str, zone: str) -> Strip | None:
    """The picture of the running legal clock; a case without one has no picture."""
    clock = legal_clock(incident)
    if clock is None:
        return None
    known = _moments(incident, clock, now)
    scale = Scale(min(at for at, _ in known), clock.started_at, max(clock.ends_at, now))
    points = [Point(scale(at), translate(lang, word), short_moment(at, lang, zone)) for at, word in known]
    left = time_left(clock.ends_at - now, lang)
    return Strip(
        id="clock-strip",
        finding=_finding(clock, now, lang),
        basis=_basis(incident, clock, lang),
        title=translate(lang, N_("The clock of {reference}"), reference=incident.reference),
        description=_told(known, clock, left, lang, zone),
        start=scale(clock.started_at),
        now=scale(now),
        due=scale(clock.ends_at),
        now_text=translate(lang, N_("Now, {left}"), left=left),
        points=points,
        marks=_marks(clock, scale, lang, zone),
    )


def _moments(incident: Incident, clock: IncidentClock, now: datetime) -> list[tuple[datetime, str]]:
    started = N_("Reported, the clock starts") if clock.started_at == incident.reported_at else N_("The clock starts")
    found: list[tuple[datetime | None, str]] = [
        (incident.occurred_at, N_("It happened")),
        (incident.detected_at, N_("Noticed")),
        (incident.reported_at if clock.started_at != incident.reported_at else None, N_("Reported")),
        (clock.started_at, started),
    ]
    return sorted(((at, word) for at, word in found if at is not None and at <= now), key=lambda pair: pair[0])


def _marks(clock: IncidentClock, scale: Scale, lang: str, zone: str) -> list[Point]:
    hours = int((clock.ends_at - clock.started_at) / timedelta(hours=1))
    steps = [*range(24, hours, 24), hours]
    moments = ((step, clock.started_at + timedelta(hours=step)) for step in steps)
    return [Point(scale(moment), f"{step} h", short_moment(moment, lang, zone)) for step, moment in moments]


def _finding(clock: IncidentClock, now: datetime, lang: str) -> str:
    """The one sentence the picture says."""
    if now > clock.ends_at:
        return translate(lang, N_("The deadline has passed"))
    days = int((now - clock.started_at) / timedelta(days=1))
    findings = (N_("The first of three days is running"), N_("One of three days has passed"),
                N_("Two of three days have passed"))  # fmt: skip
    return translate(lang, findings[max(0, min(days, 2))])


def _basis(incident: Incident, clock: IncidentClock, lang: str) -> str:
    if clock.started_at == incident.reported_at:
        return translate(lang, N_("Counted from the first report."))
    return translate(lang, N_("Counted from the moment of awareness."))


def _told(known: list[tuple[datetime, str]], clock: IncidentClock, left: str, lang: str, zone: str) -> str:
    sentences = [f"{translate(lang, word)}: {absolute(at, lang, zone)}." for at, word in known]
    limit = translate(lang, N_("The deadline is {moment}."), moment=absolute(clock.ends_at, lang, zone))
    return " ".join([*sentences, limit, f"{left}."])
