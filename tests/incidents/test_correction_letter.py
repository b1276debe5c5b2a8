"""E18: new facts or a mistake are told to the same people, with a test, an approval and a wait of their own."""

import pytest
from sqlalchemy import select

from core.access import Role
from core.errors import Conflict, Forbidden, Invalid
from incidents import informing
from notifications.letters.models import Recipient
from tests.fixtures.smtp import Postbox
from tests.fixtures.world import World
from tests.incidents.letters import REFERENCE, SAID_ABROAD, Letters, letters_of

HERE = f"/incidents/{REFERENCE}/people"
PEOPLE = """Namn;E-post;Språk;Uppgifter;Postadress
Åsa Öberg;asa@kund.example.com;sv;skostorlek;
Eglė Netikrūnienė;egle@klientas.example.com;lt;;
Bo Retur;bo@kund.example.com;sv;;Vägen 1, 111 11 Staden
Siv Brev;;sv;;Påhittsvägen 1, 999 01 Påhittstad
"""
WORDS = {"list_words_sv": "skostorlek = skostorlek"}


@pytest.fixture
def letters(world: World, postbox: Postbox) -> Letters:
    return done(letters_of(world, postbox))


@pytest.fixture
def small(small_world: World, postbox: Postbox) -> Letters:
    return done(letters_of(small_world, postbox))


def done(letters: Letters) -> Letters:
    """Two were told by mail, Bo's mail came back, and nobody has posted Siv's letter."""
    letters.postbox.refuse("bo@kund.example.com")
    letters.import_list(PEOPLE)
    letters.write(**SAID_ABROAD, **WORDS)
    letters.test()
    letters.approve()
    letters.world.later(minutes=10)
    letters.work()
    letters.do(informing.finish, Role.MANAGER, "Bo och Siv får brev på posten i dag.")
    letters.world.later(days=2)
    return letters


def follow(letters: Letters, whom: str) -> dict[int, Recipient]:
    letters.do(informing.follow_up, Role.MANAGER, "Vi hade fel om vilka uppgifter.", whom)
    with letters.world.look() as session:
        rows = session.scalars(select(Recipient).where(Recipient.mailing_id == letters.mailing.id))
        return {row.row: row for row in rows}


def test_it_goes_to_the_same_people_says_that_it_is_new_and_names_the_day_of_the_first(letters: Letters) -> None:
    assert set(follow(letters, "told")) == {2, 3}
    letters.write(what_happened_sv="Även adressen fanns med.", what_happened_lt="Buvo ir adresas.",
                  measures_lt="Adresus pašalinome.", **WORDS)  # fmt: skip
    letters.test()
    letters.approve()
    letters.world.later(minutes=10)
    letters.postbox.letters.clear()
    letters.work()
    (asa,), (egle,) = letters.postbox.to("asa@kund.example.com"), letters.postbox.to("egle@klientas.example.com")
    assert asa.subject == "Ny information om dina personuppgifter"
    assert "Vi skrev till dig söndag 22 november 2026" in asa.text
    assert "- skostorlek\n" in asa.text
    assert "Rašėme jums 2026 m. lapkričio 22 dieną" in egle.text
    assert letters.mailing.number == 2


@pytest.mark.parametrize(
    ("whom", "rows"), [("told", {2, 3}), ("returned", {2, 3, 4}), ("all", {2, 3, 4, 5}), ("nobody", set())]
)
def test_one_chooses_to_whom(letters: Letters, whom: str, rows: set[int]) -> None:
    assert set(follow(letters, whom)) == rows


def test_to_an_address_that_a_mail_came_back_from_no_other_is_sent(letters: Letters) -> None:
    bo = follow(letters, "returned")[4]
    assert (bo.channel, bo.reason, bo.outbox_id) == ("letter", "returned", None)
    assert letters.mails == 2


def test_it_needs_a_test_and_another_persons_approval_like_the_first(letters: Letters) -> None:
    follow(letters, "told")
    with pytest.raises(Conflict):
        letters.approve()
    letters.write(**{name: said for name, said in SAID_ABROAD.items() if name.endswith("_lt")}, **WORDS)
    letters.test()
    with pytest.raises(Forbidden):
        letters.approve(Role.MANAGER)
    letters.approve()
    assert letters.track == "holding"
    page = letters.world.client(Role.APPROVER).get(f"{HERE}/approve").text
    assert "2 av dem har fått ett tidigare brev" in page


def test_the_first_letter_is_kept_as_it_was(letters: Letters) -> None:
    follow(letters, "all")
    with letters.world.look() as session:
        states = session.scalars(select(Recipient.outbox_id).where(Recipient.mailing_id != letters.mailing.id)).all()
    assert sum(state is not None for state in states) == 3


def test_an_unknown_answer_or_no_reason_begins_nothing(small: Letters) -> None:
    for reason, whom in (("Vi hade fel om vilka uppgifter.", "someone"), ("", "told")):
        with pytest.raises(Invalid):
            small.do(informing.follow_up, Role.MANAGER, reason, whom)
    assert (small.mailing.number, small.track) == (1, "done")


def test_the_page_counts_whom_each_answer_means_and_begins_with_the_words_for_what_is_new(small: Letters) -> None:
    client = small.world.client(Role.MANAGER)
    page = client.get(HERE).text
    assert "De som fick brevet" not in page or 'value="returned"' in page
    assert 'value="told" checked' in page
    form = {"reason": "Vi hade fel om vilka uppgifter.", "whom": "returned"}
    assert client.post(f"{HERE}/again", data=form).status_code == 303
    letter = client.get(f"{HERE}/letter").text
    assert "Ny information om dina personuppgifter" in letter
    assert "Rättelse eller ny information" in letter
