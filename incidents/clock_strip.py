"""The clock as a picture: from the event to the limit. Positions run from 0 to 1; the macro only places them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from core.errors import N_
from core.i18n import absolute, iso, short_moment, span, time_left, translate
from incidents.case_view import duty_title
from incidents.clock_line import DAY, Line, lines, main_line
from incidents.clock_words import start_of
from incidents.escalation import Duty
from incidents.models import Incident, IncidentClock
from notifications.filings import filings

BEFORE = 0.42  # at most so much of the width for what happened before the clock started
THREE_DAYS = timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class Point:
    at: float
    name: str
    when: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table beside the picture: what, when, and how far from the start of the clock."""

    what: str
    text: str
    iso: str
    after: str


@dataclass(frozen=True, slots=True)
class Strip:
    """What `clock_strip` in templates/parts/pictures.html reads, the finding as a heading, and the same as a table."""

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
    rows: list[Row]


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


def clock_strips(session: Session, incident: Incident, now: datetime, lang: str, zone: str) -> list[Strip]:
    """A picture for each group of clocks that start together."""
    found = lines(incident, filings(session, incident.id), now, lang)
    return [_strip(incident, line, f"clock-strip-{number}", lang, zone) for number, line in enumerate(found, 1)]


def clock_strip(session: Session, incident: Incident, now: datetime, lang: str, zone: str) -> Strip | None:
    """The picture at the top of the case; a case without a deadline has none."""
    line = main_line(lines(incident, filings(session, incident.id), now, lang))
    return _strip(incident, line, "clock-strip", lang, zone) if line else None


def strip_as_text(session: Session, incident: Incident, now: datetime, lang: str, zone: str) -> str:
    """The same for a mail: a line for each moment, the deadlines among them, in order. Empty without a deadline."""
    line = main_line(lines(incident, filings(session, incident.id), now, lang))
    return "\n".join(f"{row.text}  {row.what}" for row in _rows(line, lang, zone)) if line else ""


def _strip(incident: Incident, line: Line, name: str, lang: str, zone: str) -> Strip:
    scale = Scale(min(moment.at for moment in line.known), line.start, line.end)
    return Strip(
        id=name,
        finding=_finding(line, lang),
        basis=_basis(incident, line, lang),
        title=translate(lang, N_("The clock of {reference}"), reference=incident.reference),
        description=_told(line, lang, zone),
        start=scale(line.start),
        now=scale(line.now),
        due=scale(max(clock.ends_at for clock in line.clocks)),
        now_text=_now(line, lang),
        points=[Point(scale(one.at), one.word, short_moment(one.at, lang, zone)) for one in line.known],
        marks=[Point(scale(one.at), one.word, short_moment(one.at, lang, zone)) for one in line.marks],
        rows=_rows(line, lang, zone),
    )


def _now(line: Line, lang: str) -> str:
    """The flag at the end of the bar: now, or how the last duty of the group was done."""
    if line.running:
        return translate(lang, N_("Now, {left}"), left=time_left(line.first.ends_at - line.now, lang))
    return _how(line.first, lang)


def _how(clock: IncidentClock, lang: str) -> str:
    if clock.late_seconds:
        return translate(lang, N_("Done {span} late"), span=span(timedelta(seconds=clock.late_seconds)))
    left = clock.ends_at - (clock.stopped_at or clock.ends_at)
    return translate(lang, N_("Done, {span} before the deadline"), span=span(left))


def _finding(line: Line, lang: str) -> str:
    """The one sentence the picture says."""
    clock = line.first
    if not line.running:
        if clock.duty == Duty.NOTIFY_AUTHORITY:
            return translate(lang, N_("Notified late") if clock.late_seconds else N_("Notified in time"))
        return duty_title(clock, lang)
    if line.now > clock.ends_at and len(line.clocks) == 1:
        return translate(lang, N_("The deadline has passed"))
    if line.now > clock.ends_at:
        return translate(lang, N_("The deadline has passed: {duty}"), duty=duty_title(clock, lang))
    if len(line.clocks) == 1 and clock.ends_at - clock.started_at == THREE_DAYS:
        days = int((line.now - clock.started_at) / DAY)
        findings = (N_("The first of three days is running"), N_("One of three days has passed"),
                    N_("Two of three days have passed"))  # fmt: skip
        return translate(lang, findings[max(0, min(days, 2))])
    return translate(lang, N_("Next deadline: {duty}"), duty=duty_title(clock, lang))


def _basis(incident: Incident, line: Line, lang: str) -> str:
    if line.start == incident.reported_at and incident.source == "processor":
        return translate(lang, N_("Counted from when the supplier told us."))
    if line.start == incident.reported_at:
        return translate(lang, N_("Counted from the first report."))
    if line.first.rule["anchor"] == "aware":
        return translate(lang, N_("Counted from the moment of awareness."))
    start = start_of(line.first.regime, line.first.rule["anchor"], lang)
    return translate(lang, N_("Counted from {start}."), start=start)


def _told(line: Line, lang: str, zone: str) -> str:
    sentences = [f"{one.word}: {absolute(one.at, lang, zone)}." for one in line.known]
    limit = N_("{duty}: the deadline is {moment}.")
    limits = [
        translate(lang, limit, duty=duty_title(clock, lang), moment=absolute(clock.ends_at, lang, zone))
        for clock in sorted(line.clocks, key=lambda clock: clock.ends_at)
    ]
    return " ".join([*sentences, *limits, f"{_now(line, lang)}."])


def _rows(line: Line, lang: str, zone: str) -> list[Row]:
    """What is known, now, and each deadline, in the order of time."""
    due = N_("Deadline: {duty}")
    found = [(one.at, one.word) for one in line.known]
    found += [(clock.ends_at, translate(lang, due, duty=duty_title(clock, lang))) for clock in line.clocks]
    found += [(line.now, _now(line, lang))] if line.running else []
    return [
        Row(word, absolute(at, lang, zone), iso(at, zone), _after(at - line.start))
        for at, word in sorted(found, key=lambda pair: pair[0])
    ]


def _after(passed: timedelta) -> str:
    return f"{'−' if passed < timedelta(0) else ''}{span(passed)}" if passed else "0"
