"""The moments around one or several clocks that start together, in order: what the strip, its table and mails tell."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.errors import N_
from core.i18n import translate
from incidents.case_facts import HOUSE
from incidents.case_view import duty_title
from incidents.clock_rows import FULFILLED
from incidents.escalation import Duty
from incidents.models import Incident, IncidentClock
from incidents.rules import Anchor
from notifications.notice_models import Filing

SHORT = timedelta(days=7)
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Moment:
    at: datetime
    word: str


@dataclass(frozen=True, slots=True)
class Line:
    """Clocks that start at the same moment and are counted in hours, or in days. `now` is when the last was done, once
    all are done: the picture of a met deadline stands still."""

    clocks: tuple[IncidentClock, ...]
    start: datetime
    now: datetime
    end: datetime
    known: tuple[Moment, ...]
    marks: tuple[Moment, ...]

    @property
    def running(self) -> bool:
        return any(clock.stopped_at is None for clock in self.clocks)

    @property
    def first(self) -> IncidentClock:
        """The clock that the picture is about: the open one that ends first, else the one that counts from awareness
        and ends last."""
        still = [clock for clock in self.clocks if clock.stopped_at is None]
        if still:
            return min(still, key=lambda clock: clock.ends_at)
        told = [clock for clock in self.clocks if clock.duty == Duty.NOTIFY_AUTHORITY]
        return told[0] if told else max(self.clocks, key=lambda clock: clock.ends_at)

    @property
    def short(self) -> bool:
        return self.end - self.start <= SHORT or self.first.ends_at - self.start <= SHORT


def lines(incident: Incident, filings: Iterable[Filing], now: datetime, lang: str) -> list[Line]:
    """The lines of a case: those that run first, the earliest end on top, then those that have been done."""
    groups: dict[tuple[datetime, bool], list[IncidentClock]] = {}
    for clock in incident.clocks:
        if clock.regime != HOUSE and clock.due_at is not None and _counts(clock):
            groups.setdefault((clock.started_at, clock.due_at - clock.started_at > SHORT), []).append(clock)
    sent = list(filings)
    found = [_line(incident, clocks, sent, now, lang) for clocks in groups.values()]
    return sorted(found, key=lambda line: (not line.running, line.first.ends_at))


def main_line(found: Sequence[Line]) -> Line | None:
    """The line for the top of the case: the one counted in hours, else whatever there is."""
    short = [line for line in found if line.short]
    return next(iter(short or found), None)


def _counts(clock: IncidentClock) -> bool:
    """A clock that fell away has no place in the picture."""
    return clock.stopped_at is None or clock.stop_reason in FULFILLED


def _line(incident: Incident, clocks: list[IncidentClock], filings: list[Filing], now: datetime, lang: str) -> Line:
    start, due = clocks[0].started_at, max(clock.ends_at for clock in clocks)
    stopped = [clock.stopped_at for clock in clocks if clock.stopped_at is not None]
    at = now if len(stopped) < len(clocks) else max(stopped)
    end = max(due, at)
    known = sorted(_known(incident, clocks, filings, lang), key=lambda moment: moment.at)
    return Line(
        tuple(clocks), start, at, end, tuple(one for one in known if one.at <= at), _marks(clocks, start, due, lang)
    )


def _known(incident: Incident, clocks: list[IncidentClock], filings: list[Filing], lang: str) -> Iterable[Moment]:
    start = clocks[0].started_at
    if _from_the_event(incident, clocks):
        yield from _before(incident, clocks, lang)
    yield Moment(start, translate(lang, _start_word(incident, clocks, filings)))
    for filing in filings:
        if filing.filed_at > start:
            yield Moment(filing.filed_at, translate(lang, N_("Phase {phase} sent"), phase=filing.phase))
    for clock in clocks:
        if clock.stopped_at is not None and clock.stop_reason != "filed":
            yield Moment(clock.stopped_at, translate(lang, N_("Done: {duty}"), duty=duty_title(clock, lang)))


def _before(incident: Incident, clocks: list[IncidentClock], lang: str) -> Iterable[Moment]:
    """What came before the clock, and a later start that somebody proposes."""
    reported = incident.reported_at if clocks[0].started_at != incident.reported_at else None
    proposed = next((clock.proposed_start_at for clock in clocks if clock.stopped_at is None), None)
    moments = ((incident.occurred_at, N_("It happened")), (incident.detected_at, N_("Noticed")),
               (reported, N_("Reported")), (proposed, N_("Proposed start")))  # fmt: skip
    return (Moment(at, translate(lang, word)) for at, word in moments if at is not None)


def _from_the_event(incident: Incident, clocks: list[IncidentClock]) -> bool:
    """A clock chained to an earlier stage has its own beginning; the event is told by the first picture."""
    return clocks[0].started_at == incident.reported_at or any(clock.rule["anchor"] == Anchor.AWARE for clock in clocks)


def _start_word(incident: Incident, clocks: list[IncidentClock], filings: list[Filing]) -> str:
    start = clocks[0].started_at
    if start == incident.reported_at:
        return N_("Reported, the clock starts")
    if any(clock.rule["anchor"] == Anchor.AWARE for clock in clocks):
        return N_("Aware, the clock starts")
    return N_("Sent, the clock starts") if any(one.filed_at == start for one in filings) else N_("The clock starts")


def _marks(clocks: list[IncidentClock], start: datetime, due: datetime, lang: str) -> tuple[Moment, ...]:
    """Every day of a clock in hours, every week of one in days, and each end."""
    step = DAY if due - start <= SHORT else WEEK
    ends = {clock.ends_at for clock in clocks}
    regular = {start + number * step for number in range(1, int((due - start) / step) + 1)}
    near = {at for at in regular for end in ends if abs(at - end) < step / 4}
    return tuple(Moment(at, _length(at - start, step, lang)) for at in sorted(regular - near | ends))


def _length(passed: timedelta, step: timedelta, lang: str) -> str:
    if step == WEEK:
        return translate(lang, N_("{number} days"), number=round(passed / DAY))
    return f"{round(passed / timedelta(hours=1))} h"
