"""Dots on an axis of hours: where each stands, and how many it stands for when there is no room for all."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import N_
from incidents.figures.reckoning import LIMIT
from incidents.figures.scale import place, spots
from incidents.register.wording import Speaker

HOUR = 3600
AXIS = 96 * HOUR
HOURS = (0, 24, 48, 72, 96)
APART, APART_NARROW = 0.016, 0.042  # the width of a dot on a desk and on a phone


@dataclass(frozen=True, slots=True)
class Dot:
    """`count`: how many it stands for; `late`: beyond the 72 hours; `beyond`: later than the axis reaches, it stands at
    its end; `note`: its hours, when they are written beside it."""

    at: float
    lane: int
    count: int
    late: bool
    beyond: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class DotRow:
    """The same dots twice: on a phone fewer find room beside each other."""

    name: str
    wide: tuple[Dot, ...]
    narrow: tuple[Dot, ...]

    @property
    def crowded(self) -> bool:
        return any(dot.count > 1 for dot in (*self.wide, *self.narrow))


@dataclass(frozen=True, slots=True)
class SpanRow:
    """The table beside the picture."""

    name: str
    count: int
    shortest: str
    median: str
    longest: str
    within: int


@dataclass(frozen=True, slots=True)
class Dots:
    """`tight`: many rows of few dots, closer to each other."""

    id: str
    title: str
    description: str
    finding: str
    limit: float
    limit_name: str
    marks: tuple[tuple[float, str], ...]
    rows: tuple[DotRow, ...]
    table: tuple[SpanRow, ...]
    tight: bool = False

    def note(self, speaker: Speaker, sentence: str) -> str:
        """The line over the picture; with a crowd in it, what its number means."""
        said = speaker.say(sentence)
        crowded = any(row.crowded for row in self.rows)
        return f"{said} {speaker.say(N_('A number over a dot says how many it stands for.'))}" if crowded else said


def dot_row(name: str, seconds: Sequence[int], lanes: int, notes: int = 0) -> DotRow:
    """Every one of them is in it. The hours of late ones stand beside them when there are at most `notes` late ones."""
    noted = sum(one > LIMIT for one in seconds) <= notes
    wide, narrow = (_dots(seconds, apart, lanes, noted) for apart in (APART, APART_NARROW))
    return DotRow(name, wide, narrow)


def _dots(seconds: Sequence[int], apart: float, lanes: int, noted: bool) -> tuple[Dot, ...]:
    found = spots([place(one, AXIS) for one in seconds], apart, lanes, place(LIMIT, AXIS))
    return tuple(
        Dot(
            round(spot.at, 4), spot.lane, spot.count, spot.late, seconds[spot.number] > AXIS,
            f"{seconds[spot.number] // HOUR} h" if noted and spot.late and spot.count == 1 else "",
        )
        for spot in found
    )  # fmt: skip
