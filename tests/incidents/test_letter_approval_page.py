"""What the second person sees: what changed since the last test, who was told before, and whose mail leaves here."""

import pytest
from pydantic import SecretStr

from core.access import Role
from core.settings import Environment
from incidents import informing
from incidents.informing.allowed import allowed
from incidents.informing.compared import compared
from notifications.letters.changes import Change, changed, changed_letters
from tests.fixtures.smtp import Postbox
from tests.fixtures.world import World
from tests.incidents.letters import REFERENCE, Letters, letters_of

HERE = f"/incidents/{REFERENCE}/people/approve"


@pytest.fixture
def letters(world: World, postbox: Postbox) -> Letters:
    return letters_of(world, postbox).prepared()


@pytest.fixture
def small(small_world: World, postbox: Postbox) -> Letters:
    return letters_of(small_world, postbox).prepared()


def test_lines_taken_out_stand_before_lines_put_in() -> None:
    assert [(line.change, line.text) for line in changed("a\nb\n\nc", "a\nB\n\nc\nd")] == [
        (Change.REMOVED, "b"), (Change.ADDED, "B"), (Change.ADDED, "d")
    ]  # fmt: skip
    assert changed("a\n", "a\n") == []


def test_a_language_that_came_later_is_all_new() -> None:
    found = changed_letters({"sv": "a"}, {"sv": "a", "nb": "b"})
    assert {lang: [line.change for line in lines] for lang, lines in found.items()} == {"nb": [Change.ADDED]}


def test_after_one_test_there_is_nothing_to_compare_with(letters: Letters) -> None:
    with letters.case() as (session, _):
        assert compared(session, letters.mailing, "sv") is None


def test_a_second_test_shows_what_changed_since_the_first(letters: Letters) -> None:
    letters.do(informing.give_back, Role.APPROVER, "Skriv vem som fick listan.")
    letters.write(what_happened_sv="Vi mejlade en lista till Ek & Co.")
    letters.test()
    with letters.case() as (session, _):
        found = compared(session, letters.mailing, "sv")
    assert found is not None
    assert [(code, [(line.change, line.text) for line in lines]) for code, _, lines in found.letters] == [
        ("sv", [(Change.REMOVED, "Vi mejlade en lista till fel företag."),
                (Change.ADDED, "Vi mejlade en lista till Ek & Co.")])
    ]  # fmt: skip
    page = letters.world.client(Role.APPROVER).get(HERE).text
    assert "<del>Vi mejlade en lista till fel företag.</del>" in page
    assert "<ins>Vi mejlade en lista till Ek &amp; Co.</ins>" in page


def test_the_same_test_again_still_shows_the_last_change(small: Letters) -> None:
    small.write(what_happened_sv="Vi mejlade en lista till Ek & Co.")
    small.test()
    small.world.later(minutes=1)
    small.test()
    assert "Ändrat sedan det förra testet" in small.world.client(Role.APPROVER).get(HERE).text


def test_another_number_of_mails_is_said(small: Letters) -> None:
    small.import_list("Namn;E-post;Språk\nÅsa;asa@kund.example.com;sv\nAnn;ann@kund.example.com;en\n")
    small.test()
    assert "Det var 3 mejl, nu är det 2." in small.world.client(Role.APPROVER).get(HERE).text


def test_an_installation_that_is_not_production_says_whose_mail_leaves(small: Letters) -> None:
    settings = small.world.settings.model_copy(
        update={
            "smtp_url": SecretStr("smtp://relay.example:25"),
            "mail_allow": "asa@kund.example.com, nordhamn.example",
        }
    )
    with small.case() as (session, _):
        found = allowed(session, small.mailing, settings)
        assert found is not None
        assert (found.leave, found.mails, found.names) == (1, 3, ["asa@kund.example.com", "nordhamn.example"])
        here = settings.model_copy(update={"smtp_url": SecretStr("smtp://127.0.0.1:25")})
        assert allowed(session, small.mailing, here) is None
        live = settings.model_copy(update={"environment": Environment.PRODUCTION})
        assert allowed(session, small.mailing, live) is None
