"""What several cases are as one: the earliest and the latest moment, every kind of data, the people of all together."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from incidents.bundling.together import together
from incidents.clock_rows import counted_from
from incidents.models import Incident
from incidents.people_count import PeopleCount

Value = TypeVar("Value")


def as_one(session: Session, incident: Incident) -> Incident:
    """The case itself while it is told alone, else one that is never stored and holds the facts of all."""
    cases = together(session, incident)
    return incident if len(cases) == 1 else joined(cases)


def joined(cases: Sequence[Incident]) -> Incident:
    people = people_of(cases)
    ended = [case.ended_at or case.contained_at for case in cases]
    return Incident(
        reference="",
        cause_class=cases[0].cause_class,
        cause_code=cases[0].cause_code,
        still_going_on="yes" if any(case.still_going_on == "yes" for case in cases) else "no",
        occurred_at=min(_known(case.occurred_at for case in cases), default=None),
        ended_at=None if None in ended else max(_known(ended)),
        reported_at=min(case.reported_at for case in cases),
        aware_at=min(map(aware_of, cases)),
        breach_types=_each(cases, lambda case: case.breach_types),
        data_categories=_each(cases, lambda case: case.data_categories),
        subject_groups=_each(cases, lambda case: case.subject_groups),
        countries=_each(cases, lambda case: case.countries),
        land_authorities=_each(cases, lambda case: case.land_authorities or []),
        people_by_country=_by_country(cases),
        systems=", ".join(_each(cases, lambda case: [case.systems] if case.systems else [])),
        people_min=people.least,
        people_max=people.most,
        records_count=_records(cases),
    )


def people_of(cases: Iterable[Incident]) -> PeopleCount:
    """At least as many as are known of; no more than so many when all of them say so."""
    counts = [PeopleCount(case.people_min, case.people_max) for case in cases]
    least = _known(count.least for count in counts)
    most = [count.most for count in counts]
    return PeopleCount(sum(least) if least else None, None if None in most else sum(_known(most)))


def aware_of(case: Incident) -> datetime:
    """The moment the law's clocks of a case count from."""
    return counted_from(case) or case.aware_at or case.reported_at


def _by_country(cases: Sequence[Incident]) -> dict[str, int]:
    """A country counts when every case with people there knows how many."""
    figures: dict[str, int] = {}
    for code in _each(cases, lambda case: case.countries):
        there = [(case.people_by_country or {}).get(code) for case in cases if code in case.countries]
        if None not in there:
            figures[code] = sum(_known(there))
    return figures


def _records(cases: Sequence[Incident]) -> int | None:
    counts = [case.records_count for case in cases]
    return None if None in counts else sum(_known(counts))


def _each(cases: Sequence[Incident], what: Callable[[Incident], Iterable[str]]) -> list[str]:
    return list(dict.fromkeys(one for case in cases for one in what(case)))


def _known(values: Iterable[Value | None]) -> list[Value]:
    return [value for value in values if value is not None]
