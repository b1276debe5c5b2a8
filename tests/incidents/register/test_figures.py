"""Figures: pure arithmetic by its properties, and over a company that one reader sees in part."""

import csv
import io
from datetime import timedelta
from itertools import pairwise
from statistics import median as known_median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.access import Role
from core.tables import BYTE_ORDER_MARK
from incidents.figures.dots import dot_row
from incidents.figures.reading import cases
from incidents.figures.reckoning import LIMIT, Case, Figures, Measure, median, reckon
from incidents.figures.scale import ROOM, place, spots, ticks
from incidents.register.asking import Asked
from tests.fixtures.world import World
from tests.incidents import cases as people
from tests.incidents.bench import Bench
from tests.incidents.erasing import erase_now
from tests.incidents.first_notice import file_first
from tests.incidents.register.test_register import dismissed, english, exclude

numbers = st.lists(st.integers(0, 10**8), max_size=400).map(sorted)


@given(st.integers(1, 10**9), st.integers(1, 12))
def test_ticks_are_round_even_and_reach_the_highest(highest: int, most: int) -> None:
    found = ticks(highest, most)
    assert found[0] == 0
    assert found[-1] >= highest > found[-2]
    assert len(found) - 1 <= most
    (step,) = {later - one for one, later in pairwise(found)}
    assert str(step).rstrip("0") in {"1", "2", "5"}


@pytest.mark.parametrize(("highest", "most"), [(0, 5), (5, 0)])
def test_an_axis_of_nothing_is_refused(highest: int, most: int) -> None:
    with pytest.raises(ValueError, match="axis"):
        ticks(highest, most)


places = st.lists(st.one_of(st.floats(0, 1), st.floats(0.7, 0.8)), max_size=200).map(sorted)


@given(places, st.integers(1, 6))
def test_no_dot_lies_on_another_and_each_case_is_in_one(places: list[float], most: int) -> None:
    found = spots(places, 0.02, most)
    assert sum(spot.count for spot in found) == len(places)
    assert {spot.lane for spot in found} <= set(range(most))
    assert all(spot.at == places[spot.number] for spot in found)
    for one, later in pairwise(sorted(found, key=lambda spot: spot.number)):
        beside = later.lane == one.lane or later.count > 1 or one.count > 1
        assert not beside or later.at - one.at >= 0.02
    for one, later in pairwise(spot for spot in found if spot.count > 1):
        assert later.at - one.at >= 0.02 * ROOM


@given(places, st.integers(1, 6))
def test_no_crowd_has_members_on_both_sides_of_the_limit(places: list[float], most: int) -> None:
    found = spots(places, 0.02, most, limit=0.75)
    assert sum(spot.count for spot in found if spot.late) == sum(one > 0.75 for one in places)
    assert all(spot.late == (spot.at > 0.75) for spot in found)


def test_many_cases_taken_within_the_same_minutes_are_one_dot_with_their_number() -> None:
    row = dot_row("Taken", [600 + 20 * number for number in range(33)], 4)
    assert [(dot.count, dot.lane) for dot in row.wide] == [(dot.count, dot.lane) for dot in row.narrow] == [(33, 0)]
    assert row.crowded
    assert not dot_row("Taken", [0, 0, 0, 0], 4).crowded


@given(numbers)
def test_the_median_is_the_one_everybody_knows(values: list[int]) -> None:
    assert median(values) == (int(known_median(values)) if values else None)


def test_what_lies_beyond_the_axis_stands_at_its_end() -> None:
    assert [place(value, 10) for value in (-1, 0, 5, 10, 99)] == [0, 0, 0.5, 1, 1]
    with pytest.raises(ValueError, match="order"):
        median([2, 1])


spans = st.dictionaries(st.sampled_from(Measure), st.integers(0, 10**7))
any_case = st.builds(Case, st.just("x"), st.sampled_from(["accidental", "unknown"]), st.sampled_from(["a.b", ""]),
                     spans, st.booleans(), st.booleans())  # fmt: skip


@given(st.lists(any_case, max_size=40))
def test_counts_add_up_and_every_span_is_there_once(found: list[Case]) -> None:
    figures = reckon(found)
    assert figures.cases == len(found) == sum(count for *_, count in figures.causes) == sum(figures.classes.values())
    assert 0 <= figures.in_time <= figures.sent <= figures.due
    for measure in Measure:
        assert list(figures.spans[measure].seconds) == sorted(c.spans[measure] for c in found if measure in c.spans)
    counts = [count for *_, count in figures.causes]
    assert counts == sorted(counts, reverse=True)


def figures_of(world: World, role: str, asked: Asked | None = None) -> Figures:
    with world.look() as session:
        return reckon(cases(session, world.actor(role), asked or Asked(), "Europe/Stockholm", world.now))


def test_times_run_from_the_report_and_from_awareness_and_only_what_one_may_see_counts(world: World) -> None:
    first = people.Case(world)
    world.later(minutes=20)
    first.take().classify()
    world.later(hours=73)
    file_first(first, "Systemet låg nere.")
    second = people.Case(world)
    world.later(minutes=40)
    second.take()
    world.later(hours=80)
    dismissed(world)
    found = figures_of(world, Role.DPO)
    assert found.cases == 2
    assert found.spans[Measure.ACKNOWLEDGE].seconds == (20 * 60, 40 * 60)
    assert found.spans[Measure.NOTIFY].seconds == (73 * 3600 + 20 * 60,)
    assert (found.sent, found.in_time, found.overdue) == (1, 0, 1)
    assert found.spans[Measure.NOTIFY].seconds[0] > LIMIT
    exclude(world, Role.DPO, first)
    seen = figures_of(world, Role.DPO)
    assert (seen.cases, seen.sent, seen.overdue) == (1, 0, 1)
    assert figures_of(world, Role.AUDITOR).cases == 2


def test_a_decision_counts_once_it_is_in_force(small_world: World) -> None:
    bench = Bench(small_world).done()
    small_world.later(hours=5)
    bench.decide()
    assert figures_of(small_world, Role.AUDITOR).spans[Measure.DECIDE].seconds == (5 * 3600,)


def test_an_erased_case_still_counts_with_the_times_that_it_took(small_world: World) -> None:
    bench = Bench(small_world).done()
    small_world.later(hours=5)
    bench.decide()
    before = figures_of(small_world, Role.AUDITOR)
    small_world.later(days=1)
    erase_now(small_world, bench.incident().id)
    assert figures_of(small_world, Role.AUDITOR) == before
    table = csv.reader(io.StringIO(small_world.client(Role.AUDITOR).get("/register/figures/times.csv").text))
    assert any(str(5 * 3600) in row for row in table)
    row = small_world.client(Role.AUDITOR).get("/register/export.json").json()["entries"][0]
    assert row["decided_at"] == (small_world.now - timedelta(days=1)).isoformat().replace("+00:00", "Z")


def test_few_cases_give_numbers_and_more_give_pictures(small_world: World) -> None:
    auditor = english(small_world, Role.AUDITOR)
    assert "No cases match the filter." in auditor.get("/register/figures").text
    for _ in range(4):
        people.Case(small_world).take().classify()
    text = auditor.get("/register/figures").text
    assert 'role="img"' not in text
    assert "With fewer than 5 cases" in text
    last = people.Case(small_world).take()
    text = auditor.get("/register/figures").text
    assert text.count('role="img"') == text.count("<desc") == 2, "the dots, wide and narrow"
    assert text.count('<td class="bar">') == 2, "a row for each cause, and one for what is not known yet"
    assert "The most common cause is “Wrong recipient or address”: 4 of 5." in text
    small_world.later(hours=73)
    auditor = english(small_world, Role.AUDITOR)
    text = auditor.get("/register/figures").text
    assert "0 of 5 notices were sent in time; overdue and not sent: 5." in text
    table = auditor.get("/register/figures/times.csv").text.removeprefix(BYTE_ORDER_MARK)
    rows = {row[0]: row for row in csv.reader(io.StringIO(table, newline="")) if row}
    assert rows[last.reference] == [last.reference, "0", "", "", "no"]
    causes = auditor.get("/register/figures/causes.csv").text
    assert "accidental.misrouting,4" in causes
    assert auditor.get("/register/figures?cause=intentional").text.count("No cases match the filter.") == 1


def test_the_default_period_is_the_last_twelve_months(small_world: World) -> None:
    people.Case(small_world)
    small_world.later(days=400)
    people.Case(small_world)
    auditor = english(small_world, Role.AUDITOR)
    assert "over 1 case " in auditor.get("/register/figures").text
    assert "over 2 cases " in auditor.get("/register/figures?since=2026-01-01").text
