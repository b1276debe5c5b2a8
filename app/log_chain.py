"""The log as a line: where its signed stops stand, as arithmetic for a picture.

Positions run from 0 (the first entry) to 1 (the last). Stops that stand so close that their numbers would touch lose
the number, never their stroke; the last stop keeps its own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

MOST = 6
LETTER = 8.6  # units; a cautious measure


@dataclass(frozen=True, slots=True)
class Stop:
    """A checkpoint after `size` entries, at `at` of the line; `held` when somebody outside holds it. `named` says
    whether its number has room on the wide and on the narrow picture."""

    size: int
    at: float
    held: bool = False
    named: bool = True
    named_narrow: bool = True


def place(size: int, total: int) -> float:
    """Where a number of entries ends on the line."""
    return round(min(1.0, size / total), 4) if total > 0 else 0.0


def stops(sizes: Iterable[int], held: Iterable[int], total: int) -> tuple[Stop, ...]:
    """The stops of a line of `total` entries, in order."""
    outside = set(held)
    known = sorted({size for size in (*sizes, *outside) if 0 < size <= total})
    found = [Stop(size, place(size, total), size in outside) for size in known]
    wide, narrow = _with_room(found, 1000), _with_room(found, 308)
    return tuple(replace(each, named=each.size in wide, named_narrow=each.size in narrow) for each in found)


def _with_room(found: Sequence[Stop], width: float) -> set[int]:
    """The stops whose numbers fit below a line of this width, taken from the last one back; a nought stands at its left
    end."""
    free, kept = width + LETTER, set()
    for stop in reversed(found):
        half = len(f"{stop.size:,}") * LETTER / 2
        middle = min(stop.at * width, width - half)
        if middle + half <= free - LETTER and (middle - half >= 2 * LETTER or stop is found[-1]):
            kept.add(stop.size)
            free = middle - half
    return kept


def evenly(total: int, most: int = MOST) -> list[int]:
    """The sizes near which a stop is looked for, so that a few stand for many."""
    return [total * step // most for step in range(1, most + 1)]
