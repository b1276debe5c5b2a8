"""What the soft warning sees in five countries, and what it lets pass. All numbers are made up or official examples."""

import pytest

from core.personal_numbers import found, without


@pytest.mark.parametrize(
    "number",
    [
        "811228-9874",
        "8112289874",
        "19811228-9874",
        "811228+9874",
        "010190-1234",
        "131052-308T",
        "33309240064",
        "norwegian",
    ],
)
def test_numbers_of_five_countries_are_seen(number: str) -> None:
    number = _norwegian("290296") if number == "norwegian" else number
    assert found(f"Gäller {number}, tror jag.") == [number]
    assert without(f"Gäller {number}.", "[borttaget]") == "Gäller [borttaget]."


@pytest.mark.parametrize(
    "text",
    [
        "Ring 070-123 45 67 eller 031-390 06 42.",
        "Order 4512345678, faktura 10020030040.",
        "PUI-2026-7K3Q kom 2026-11-22 14:05.",
        "811228-9875 har fel sista siffra",
        "Filen hade 118 rader och 214 namn.",
        "",
    ],
)
def test_other_numbers_pass(text: str) -> None:
    assert found(text) == []


def test_several_are_named_in_their_order_and_once() -> None:
    text = "131052-308T och 811228-9874, igen 131052-308T"
    assert found(text) == ["131052-308T", "811228-9874"]
    assert without(text, "…") == "… och …, igen …"


def _norwegian(start: str) -> str:
    """A birth number whose check digits hold."""
    for tail in range(1000):
        digits = [int(digit) for digit in f"{start}{tail:03}"]
        first = -sum(w * d for w, d in zip((3, 7, 6, 1, 8, 9, 4, 5, 2), digits, strict=True)) % 11
        last = -sum(w * d for w, d in zip((5, 4, 3, 2, 7, 6, 5, 4, 3, 2), [*digits, first], strict=True)) % 11
        if first < 10 and last < 10:
            return f"{start}{tail:03}{first}{last}"
    raise AssertionError("no such number")
