"""The receipt code and the reference: what a person writes down and types again."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.receipt import ALPHABET, encode, grouped, hashed, make_code, new_reference, parse

NUMBERS = st.integers(0, 2**128 - 1)


@given(NUMBERS)
def test_a_code_survives_paper_and_telephone(number: int) -> None:
    code = encode(number)
    assert len(code) == 26
    said = grouped(code).lower().replace("0", "o").replace("1", "l")
    assert parse(said) == code
    assert parse(grouped(code).replace(" ", "-").replace("1", "I")) == code


@given(NUMBERS, NUMBERS)
def test_different_numbers_have_different_codes(one: int, other: int) -> None:
    assert (encode(one) == encode(other)) == (one == other)


@pytest.mark.parametrize("typed", ["", "hej", "0" * 25, "0" * 27, "U" * 26, "å" * 26, "PUI-2026-7K3Q"])
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert parse(typed) is None


def test_only_who_holds_key_and_sender_key_makes_the_code() -> None:
    assert make_code(b"a" * 32, "x" * 24) == make_code(b"a" * 32, "x" * 24)
    assert make_code(b"b" * 32, "x" * 24) != make_code(b"a" * 32, "x" * 24)
    assert make_code(b"a" * 32, "y" * 24) != make_code(b"a" * 32, "x" * 24)
    assert len(hashed(make_code(b"a" * 32, "x" * 24))) == 64


def test_a_reference_has_a_random_tail_without_lookalikes() -> None:
    references = {new_reference(2026) for _ in range(200)}
    assert len(references) > 190
    assert all(re.fullmatch(r"PUI-2026-[0-9A-Z]{4}", reference) for reference in references)
    assert not {"I", "L", "O", "U"} & set(ALPHABET)
    assert len(new_reference(2026, 5)) == len("PUI-2026-7K3QX")
