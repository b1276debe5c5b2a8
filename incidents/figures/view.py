"""The figures in words and the pictures as places: what templates/parts/pictures.html and charts.html draw."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from core.errors import N_
from core.i18n import span
from incidents.classification import CLASS_LABELS, CauseClass
from incidents.figures.dots import AXIS, HOUR, HOURS, DotRow, Dots, SpanRow, dot_row
from incidents.figures.reckoning import LIMIT, Figures, Measure
from incidents.figures.scale import place, ticks
from incidents.register.wording import Speaker

MOST_LANES, MOST_CAUSES = 10, 8
MEASURES = {
    Measure.ACKNOWLEDGE: N_("Taken"),
    Measure.DECIDE: N_("Decided"),
    Measure.NOTIFY: N_("Authority told"),
}
TIMES_NOTE = N_(
    "Hours from the report until somebody took the case and until the decision; from awareness until the notice. "
    "A square is later than 72 hours."
)
CLASS_MARKS = {CauseClass.ACCIDENTAL: "c1", CauseClass.INTENTIONAL: "c2", CauseClass.UNFORESEEN: "c3"}


@dataclass(frozen=True, slots=True)
class Bar:
    name: str
    note: str
    mark: str
    length: float
    count: int


@dataclass(frozen=True, slots=True)
class Bars:
    id: str
    title: str
    description: str
    finding: str
    bars: tuple[Bar, ...]


def times(speaker: Speaker, figures: Figures) -> Dots:
    """Each case a dot in each row it has a time for, against the line of 72 hours."""
    table = tuple(_span_row(speaker, figures, measure) for measure in Measure)
    told = N_("{name}: {count}, median {median}, {within} within 72 hours.")
    description = " ".join(
        speaker.say(told, name=row.name, count=row.count, median=row.median, within=row.within) for row in table
    )
    return Dots(
        id="times",
        title=speaker.say(N_("Hours until a case is taken, decided and told to the authority")),
        description=description,
        finding=_finding(speaker, figures),
        limit=place(LIMIT, AXIS),
        limit_name=speaker.say(N_("limit")),
        marks=tuple((place(hour * HOUR, AXIS), f"{hour} h") for hour in HOURS),
        rows=tuple(_measured(speaker, figures.spans[measure].seconds, measure) for measure in Measure),
        table=table,
    )


def _finding(speaker: Speaker, figures: Figures) -> str:
    if not figures.due:
        return speaker.say(N_("No notice to the authority was due."))
    if figures.overdue:
        late = N_("{in_time} of {due} notices were sent in time; overdue and not sent: {overdue}.")
        return speaker.say(late, in_time=figures.in_time, due=figures.due, overdue=figures.overdue)
    return speaker.say(N_("{in_time} of {due} notices were sent in time."), in_time=figures.in_time, due=figures.due)


def _measured(speaker: Speaker, seconds: Sequence[int], measure: Measure) -> DotRow:
    return dot_row(f"{speaker.say(MEASURES[measure])} ({len(seconds)})", seconds, MOST_LANES)


def _span_row(speaker: Speaker, figures: Figures, measure: Measure) -> SpanRow:
    seconds = figures.spans[measure].seconds
    return SpanRow(
        name=speaker.say(MEASURES[measure]),
        count=len(seconds),
        shortest=in_hours(seconds[0] if seconds else None),
        median=in_hours(figures.spans[measure].median),
        longest=in_hours(seconds[-1] if seconds else None),
        within=sum(one <= LIMIT for one in seconds),
    )


def in_hours(seconds: int | None) -> str:
    return "–" if seconds is None else span(timedelta(seconds=seconds))


def causes(speaker: Speaker, figures: Figures, most: int = MOST_CAUSES) -> Bars:
    """The most frequent causes, marked by their class; the rest in one bar; what nobody has classified comes last."""
    known = [one for one in figures.causes if one[1]]
    nameless = [one for one in figures.causes if not one[1]]
    found, others = known[:most], known[most:]
    rest = sum(count for _, _, count in others)
    axis = ticks(max([count for _, _, count in found + nameless] + [rest, 1]))
    bars = [_bar(speaker, kind, code, count, axis[-1]) for kind, code, count in found]
    if rest:
        number = len(others)
        name = speaker.say(N_("Other causes, {number}"), number=number)
        bars.append(Bar(name, "", "c0", place(rest, axis[-1]), rest))
    bars += [_bar(speaker, kind, code, count, axis[-1]) for kind, code, count in nameless]
    return Bars(
        id="causes",
        title=speaker.say(N_("Cases by cause")),
        description=", ".join(f"{bar.name}: {bar.count}" for bar in bars) + ".",
        finding=_commonest(speaker, figures),
        bars=tuple(bars),
    )


def _commonest(speaker: Speaker, figures: Figures) -> str:
    known = next((count for kind, code, count in figures.causes if code), 0)
    if not known:
        return speaker.say(N_("No case has a cause yet."))
    name = next(speaker.cause(code) for _, code, _ in figures.causes if code)
    sentence = N_("The most common cause is “{cause}”: {count} of {total}.")
    return speaker.say(sentence, cause=name, count=known, total=figures.cases)


def _bar(speaker: Speaker, kind: str, code: str, count: int, end: int) -> Bar:
    cause_class = CauseClass(kind)
    label = speaker.say(CLASS_LABELS[cause_class])
    name, note = (speaker.cause(code), label) if code else (label, "")
    return Bar(name, note, CLASS_MARKS.get(cause_class, "c0"), place(count, end), count)
