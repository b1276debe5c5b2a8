"""The period of the pictures and the sentences above them: pure, held by their properties."""

import re
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.causes.known import Catalogue
from incidents.figures import findings, pictures
from incidents.figures.dots import Dots
from incidents.figures.numbers import WORDS, beginning, in_words
from incidents.figures.period import Month, Period, first_day, month_of, survey, twelve_months, year
from incidents.figures.pictures import Columns
from incidents.figures.reckoning import LIMIT, Case, Measure
from incidents.figures.scale import place, stacked, ticks, whole
from incidents.figures.view import Bars
from incidents.register.wording import Speaker

TODAY = date(2026, 11, 24)
LANGUAGES = ("sv", "en")
NOTHING = Catalogue(version="test", causes={})
days = st.dates(date(2024, 1, 1), date(2027, 3, 1))
spans = st.dictionaries(st.sampled_from(Measure), st.one_of(st.integers(0, 10**7), st.just(LIMIT), st.just(LIMIT + 1)))
kinds = st.sampled_from([("accidental", "accidental.misrouting"), ("accidental", "accidental.a"), ("intentional", ""),
                         ("unforeseen", "unforeseen.b"), ("unknown", "")])  # fmt: skip
any_case = st.builds(
    lambda kind, found, late, day: Case("x", kind[0], kind[1], found, late, day=day), kinds, spans, st.booleans(), days
)
some_cases = st.lists(any_case, max_size=25)


def speaker(lang: str) -> Speaker:
    return Speaker(lang, "Europe/Stockholm", NOTHING)


@given(st.lists(st.one_of(st.integers(0, 30), st.integers(0, 10**12)), max_size=30))
def test_an_axis_of_counts_covers_them_with_few_whole_numbers(counts: list[int]) -> None:
    found = whole(counts)
    assert found[0] == 0
    assert found[-1] >= max([1, *counts])
    assert 2 <= len(found) <= 6
    assert all(isinstance(tick, int) for tick in found)
    assert len({later - one for one, later in pairwise(found)}) == 1
    assert found[-1] > 0, "also when there is nothing, or all are the same"


@pytest.mark.parametrize(
    ("counts", "axis"), [([], [0, 1]), ([0, 0], [0, 1]), ([3, 3], [0, 1, 2, 3]), ([6], [0, 2, 4, 6])]
)
def test_an_axis_of_nothing_of_one_and_of_equals(counts: list[int], axis: list[int]) -> None:
    assert whole(counts) == axis


@given(st.lists(st.integers(0, 10**9), max_size=6))
def test_parts_stand_on_each_other_without_a_gap(counts: list[int]) -> None:
    end = ticks(max(1, sum(counts)))[-1]
    found = stacked(counts, end)
    assert all(high == low for (_, high), (low, _) in pairwise(found))
    assert [place(count, end) for count in counts] == pytest.approx([high - low for low, high in found])
    assert not found or found[-1][1] <= 1


@given(days)
def test_twelve_months_end_today_and_so_does_the_year_before_begin(today: date) -> None:
    period = twelve_months(today)
    assert len(period.months) == 12
    assert period.since <= today <= period.until
    assert period.since.day == 1
    assert period.before.until.toordinal() + 1 == period.since.toordinal()
    assert len(period.before.months) == 12


@given(st.integers(24_000, 24_400), st.integers(1, 30))
def test_quarters_cover_the_period_and_are_those_of_the_calendar(first: int, length: int) -> None:
    period = Period(first, first + length - 1)
    found = period.quarters
    assert [month for start, end in found for month in range(start, end + 1)] == list(period.months)
    assert all(start // 3 == end // 3 for start, end in found)
    assert len({start // 3 for start, _ in found}) == len(found)


def test_a_year_is_that_of_the_calendar() -> None:
    assert (year(2026).since, year(2026).until) == (date(2026, 1, 1), date(2026, 12, 31))
    assert first_day(month_of(TODAY)) == date(2026, 11, 1)


@given(some_cases)
def test_every_case_of_the_period_is_in_one_month_and_no_other_case_counts(found: list[Case]) -> None:
    period = twelve_months(TODAY)
    of_period = [case for case in found if period.since <= case.day <= period.until]
    made = survey(found, period)
    assert sum(month.count for month in made.months) == made.figures.cases == len(of_period)
    assert made.before.cases == sum(period.before.since <= case.day <= period.before.until for case in found)
    sent = sorted(seconds for quarter in made.quarters for seconds in quarter.seconds)
    assert sent == list(made.figures.spans[Measure.NOTIFY].seconds)
    assert [month.number for month in made.months] == list(period.months)


@given(st.integers(0, 400), st.sampled_from(LANGUAGES))
def test_small_numbers_have_words_and_large_ones_digits(number: int, lang: str) -> None:
    said = in_words(number, lang)
    assert (said in WORDS[lang] and WORDS[lang].index(said) == number) or said == str(number)
    assert beginning(number, lang)[0].isupper() or beginning(number, lang).isdecimal()


def numbers_in(sentence: str, lang: str) -> list[int]:
    """Every number that is said, in words or digits, in order."""
    words = {word: number for number, word in enumerate(WORDS[lang])} | {"none": 0, "ingen": 0}
    found = re.findall(r"\w+", sentence.lower())
    return [words[word] if word in words else int(word) for word in found if word in words or word.isdecimal()]


@given(some_cases, st.sampled_from(LANGUAGES))
def test_the_finding_on_notices_is_true(found: list[Case], lang: str) -> None:
    made = survey(found, twelve_months(TODAY))
    seconds = made.figures.spans[Measure.NOTIFY].seconds
    within = sum(one <= LIMIT for one in seconds)
    sentence = findings.notices(speaker(lang), made.quarters)
    said = numbers_in(sentence, lang)
    if len(seconds) > 1:
        assert said == ([within, 72] if within == len(seconds) else [within, len(seconds), 72])
    else:
        assert ("72" in sentence) is bool(seconds)


def test_fourteen_of_fifteen_are_said_so() -> None:
    found = [Case(str(day), "accidental", "", {Measure.NOTIFY: 3600 * day}, day=TODAY) for day in (*range(50, 64), 78)]
    made = survey(found, twelve_months(TODAY))
    assert findings.notices(speaker("en"), made.quarters) == "Fourteen of fifteen notices went out within 72 hours"
    assert findings.notices(speaker("sv"), made.quarters) == "Fjorton av femton anmälningar gick i väg inom 72 timmar"
    late = pictures.notices(speaker("sv"), made).picture
    assert isinstance(late, Dots)
    assert [dot.note for row in late.rows for dot in row.narrow if dot.late] == ["78 h"]


@given(st.lists(st.integers(0, 40), min_size=12, max_size=12), st.sampled_from(LANGUAGES), st.sampled_from([0, 11]))
def test_the_finding_on_the_trend_is_true(counts: list[int], lang: str, first: int) -> None:
    months = tuple(Month(number, {"accidental": count}) for number, count in enumerate(counts, first))
    before, after = sum(counts[:6]), sum(counts[6:])
    sentence = findings.trend(speaker(lang), months)
    said = numbers_in(sentence, lang)
    assert said == [6] * bool(first) + ([after] if before == after else [after, before])
    more, fewer = ("Fler", "Färre") if lang == "sv" else ("More", "Fewer")
    assert sentence.startswith(more) is (after > before)
    assert sentence.startswith(fewer) is (after < before)


class Codes(Speaker):
    """Calls a cause by its code, so that it can be found in a sentence."""

    def cause(self, code: str) -> str:
        return code


@given(some_cases, st.sampled_from(LANGUAGES))
def test_the_finding_on_causes_names_one_only_when_it_leads(found: list[Case], lang: str) -> None:
    figures = survey(found, twelve_months(TODAY)).figures
    sentence = findings.causes(Codes(lang, "Europe/Stockholm", NOTHING), figures)
    known = {code: count for _, code, count in figures.causes if code}
    named = [code for code in known if f"”{code}”" in sentence or f"“{code}”" in sentence]
    most = max(known.values(), default=0)
    leading = [code for code, count in known.items() if count == most]
    assert named == (leading if len(leading) == 1 else [])
    if known:
        assert [int(number) for number in re.findall(r"\d+", sentence)] == [most, figures.cases]


@given(some_cases, st.sampled_from(LANGUAGES))
def test_tables_hold_what_the_pictures_show(found: list[Case], lang: str) -> None:
    made, said = survey(found, twelve_months(TODAY)), Codes(lang, "Europe/Stockholm", NOTHING)
    notices, trend, causes = (make(said, made) for make in (pictures.notices, pictures.trend, pictures.causes))
    assert isinstance(notices.picture, Dots)
    assert isinstance(trend.picture, Columns)
    assert isinstance(causes.picture, Bars)
    for row, dots in zip(notices.grid.rows, notices.picture.rows, strict=True):
        for shown in (dots.wide, dots.narrow):
            assert row[1] == sum(dot.count for dot in shown)
            assert row[5] == sum(dot.count for dot in shown if not dot.late)
    end = int(trend.picture.marks[-1][1])
    for row, column in zip(trend.grid.rows, trend.picture.columns, strict=True):
        heights = [round((piece.high - piece.low) * end) for piece in column.pieces]
        assert heights == [count for count in row[1:-1] if count]
        assert sum(heights) == row[-1]
    end = ticks(max((bar.count for bar in causes.picture.bars), default=1))[-1]
    assert [row[2] for row in causes.grid.rows] == [round(bar.length * end) for bar in causes.picture.bars]
