"""ENISA's method in exact quarters: every published example, the edges, and what its tables refuse."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.severity import (
    CIRCUMSTANCE,
    IDENTIFIABLE,
    Band,
    Category,
    Circumstances,
    DataKind,
    Flag,
    Impossible,
    Severity,
    band_of,
    severity,
)

EXAMPLES = Path(__file__).parents[3] / "shared" / "data" / "law" / "enisa_examples.json"
ONE = Fraction(1)


def published() -> list[dict[str, Any]]:
    return list(json.loads(EXAMPLES.read_text("utf-8"))["examples"])


def score_of(example: dict[str, Any]) -> Severity:
    data, parts = example["dpc"], dict(example["cb"])
    total = Fraction(parts.pop("total"))
    malicious = parts.pop("malicious")
    circumstances = Circumstances(**{name: Fraction(value) for name, value in parts.items()}, malicious=malicious)
    assert circumstances.total == total
    return severity(
        [DataKind(Category(data["category"]), data["adjustment"], data["why"])],
        Fraction(example["ei"]["value"]),
        circumstances,
        people=example["people"],
        unintelligible="data_unintelligible" in example["flags"],
    )


@pytest.mark.skipif(not EXAMPLES.exists(), reason=f"the worked scores are not on this machine ({EXAMPLES.name})")
def test_every_published_score_comes_out_exactly() -> None:
    for example in published():
        found = score_of(example)
        assert found.score == Fraction(example["expected_se"]), example["id"]
        assert found.band == example["expected_band"], example["id"]
        assert [str(flag) for flag in found.flags] == example["flags"], example["id"]


@pytest.mark.parametrize(
    ("quarters", "band", "near"),
    [
        (6, Band.LOW, None),
        (7, Band.LOW, Band.MEDIUM),
        (8, Band.MEDIUM, Band.LOW),
        (9, Band.MEDIUM, Band.LOW),
        (10, Band.MEDIUM, None),
        (11, Band.MEDIUM, Band.HIGH),
        (12, Band.HIGH, Band.MEDIUM),
        (15, Band.HIGH, Band.VERY_HIGH),
        (16, Band.VERY_HIGH, Band.HIGH),
        (18, Band.VERY_HIGH, None),
    ],
)
def test_both_sides_of_an_edge_are_shown_within_a_quarter(quarters: int, band: Band, near: Band | None) -> None:
    found = Severity(0, ONE, Fraction(quarters, 4))
    assert (found.band, found.near_edge) == (band, near)


def test_the_sum_is_written_out_as_people_check_it() -> None:
    found = severity([DataKind(Category.BEHAVIOURAL)], ONE, Circumstances(malicious=True))
    assert found.written_out == "2 x 1 + 0.5 = 2.5"


def test_the_highest_category_counts_after_its_adjustment() -> None:
    kinds = [DataKind(Category.SENSITIVE, -3, "a check-up took place"), DataKind(Category.SIMPLE, 1, "a luxury shop")]
    assert severity(kinds, ONE, Circumstances()).dpc == 2


def test_a_hundred_people_raise_no_flag_and_one_more_does() -> None:
    kinds = [DataKind(Category.SIMPLE)]
    assert severity(kinds, ONE, Circumstances(), people=100).flags == ()
    assert severity(kinds, ONE, Circumstances(), people=101).flags == (Flag.MANY_PEOPLE,)
    assert severity(kinds, ONE, Circumstances(), people=101).score == ONE


@pytest.mark.parametrize(
    ("kinds", "ei", "parts", "path"),
    [
        ([], ONE, Circumstances(), "data"),
        ([DataKind(Category.SIMPLE, -1)], ONE, Circumstances(), "data.0.adjustment"),
        ([DataKind(Category.SIMPLE), DataKind(Category.FINANCIAL, 2)], ONE, Circumstances(), "data.1.adjustment"),
        ([DataKind(Category.SIMPLE)], Fraction(0), Circumstances(), "identifiability"),
        ([DataKind(Category.SIMPLE)], ONE, Circumstances(integrity=ONE), "circumstances.integrity"),
    ],
)
def test_what_the_tables_do_not_have_is_refused(
    kinds: list[DataKind], ei: Fraction, parts: Circumstances, path: str
) -> None:
    with pytest.raises(Impossible) as refused:
        severity(kinds, ei, parts)
    assert refused.value.path == path


@given(
    st.integers(1, 4), st.sampled_from(IDENTIFIABLE), *[st.sampled_from(CIRCUMSTANCE)] * 3, st.booleans(),
)  # fmt: skip
def test_the_score_lies_within_the_bounds_of_the_method(
    dpc: int, ei: Fraction, one: Fraction, two: Fraction, three: Fraction, malicious: bool
) -> None:
    found = Severity(dpc, ei, Circumstances(one, two, three, malicious).total)
    assert Fraction(1, 4) <= found.score <= 6
    assert found.score * 4 == int(found.score * 4)
    assert found.band is band_of(found.score)
