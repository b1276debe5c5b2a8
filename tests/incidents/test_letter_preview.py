"""The preview: word for word what each person gets, on whatever they read it on, in every language of the list."""

import html

import pytest

from core.access import Role
from tests.fixtures.plans import recorded
from tests.fixtures.smtp import Postbox
from tests.fixtures.world import World
from tests.incidents.letters import REFERENCE, SAID_ABROAD, Letters, letters_of
from tests.incidents.test_letter_languages import ABROAD

HERE = f"/incidents/{REFERENCE}/people/preview"


@pytest.fixture
def letters(small_world: World, postbox: Postbox) -> Letters:
    made = letters_of(small_world, postbox)
    made.import_list(ABROAD)
    made.write(**SAID_ABROAD)
    return made


def page(letters: Letters, query: str = "") -> str:
    answer = letters.world.client(Role.WRITER).get(f"{HERE}?{query}")
    assert answer.status_code == 200
    return html.unescape(answer.text)


def test_the_plain_text_is_to_the_letter_what_is_sent(letters: Letters) -> None:
    shown = page(letters, "row=5&look=plain")
    letters.test()
    letters.approve()
    letters.world.later(minutes=10)
    letters.work()
    sent = letters.postbox.to("egle@klientas.example.com")[0]
    assert sent.text.strip() in shown
    assert sent.subject in shown


def test_one_goes_from_recipient_to_recipient_and_stays_in_the_same_look(letters: Letters) -> None:
    assert 'rel="prev"' not in page(letters)
    middle = page(letters, "row=3&look=phone")
    assert 'rel="prev" href="/incidents/PUI-2026-7K3Q/people/preview?look=phone&row=2"' in middle
    assert 'rel="next" href="/incidents/PUI-2026-7K3Q/people/preview?look=phone&row=4"' in middle
    assert 'rel="next"' not in page(letters, "row=6")


def test_whoever_is_next_is_found_by_row_and_nobody_is_counted(letters: Letters) -> None:
    with recorded(letters.world, ["recipient"]) as said:
        assert "Mottagare på rad 4" in page(letters, "row=4")
    assert said
    assert not [one for one, _ in said if "count(" in one]
    assert not [values for one, values in said if one.endswith("OFFSET ?") and values[-1]]


def test_each_language_of_the_list_can_be_gone_through_alone(letters: Letters) -> None:
    shown = page(letters, "reads=nb")
    assert "Mottagare på rad 3" in shown
    assert "Hva har skjedd?" in shown
    assert "preview?look=desktop&row=4&reads=nb" in shown
    last = page(letters, "reads=nb&row=4")
    assert "Kari Nynorsk" in last
    assert 'rel="next"' not in last


@pytest.mark.parametrize(("look", "mark"), [("desktop", "letter stack\""), ("phone", "letter-phone"),
                                            ("dark", 'data-color-scheme="dark"')])  # fmt: skip
def test_each_look_is_laid_out_like_what_it_is_read_on(letters: Letters, look: str, mark: str) -> None:
    assert mark in page(letters, f"look={look}").partition("<main")[2]


def test_whom_nobody_may_see_is_not_among_them(letters: Letters) -> None:
    letters.import_list("Namn;E-post;Skyddad identitet\nÅsa;asa@kund.example.com;\nHemlig;h@kund.example.com;ja\n")
    alone = page(letters)
    assert "Mottagare på rad 2" in alone
    assert 'rel="next"' not in alone
    assert "Åsa" in page(letters, "row=2")
    assert letters.world.client(Role.WRITER).get(f"{HERE}?row=3").status_code == 404


def test_a_look_that_does_not_exist_shows_nothing(letters: Letters) -> None:
    assert letters.world.client(Role.WRITER).get(f"{HERE}?look=print").status_code in {404, 422}
