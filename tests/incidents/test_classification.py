"""Facts of a case: how many people, which data, and four instants that must not be mixed up."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.moment import utc
from incidents.classification import (
    BREACH_LABELS,
    CLASS_CLAUSES,
    CLASS_LABELS,
    DATA_LABELS,
    GROUP_LABELS,
    REPORTABLE,
    BreachType,
    CauseClass,
    DataCategory,
    SubjectGroup,
)
from incidents.instants import IN_THE_FUTURE, Instants, implausible
from incidents.people_count import PEOPLE_BANDS, PeopleCount

NOW = utc(2026, 11, 24, 15)
FRIDAY, SUNDAY = utc(2026, 11, 20, 15, 40), utc(2026, 11, 22, 13, 5)


def test_every_code_has_words() -> None:
    assert set(CLASS_LABELS) == set(CLASS_CLAUSES) == set(CauseClass)
    assert set(BREACH_LABELS) == set(BreachType)
    assert set(DATA_LABELS) == set(DataCategory)
    assert set(GROUP_LABELS) == set(SubjectGroup)


def test_the_report_asks_for_eleven_kinds_of_data() -> None:
    assert REPORTABLE[0] is DataCategory.CONTACT
    assert REPORTABLE[-1] is DataCategory.UNKNOWN
    assert len(REPORTABLE) == 11


@pytest.mark.parametrize(
    ("people", "sentence"),
    [
        (PeopleCount(), "number of people unknown"),
        (PeopleCount.exact(1), "1 person"),
        (PeopleCount.exact(214), "214 people"),
        (PeopleCount.exact(0), "0 people"),
        (PeopleCount(2, 10), "2 to 10 people"),
        (PeopleCount(1001), "At least 1001 people"),
    ],
)
def test_a_number_of_people_reads_as_a_sentence(people: PeopleCount, sentence: str) -> None:
    text, numbers = people.label
    assert text.format(**numbers) == sentence


@pytest.mark.parametrize(("least", "most"), [(-1, None), (5, 4), (None, 4)])
def test_an_impossible_number_of_people_is_refused(least: int | None, most: int | None) -> None:
    with pytest.raises(ValueError, match="number of people"):
        PeopleCount(least, most)


def test_101_people_are_more_than_100_and_100_are_not() -> None:
    assert PeopleCount.exact(101).more_than(100) is True
    assert PeopleCount.exact(100).more_than(100) is False
    assert PeopleCount(11, 100).more_than(100) is False
    assert PeopleCount(50, 200).more_than(100) is None
    assert PeopleCount(50).more_than(100) is None
    assert PeopleCount().more_than(100) is None


def test_the_bands_of_the_report_leave_no_gap() -> None:
    ends = [(band.least, band.most) for band in PEOPLE_BANDS.values() if band.known]
    assert all(left[1] is not None and left[1] + 1 == right[0] for left, right in zip(ends, ends[1:], strict=False))  # noqa: RUF007
    assert ends[-1] == (1001, None)


def test_it_happened_was_noticed_reported_and_known_in_that_order() -> None:
    assert implausible(Instants(FRIDAY, SUNDAY, SUNDAY, SUNDAY), NOW) == {}
    assert implausible(Instants(), NOW) == {}


def test_an_implausible_order_is_explained_in_a_sentence() -> None:
    found = implausible(Instants(occurred_at=SUNDAY, detected_at=FRIDAY, reported_at=FRIDAY, aware_at=FRIDAY), NOW)
    assert found["detected_at"] == "It cannot be noticed before it happened. Check both times."
    assert set(found) == {"detected_at", "reported_at", "aware_at"}
    assert implausible(Instants(detected_at=NOW + timedelta(hours=1)), NOW) == {"detected_at": IN_THE_FUTURE}


def test_awareness_after_the_report_is_lawful_but_needs_a_reason() -> None:
    assert Instants(reported_at=FRIDAY, aware_at=SUNDAY).later_awareness
    assert not Instants(reported_at=SUNDAY, aware_at=SUNDAY).later_awareness
    assert not Instants(reported_at=SUNDAY).later_awareness


moments = st.one_of(st.none(), st.integers(0, 400 * 24).map(lambda hours: utc(2026, 1, 1) + timedelta(hours=hours)))


@given(moments, moments, moments, moments)
def test_no_complaint_means_the_order_holds(
    occurred: datetime | None, detected: datetime | None, reported: datetime | None, aware: datetime | None
) -> None:
    times = Instants(occurred, detected, reported, aware)
    if not implausible(times, NOW):
        known = [at for at in (occurred, detected, reported) if at is not None]
        assert known == sorted(known)
        assert all(at <= NOW for at in known)
