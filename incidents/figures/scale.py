"""Where things stand in a picture: ticks, places on an axis, dots that do not lie on each other. Places are 0 to 1."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

STEPS = (1, 2, 5)
ROOM = 3  # dots beside each other


def ticks(highest: int, most: int = 5) -> list[int]:
    """Round numbers from 0 up to the first that is not below `highest`, at most `most` steps, each as wide.

    Raises:
        ValueError: nothing to show, or no step allowed.
    """
    if highest < 1 or most < 1:
        raise ValueError("an axis needs a length and a step")
    size = 1
    while True:
        for step in STEPS:
            if step * size * most >= highest:
                count = -(-highest // (step * size))
                return [number * step * size for number in range(count + 1)]
        size *= 10


def whole(counts: Iterable[int]) -> list[int]:
    """An axis for counts: whole numbers, from 0 to the first that is not below the highest; one step when all are 0."""
    return ticks(max(1, *counts, 1))


def place(value: float, end: float) -> float:
    """On an axis from 0 to `end`; what lies beyond stands at its end."""
    return min(max(value / end, 0.0), 1.0)


@dataclass(slots=True)
class Spot:
    """A dot in its lane, or, when `count` is more than 1, a crowd: so many that one dot stands for them all.
    `number`: which of the places it stands at."""

    number: int
    at: float
    lane: int = 0
    count: int = 1
    late: bool = False


def spots(places: Sequence[float], apart: float, most: int, limit: float = 1.0) -> list[Spot]:
    """For dots in the order of their places. Two in one lane are `apart` or more; when every lane is taken, the dots
    that take them become one crowd, and what comes within `ROOM` of a crowd joins it, so that its number can be read.
    No crowd has members on both sides of the limit, and each stands where one of its members does."""
    found: list[Spot] = []
    last: list[Spot] = []  # of each lane
    crowd: Spot | None = None
    for number, one in enumerate(places):
        late = one > limit
        if crowd and crowd.late == late and one - crowd.at < apart * ROOM:
            crowd.count += 1
            continue
        free = next((lane for lane, spot in enumerate(last) if one - spot.at >= apart), len(last))
        if free < most:
            spot = Spot(number, one, free, late=late)
            last[free : free + 1] = [spot]
            found.append(spot)
            continue
        taken = [spot for spot in last if spot.late == late]
        crowd = Spot(number, one, 0, 1 + sum(spot.count for spot in taken), late)
        found = [spot for spot in found if not any(spot is other for other in taken)] + [crowd]
        last = [crowd] * most
    return found


def stacked(counts: Sequence[int], end: int) -> list[tuple[float, float]]:
    """Parts on top of each other on an axis from 0 to `end`: where each begins and ends."""
    found, below = [], 0
    for count in counts:
        found.append((place(below, end), place(below + count, end)))
        below += count
    return found


def spread(places: Sequence[float], apart: float) -> list[float]:
    """For words over places in their order: as near to them as may be, `apart` from each other and half of that from
    both ends. Where there is no room for that, at equal distances."""
    if not places:
        return []
    if len(places) * apart >= 1:
        return [(number + 0.5) / len(places) for number in range(len(places))]
    found: list[float] = []
    for one in places:
        found.append(max(one, found[-1] + apart if found else apart / 2))
    end = 1 - apart / 2
    for at in reversed(range(len(found))):
        found[at] = min(found[at], end)
        end = found[at] - apart
    return found
