"""The pictures of a period: what stands where, the finding above it, and the same numbers as a table."""

from dataclasses import dataclass

from core.errors import N_
from core.i18n import LONG_MONTHS, MONTHS
from core.tables import Cell
from incidents.classification import CLASS_CLAUSES, CLASS_LABELS, CauseClass
from incidents.figures import findings
from incidents.figures.deliveries import MAILS, MARKS, OUTCOMES, Cut, Mail, Outcome, cuts
from incidents.figures.dots import AXIS, HOUR, HOURS, Dots, dot_row
from incidents.figures.grid import Grid
from incidents.figures.period import YEAR, Period, Quarter, Survey
from incidents.figures.reckoning import LIMIT, Measure, median
from incidents.figures.scale import place, stacked, whole
from incidents.figures.view import CLASS_MARKS, TIMES_NOTE, Bars, in_hours
from incidents.figures.view import causes as cause_bars
from incidents.figures.view import times as time_dots
from incidents.register.wording import Speaker

MOST_LANES, MOST_NOTES, MOST_CAUSES = 2, 2, 5
UNKNOWN = "c0"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a column: where it begins and ends, from 0 at the bottom to 1."""

    mark: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    id: str
    title: str
    description: str
    marks: tuple[tuple[float, str], ...]
    columns: tuple[Column, ...]
    legend: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class DeliveryBar:
    """`rows`: a kind of mail with its number, and its bar; `legend`: outcome and its word."""

    id: str
    title: str
    description: str
    rows: tuple[tuple[str, tuple[Cut, ...]], ...]
    legend: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture with its finding, the line that says what it shows, and its table. `drawn`: there is enough of it."""

    id: str
    finding: str
    note: str
    picture: Dots | Bars | Columns | DeliveryBar
    grid: Grid
    drawn: bool = True


def notices(speaker: Speaker, found: Survey) -> Figure:
    """Each notice a dot, in the quarter its case was reported in, against the line of 72 hours."""
    finding, title = findings.notices(speaker, found.quarters), speaker.say(N_("Hours from awareness to the notice"))
    rows = tuple((quarter_name(speaker, one), one) for one in found.quarters)
    heads = (N_("Quarter"), N_("Notices"), N_("Shortest"), N_("Median"), N_("Longest"), N_("Within 72 h"))
    grid = Grid(title, tuple(map(speaker.say, heads)), tuple(_notice_row(name, one) for name, one in rows))
    told = N_("{name}: {within} of {count} within 72 hours.")
    description = " ".join(speaker.say(told, name=row[0], count=row[1], within=row[5]) for row in grid.rows)
    picture = Dots(
        id="notices", title=title, description=f"{finding}. {description}", finding=finding, limit=place(LIMIT, AXIS),
        limit_name=speaker.say(N_("limit")), marks=tuple((place(hour * HOUR, AXIS), f"{hour} h") for hour in HOURS),
        rows=tuple(dot_row(name, one.seconds, MOST_LANES, MOST_NOTES) for name, one in rows), table=(), tight=True,
    )  # fmt: skip
    note = N_("Hours from awareness to the notice, by the quarter of the report. One dot a notice; a square is late.")
    return Figure("notices", finding, picture.note(speaker, note), picture, grid)


def trend(speaker: Speaker, found: Survey) -> Figure:
    """Cases by month of the report, the classes of clause 8.2 on top of each other."""
    kinds = [*CLASS_MARKS] + [CauseClass.UNKNOWN] * any(CauseClass.UNKNOWN in month.classes for month in found.months)
    counts = [[month.classes.get(kind, 0) for kind in kinds] for month in found.months]
    axis = whole(map(sum, counts))
    marks = [CLASS_MARKS.get(kind, UNKNOWN) for kind in kinds]
    columns = tuple(
        Column(MONTHS[speaker.lang][month.number % YEAR], tuple(
            Piece(mark, low, high)
            for mark, (low, high) in zip(marks, stacked(parts, axis[-1]), strict=True) if high > low
        ))
        for month, parts in zip(found.months, counts, strict=True)
    )  # fmt: skip
    finding, title = findings.trend(speaker, found.months), speaker.say(N_("Cases by month and kind of cause"))
    names = [speaker.say(CLASS_LABELS[kind]) for kind in kinds]
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (month_name(speaker, month.number), *parts, month.count)
        for month, parts in zip(found.months, counts, strict=True)
    )
    most = max(map(sum, counts))
    description = speaker.say(
        N_("{finding}. From {least} to {most} cases a month."), finding=finding, least=min(map(sum, counts)), most=most
    )
    picture = Columns(
        "trend", title, description, tuple((place(tick, axis[-1]), str(tick)) for tick in axis), columns,
        tuple((mark, _class_name(speaker, kind)) for mark, kind in zip(marks, kinds, strict=True)),
    )  # fmt: skip
    grid = Grid(title, (speaker.say(N_("Month")), *names, speaker.say(N_("All"))), rows)
    note = speaker.say(N_("Cases by month of the report, {period}"), period=period_name(speaker, found.period))
    return Figure("trend", finding, note, picture, grid)


def causes(speaker: Speaker, found: Survey) -> Figure:
    """The most common causes; the rest together."""
    picture, title = cause_bars(speaker, found.figures, MOST_CAUSES), speaker.say(N_("Cases by cause"))
    heads = (N_("Cause"), N_("Kind of cause"), N_("Cases"))
    rows = tuple((bar.name, bar.note, bar.count) for bar in picture.bars)
    note = speaker.say(N_("Cases by main cause, the same months"))
    grid = Grid(title, tuple(map(speaker.say, heads)), rows)
    return Figure("causes", findings.causes(speaker, found.figures), note, picture, grid)


def times(speaker: Speaker, found: Survey) -> Figure:
    """Each case a dot: until it is taken, decided, and told to the authority."""
    picture, figures = time_dots(speaker, found.figures), found.figures
    shown = {measure: in_hours(figures.spans[measure].median) for measure in Measure}
    heads = (N_("Step"), N_("Cases"), N_("Shortest"), N_("Median"), N_("Longest"), N_("Within 72 h"))
    rows = tuple((row.name, row.count, row.shortest, row.median, row.longest, row.within) for row in picture.table)
    return Figure("times", findings.times(speaker, figures, shown), picture.note(speaker, TIMES_NOTE), picture,
                  Grid(picture.title, tuple(map(speaker.say, heads)), rows))  # fmt: skip


def deliveries(speaker: Speaker, found: Survey) -> Figure:
    """What became of what left by mail: a bar for notices and one for letters, cut by how each stands."""
    mails, finding, title = found.mails, findings.deliveries(speaker, found.mails), speaker.say(N_("Mails by outcome"))
    words = {outcome: speaker.say(OUTCOMES[outcome]) for outcome in Outcome}
    names = {mail: speaker.say(MAILS[mail]) for mail in Mail}
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (names[mail], *(mails.number(one, mail) for one in Outcome), mails.of(mail)) for mail in Mail
    )
    heads = (speaker.say(N_("Mails")), *(f"{word[:1].upper()}{word[1:]}" for word in words.values()))
    told = (
        f"{names[mail]}: " + ", ".join(f"{words[cut.outcome]} {cut.count}" for cut in cuts(mails, mail)) + "."
        for mail in Mail
        if mails.of(mail)
    )
    picture = DeliveryBar(
        "deliveries", title, f"{finding}. {' '.join(told)}",
        tuple((f"{names[mail]} ({mails.of(mail)})", cuts(mails, mail)) for mail in Mail if mails.of(mail)),
        tuple((outcome.value, words[outcome]) for outcome in MARKS if mails.number(outcome)),
    )  # fmt: skip
    note = speaker.say(
        N_(
            "Notices to authorities and letters to people that left by mail, in cases of the same months. "
            "Each counts once."
        )
    )
    return Figure(
        "deliveries", finding, note, picture, Grid(title, (*heads, speaker.say(N_("All"))), rows), mails.drawn
    )


def month_name(speaker: Speaker, number: int) -> str:
    return f"{MONTHS[speaker.lang][number % YEAR]} {number // YEAR}"


def quarter_name(speaker: Speaker, quarter: Quarter) -> str:
    """`jan–mars 2026`, or one month of it."""
    last = month_name(speaker, quarter.last)
    return last if quarter.first == quarter.last else f"{MONTHS[speaker.lang][quarter.first % YEAR]}–{last}"


def period_name(speaker: Speaker, period: Period) -> str:
    """`december 2025 – november 2026`."""
    first, last = (f"{LONG_MONTHS[speaker.lang][one % YEAR]} {one // YEAR}" for one in (period.first, period.last))
    return f"{first} – {last}"


def _class_name(speaker: Speaker, kind: CauseClass) -> str:
    clause = CLASS_CLAUSES.get(kind, "")
    name = speaker.say(CLASS_LABELS[kind])
    return f"{name}, {clause}" if clause else name


def _notice_row(name: str, quarter: Quarter) -> tuple[str | int, ...]:
    seconds = quarter.seconds
    return (
        name, len(seconds), in_hours(seconds[0] if seconds else None),
        in_hours(median(seconds)), in_hours(seconds[-1] if seconds else None),
        sum(one <= LIMIT for one in seconds),
    )  # fmt: skip
