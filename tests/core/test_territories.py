"""Countries are read by code or name in both languages, and what is none is kept as it was written."""

import pytest

from core.territories import country_name, is_country, read_countries, territories


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("se, NO", ["SE", "NO"]),
        ("Sverige; Norway, danmark", ["SE", "NO", "DK"]),
        ("Storbritannien\nUK, United Kingdom", ["GB"]),
        ("EL", ["GR"]),
        ("SE, , SE", ["SE"]),
        ("", []),
    ],
)
def test_names_and_codes_are_read(text: str, codes: list[str]) -> None:
    assert read_countries(text) == codes


@pytest.mark.parametrize("word", ["XX", "EU", "ZZ", "Atlantis", "001"])
def test_what_is_no_country_stays_as_it_was_written(word: str) -> None:
    assert read_countries(word) == [word.upper()]
    assert not is_country(word.upper())
    assert country_name(word, "sv") == word


def test_both_languages_name_the_same_countries_in_the_order_of_their_names() -> None:
    assert territories("sv").keys() == territories("en").keys()
    assert len(territories("sv")) > 240
    assert list(territories("en").values()) == sorted(territories("en").values(), key=str.casefold)
    assert (country_name("CZ", "sv"), country_name("CZ", "en")) == ("Tjeckien", "Czechia")
