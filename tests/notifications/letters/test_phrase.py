"""The check phrase: four different words, the same ones each time, in each language."""

import pytest

from core.crypto import Keyring
from notifications.letters.languages import LANGUAGES
from notifications.letters.phrase import LENGTH, opens, phrase

KEYRING = Keyring("test", bytes(range(32)))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_word_stands_twice(lang: str) -> None:
    for number in range(500):
        assert len(set(phrase(KEYRING, f"mailing-{number}", lang).split())) == LENGTH


@pytest.mark.parametrize("lang", LANGUAGES)
def test_sixty_four_different_words(lang: str) -> None:
    words = LANGUAGES[lang].phrase_words
    assert len(set(words)) == len(words) == 64


def test_the_words_open_in_any_case_and_spacing_and_only_their_own() -> None:
    words = phrase(KEYRING, "one", "sv")
    assert opens(KEYRING, "one", f"  {words.upper().replace(' ', ' - ')} ") == ["sv"]
    assert not opens(KEYRING, "two", words)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_words_tell_which_language_their_reader_reads(lang: str) -> None:
    for number in range(50):
        assert lang in opens(KEYRING, f"mailing-{number}", phrase(KEYRING, f"mailing-{number}", lang))
