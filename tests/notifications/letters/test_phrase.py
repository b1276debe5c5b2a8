"""The check phrase: four different words, the same ones each time, in either language."""

import pytest

from core.crypto import Keyring
from notifications.letters.phrase import LENGTH, WORDS, opens, phrase

KEYRING = Keyring("test", bytes(range(32)))


@pytest.mark.parametrize("lang", WORDS)
def test_no_word_stands_twice(lang: str) -> None:
    for number in range(500):
        assert len(set(phrase(KEYRING, f"mailing-{number}", lang).split())) == LENGTH


@pytest.mark.parametrize("lang", WORDS)
def test_sixty_four_different_words(lang: str) -> None:
    assert len(set(WORDS[lang])) == len(WORDS[lang]) == 64


def test_the_words_open_in_any_case_and_spacing_and_only_their_own() -> None:
    words = phrase(KEYRING, "one", "sv")
    assert opens(KEYRING, "one", f"  {words.upper().replace(' ', ' - ')} ")
    assert opens(KEYRING, "one", phrase(KEYRING, "one", "en"))
    assert not opens(KEYRING, "two", words)
