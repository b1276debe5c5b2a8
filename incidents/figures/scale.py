"""Where things stand in a picture: ticks, places on an axis, dots that do not lie on each other. Places are 0 to 1."""

from collections.abc import Iterable, Sequence

STEPS = (1, 2, 5)


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


def lanes(places: Sequence[float], apart: float, most: int) -> list[int]:
    """For dots in the order of their places: the lane of each, so that two in one lane are `apart` or more. When every
    lane is taken, the one whose last dot is farthest away."""
    last: list[float] = []
    found = []
    for one in places:
        free = next((lane for lane, before in enumerate(last) if one - before >= apart), None)
        if free is None and len(last) < most:
            last.append(one)
            free = len(last) - 1
        elif free is None:
            free = min(range(len(last)), key=last.__getitem__)
        last[free] = one
        found.append(free)
    return found


def evenly(values: Sequence[int], most: int) -> list[int]:
    """At most so many of them in their order, the first and the last among them, the same each time."""
    if len(values) <= most:
        return list(values)
    if most == 1:
        return [values[0]]
    return [values[number * (len(values) - 1) // (most - 1)] for number in range(most)]


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
