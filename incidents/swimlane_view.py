"""The picture of a case as lanes, for one reader: the same entries and sentences as its story."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import N_
from core.i18n import absolute, short_moment, span, translate
from incidents.figures.grid import Grid
from incidents.figures.swimlane import LANE_NAMES, Happening, Lane, Mark, marks, shortened

REACHED = (
    ("notice:filed", N_("Told to the authority {span} after the report")),
    ("decision:in_force", N_("Decided {span} after the report")),
    ("incident:taken", N_("Taken {span} after the report")),
)


@dataclass(frozen=True, slots=True)
class Picture:
    """`lanes`: code and name from top to bottom; `marks` with the day each new one begins at."""

    id: str
    title: str
    description: str
    lanes: tuple[tuple[str, str], ...]
    marks: tuple[tuple[Mark, str], ...]


@dataclass(frozen=True, slots=True)
class Swimlane:
    id: str
    finding: str
    note: str
    picture: Picture
    grid: Grid


def swimlane(found: Sequence[Happening], lang: str, zone: str) -> Swimlane | None:
    """None when there is nothing to tell."""
    shown = shortened(found)
    if not shown:
        return None
    days = [_day(one, lang, zone) for one in shown]
    names = {lane: translate(lang, LANE_NAMES[lane]) for lane in Lane}
    title = translate(lang, N_("Who did what in the case, in its order"))
    counted = Counter(one.lane for one in shown)
    lanes = ", ".join(f"{names[lane]} {counted[lane]}" for lane in Lane if counted[lane])
    description = translate(lang, N_("{number} moments: {lanes}."), number=len(shown), lanes=lanes)
    numbered = marks(shown, days)
    rows = tuple(
        (f"{mark.number}. {absolute(mark.happening.at, lang, zone)}", names[mark.happening.lane], mark.happening.what)
        for mark in numbered
    )
    heads = tuple(translate(lang, head) for head in (N_("When"), N_("Who"), N_("What")))
    picture = Picture(
        "swimlane", title, description, tuple((lane.value, names[lane]) for lane in Lane),
        tuple((mark, days[mark.number - 1] if mark.new_day else "") for mark in numbered),
    )  # fmt: skip
    return Swimlane("swimlane", finding(found, lang), _note(found, shown, lang), picture, Grid(title, heads, rows))


def finding(found: Sequence[Happening], lang: str) -> str:
    """How far the case has come, and how long that took from the report."""
    first: dict[str, Happening] = {}
    for one in sorted(found, key=lambda each: each.at):
        first.setdefault(one.action, one)
    reported = first.get("incident:reported")
    for action, sentence in REACHED:
        if reported is not None and action in first:
            return translate(lang, sentence, span=span(first[action].at - reported.at))
    return translate(lang, N_("Nobody has taken the case yet"))


def _note(found: Sequence[Happening], shown: Sequence[Happening], lang: str) -> str:
    note = translate(
        lang,
        N_(
            "The moments stand in their order, not by the clock; a number joins each to its row in the table. "
            "A square is Vaka itself."
        ),
    )
    if len(shown) == len(found):
        return note
    cut = translate(lang, N_("Some moments in the middle are left out; the log has all of them."))
    return f"{note} {cut}"


def _day(one: Happening, lang: str, zone: str) -> str:
    """`22 nov`."""
    return " ".join(short_moment(one.at, lang, zone).split()[1:3])
