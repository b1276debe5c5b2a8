"""The numbers: median, share in time, causes by class. Pure; all spans are in seconds."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import pairwise

LIMIT = 72 * 3600  # Art. 33(1)
FEWEST = 5  # below this a picture would say more than there is


class Measure(StrEnum):
    """From the report until somebody takes it, until the decision is in force; from awareness until the notice."""

    ACKNOWLEDGE = "acknowledge"
    DECIDE = "decide"
    NOTIFY = "notify"


@dataclass(frozen=True, slots=True)
class Case:
    """What counts of one case. `late`: the notice, by the strict deadline; `overdue`: asked for and not sent; `day`: of
    the report, where the company is."""

    reference: str
    cause_class: str
    cause_code: str
    spans: dict[Measure, int]
    late: bool = False
    overdue: bool = False
    day: date = date.min


@dataclass(frozen=True, slots=True)
class Span:
    """Every time of one measure, the shortest first."""

    seconds: tuple[int, ...]

    @property
    def median(self) -> int | None:
        """The one in the middle; of two the mean, cut to whole seconds."""
        return median(self.seconds)


@dataclass(frozen=True, slots=True)
class Figures:
    """`sent` notices of which `in_time`, and `overdue` that were not sent; causes the most frequent first."""

    cases: int
    spans: dict[Measure, Span]
    sent: int
    in_time: int
    overdue: int
    causes: tuple[tuple[str, str, int], ...] = ()
    classes: dict[str, int] = field(default_factory=dict)

    @property
    def due(self) -> int:
        """Notices whose time has come: those sent, and those that should have been."""
        return self.sent + self.overdue

    @property
    def drawn(self) -> bool:
        return self.cases >= FEWEST


def median(values: Sequence[int]) -> int | None:
    """Of sorted values.

    Raises:
        ValueError: they are not sorted.
    """
    if any(one > other for one, other in pairwise(values)):
        raise ValueError("the median of what is not in order")
    if not values:
        return None
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) // 2


def reckon(cases: Iterable[Case]) -> Figures:
    """One pass over the cases; only the spans are kept."""
    found: dict[Measure, list[int]] = {measure: [] for measure in Measure}
    causes: Counter[tuple[str, str]] = Counter()
    number = sent = in_time = overdue = 0
    for case in cases:
        number += 1
        causes[case.cause_class, case.cause_code] += 1
        for measure, seconds in case.spans.items():
            found[measure].append(seconds)
        if Measure.NOTIFY in case.spans:
            sent += 1
            in_time += not case.late
        overdue += case.overdue
    classes: Counter[str] = Counter()
    for (kind, _), count in causes.items():
        classes[kind] += count
    ranked = sorted(causes.items(), key=lambda one: (-one[1], one[0]))
    return Figures(
        number,
        {measure: Span(tuple(sorted(spans))) for measure, spans in found.items()},
        sent,
        in_time,
        overdue,
        tuple((kind, code, count) for (kind, code), count in ranked),
        dict(classes),
    )
