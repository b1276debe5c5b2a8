"""How we are doing, for those who lead and those who check: four key numbers, each with the way to the worst item,
the pictures of twelve months, and the map of the risks. Everything is counted over what this reader may see."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.dashboard_risks import Risks, risks
from core.access import Actor
from core.bounded import MOST, in_words
from core.errors import N_
from core.i18n import span
from incidents.clock_board import soonest
from incidents.figures import findings, pictures
from incidents.figures.grid import Grid
from incidents.figures.keeping import Counted
from incidents.figures.pictures import Figure
from incidents.figures.reckoning import FEWEST, Figures, Measure
from incidents.figures.view import in_hours
from incidents.queue_counts import count
from incidents.queue_filters import Filter
from incidents.register.wording import Speaker
from risk.control_status import STATUS_LABELS, Status, month_number
from risk.controls.roll import Entry, roll
from risk.controls.shapes import OVERDUE, SHAPES
from risk.models import Control
from risk.standing import strips, title_of, worst_first

PICTURES = {"notices": pictures.notices, "trend": pictures.trend, "causes": pictures.causes, "times": pictures.times,
            "deliveries": pictures.deliveries}  # fmt: skip
ROWS = 5
MONTH_WORDS = {"ok": N_("done in time"), "late": N_("late"), "fail": N_("not in order"), "miss": N_("missed"),
               "none": N_("nothing due")}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Number:
    """`href` leads to the worst of what is counted."""

    label: str
    value: str
    note: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class StripRow:
    """One control: how it stands in word, shape and twelve months."""

    title: str
    href: str
    word: str
    level: str
    shape: str
    months: tuple[str, ...]
    description: str


@dataclass(frozen=True, slots=True)
class Controls:
    finding: str
    note: str
    rows: tuple[StripRow, ...]
    grid: Grid


@dataclass(frozen=True, slots=True)
class Dashboard:
    numbers: tuple[Number, ...]
    lede: str
    counted: Counted
    cases: int
    drawn: bool
    figures: dict[str, Figure]
    controls: Controls | None
    risks: Risks


def dashboard(session: Session, actor: Actor, speaker: Speaker, counted: Counted, now: datetime) -> Dashboard:
    """All of it, in a number of queries that does not grow with the company."""
    found = counted.survey
    stand = worst_first(roll(session, actor, now))
    return Dashboard(
        numbers=(
            _open(session, actor, speaker, now),
            _in_time(speaker, found.figures),
            _taken(speaker, found.figures, found.before),
            _controls(speaker, stand),
        ),
        lede=findings.pace(speaker, found.figures, found.before, FEWEST),
        counted=counted,
        cases=found.figures.cases,
        drawn=found.figures.drawn,
        figures={name: made(speaker, found) for name, made in PICTURES.items()},
        controls=controls(session, speaker, stand, now) if stand else None,
        risks=risks(session, actor, speaker),
    )


def controls(session: Session, speaker: Speaker, stand: list[Entry], now: datetime) -> Controls:
    """The few that need somebody most, with their months."""
    shown = stand[:ROWS]
    of_code = Control.code.in_([one.code for one in shown])
    known = {control.code: control for control in session.scalars(select(Control).where(of_code))}
    found = strips(session, list(known.values()), now, speaker.zone)
    rows = tuple(_strip(speaker, one, known[one.code], tuple(found[one.code])) for one in shown)
    return Controls(
        findings.controls(speaker, _kept(stand), len(stand)),
        speaker.say(N_("The {number} that need somebody most; the oldest month stands to the left."), number=len(rows)),
        rows,
        _months_grid(speaker, rows, now),
    )


def _open(session: Session, actor: Actor, speaker: Speaker, now: datetime) -> Number:
    number, first = count(session, actor, Filter.OPEN, now), soonest(session, actor)
    label = speaker.say(N_("Open incidents"))
    if first is None:
        return Number(label, in_words(number, MOST), speaker.say(N_("No deadline is running")))
    left = first.ends_at - now
    message = N_("Longest overdue: {span}") if first.ends_at < now else N_("Shortest deadline: {span}")
    return Number(label, in_words(number, MOST), speaker.say(message, span=span(left)), first.incident.path)


def _in_time(speaker: Speaker, figures: Figures) -> Number:
    value = N_("{in_time} of {due}")
    note = N_("overdue and not sent: {number}") if figures.overdue else N_("the last twelve months")
    return Number(
        speaker.say(N_("Notices in time")),
        speaker.say(value, in_time=figures.in_time, due=figures.due) if figures.due else "–",
        speaker.say(note, number=figures.overdue),
        "/clocks" if figures.overdue else "",
    )


def _taken(speaker: Speaker, figures: Figures, before: Figures) -> Number:
    now, then = (one.spans[Measure.ACKNOWLEDGE].median for one in (figures, before))
    note = N_("median") if then is None else N_("median, the year before {span}")
    return Number(
        speaker.say(N_("Time until somebody takes it")), in_hours(now), speaker.say(note, span=in_hours(then))
    )


def _controls(speaker: Speaker, stand: list[Entry]) -> Number:
    label = speaker.say(N_("Controls in time"))
    if not stand:
        return Number(label, "–", speaker.say(N_("No controls are adopted")), "/controls")
    number = Counter(one.status for one in stand)
    notes = [
        speaker.say(message, number=how_many)
        for message, how_many in (
            (N_("{number} missed"), number[Status.MISSED]),
            (N_("{number} late"), number[Status.LATE]),
            (N_("{number} not in order"), sum(one.failed for one in stand)),
        )
        if how_many
    ]
    value = speaker.say(N_("{in_time} of {due}"), in_time=_kept(stand), due=len(stand))
    return Number(label, value, ", ".join(notes) or speaker.say(N_("nothing is late")), stand[0].path)


def _kept(stand: list[Entry]) -> int:
    """How many are done in time."""
    return sum(one.status not in OVERDUE for one in stand)


def _strip(speaker: Speaker, one: Entry, control: Control, months: tuple[str, ...]) -> StripRow:
    (level, shape), word = SHAPES[one.status], STATUS_LABELS[one.status]
    title = title_of(control, speaker.lang)
    words = ", ".join(
        f"{speaker.say(word)} {months.count(code)}" for code, word in MONTH_WORDS.items() if code in months
    )
    return StripRow(title, one.path, speaker.say(word), level, shape, months, f"{title}: {words}")


def _months_grid(speaker: Speaker, rows: tuple[StripRow, ...], now: datetime) -> Grid:
    last = month_number(now, speaker.zone)
    words = {code: speaker.say(word) for code, word in MONTH_WORDS.items()}
    lines = tuple(
        (pictures.month_name(speaker, last - 11 + place), *(words[row.months[place]] for row in rows))
        for place in range(12)
    )
    heads = (speaker.say(N_("Month")), *(row.title for row in rows))
    return Grid(speaker.say(N_("How the controls went, by month")), heads, lines)
