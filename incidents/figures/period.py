"""A stretch of months and what happened in it: pure, one pass over the cases. Months are numbers, so that they can be
subtracted: the year times twelve and the month from nought."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from incidents.figures.deliveries import Deliveries
from incidents.figures.reckoning import Case, Figures, Measure, reckon

YEAR = 12
QUARTER = 3


@dataclass(frozen=True, slots=True)
class Period:
    """From the first of one month to the end of another, both included."""

    first: int
    last: int

    @property
    def months(self) -> range:
        return range(self.first, self.last + 1)

    @property
    def before(self) -> "Period":
        """As many months, just before."""
        return Period(2 * self.first - self.last - 1, self.first - 1)

    @property
    def since(self) -> date:
        return first_day(self.first)

    @property
    def until(self) -> date:
        """The last day."""
        return date.fromordinal(first_day(self.last + 1).toordinal() - 1)

    @property
    def quarters(self) -> tuple[tuple[int, int], ...]:
        """The quarters of the calendar in it, the outer ones cut: first month and last."""
        starts = range(self.first - self.first % QUARTER, self.last + 1, QUARTER)
        return tuple((max(start, self.first), min(start + QUARTER - 1, self.last)) for start in starts)


@dataclass(frozen=True, slots=True)
class Month:
    number: int
    classes: dict[str, int]

    @property
    def count(self) -> int:
        return sum(self.classes.values())


@dataclass(frozen=True, slots=True)
class Quarter:
    """Notices of the cases reported in it: the time each took from awareness, the shortest first."""

    first: int
    last: int
    seconds: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Survey:
    """A period and the figures of the one before it. `mails`: what left in the cases of the period."""

    period: Period
    figures: Figures
    before: Figures
    months: tuple[Month, ...]
    quarters: tuple[Quarter, ...]
    mails: Deliveries = field(default_factory=Deliveries)


def month_of(day: date) -> int:
    return day.year * YEAR + day.month - 1


def first_day(month: int) -> date:
    return date(month // YEAR, month % YEAR + 1, 1)


def twelve_months(today: date) -> Period:
    """This month and the eleven before it."""
    return Period(month_of(today) - YEAR + 1, month_of(today))


def year(number: int) -> Period:
    return Period(number * YEAR, number * YEAR + YEAR - 1)


def survey(cases: Iterable[Case], period: Period) -> Survey:
    """Cases of other times are passed over."""
    now, earlier, before = [], [], period.before
    for case in cases:
        month = month_of(case.day)
        if month in period.months:
            now.append((month, case))
        elif month in before.months:
            earlier.append(case)
    classes: dict[int, Counter[str]] = {month: Counter() for month in period.months}
    for month, case in now:
        classes[month][case.cause_class] += 1
    return Survey(
        period,
        reckon(case for _, case in now),
        reckon(earlier),
        tuple(Month(month, dict(found)) for month, found in classes.items()),
        tuple(Quarter(first, last, _notices(now, first, last)) for first, last in period.quarters),
    )


def _notices(cases: Iterable[tuple[int, Case]], first: int, last: int) -> tuple[int, ...]:
    of_quarter = (case.spans for month, case in cases if first <= month <= last)
    return tuple(sorted(spans[Measure.NOTIFY] for spans in of_quarter if Measure.NOTIFY in spans))
