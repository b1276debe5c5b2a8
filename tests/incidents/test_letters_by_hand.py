"""Who gets no mail is told by post or by phone: printed once, logged, and nobody protected among them."""

import pytest
from sqlalchemy import select

from core.access import Role
from core.audit.models import AuditEntry
from core.errors import Conflict, Invalid
from incidents import informing
from notifications.letters.models import Recipient
from tests.fixtures.pdf_text import pdf_text
from tests.fixtures.smtp import Postbox
from tests.fixtures.world import World
from tests.incidents.letters import REFERENCE, SAID_ABROAD, Letters, letters_of

HERE = f"/incidents/{REFERENCE}/people"
PEOPLE = """Namn;E-post;Språk;Uppgifter;Postadress;Telefon;Skyddad identitet;Vårdnadshavare
Åsa Öberg;asa@kund.example.com;sv;;Vägen 1, 111 11 Staden;;;
Siv Brev;;sv;namn;Påhittsvägen 1, 999 01 Påhittstad;070-1740622;;
Eglė Netikrūnienė;;lt;;Išgalvotoji g. 63;;;
Ring Mig;;nb;fødselsnummer;;070-1740633;;
Hemlig Person;hemlig@kund.example.com;sv;;Gömda gatan 1;070-1740644;ja;
Barn Liten;;sv;;Barnvägen 1;070-1740655;;R2
"""


@pytest.fixture
def letters(world: World, postbox: Postbox) -> Letters:
    return sent(letters_of(world, postbox))


@pytest.fixture
def small(small_world: World, postbox: Postbox) -> Letters:
    return sent(letters_of(small_world, postbox))


def sent(letters: Letters) -> Letters:
    """Everybody's mail has an outcome, and that of Åsa came to nothing."""
    letters.postbox.refuse("asa@kund.example.com")
    letters.import_list(PEOPLE)
    letters.write(**SAID_ABROAD)
    letters.test()
    letters.approve()
    letters.world.later(minutes=10)
    letters.work()
    return letters


def printed(letters: Letters) -> set[int]:
    with letters.world.look() as session:
        return set(session.scalars(select(Recipient.row).where(Recipient.printed_at.is_not(None))))


def test_each_who_has_a_postal_address_gets_a_letter_on_paper_in_their_language(letters: Letters) -> None:
    made = letters.do(informing.print_letters, Role.WRITER, "right")
    text = pdf_text(made)
    for said in ("ÅsaÖberg", "SivBrev", "Påhittsvägen1,99901Påhittstad", "Labadiena,EglėNetikrūnienė", "Kasįvyko?"):
        assert said in text
    for hidden in ("Hemlig", "Gömda", "BarnLiten", "RingMig"):
        assert hidden not in text
    assert printed(letters) == {2, 3, 4}


def test_a_letter_is_printed_once_unless_somebody_asks_for_it_again(letters: Letters) -> None:
    letters.do(informing.print_letters, Role.WRITER, "left")
    with pytest.raises(Conflict):
        letters.do(informing.print_letters, Role.WRITER, "left")
    assert pdf_text(letters.do(informing.print_letters, Role.WRITER, "left", again=True)).count("SivBrev") == 2


def test_nothing_is_printed_before_the_time_to_stop_the_letters_is_over(small_world: World, postbox: Postbox) -> None:
    letters = letters_of(small_world, postbox).prepared()
    with pytest.raises(Conflict):
        letters.do(informing.print_letters, Role.WRITER, "right")
    letters.approve()
    with pytest.raises(Conflict):
        letters.do(informing.print_letters, Role.WRITER, "right")


def test_a_window_is_to_the_right_or_to_the_left(small: Letters) -> None:
    with pytest.raises(Invalid) as wrong:
        small.do(informing.print_letters, Role.WRITER, "above")
    assert "side" in wrong.value.fields
    assert printed(small) == set()


def test_the_file_is_logged_with_its_digest_and_nobodys_name(small: Letters) -> None:
    answer = small.world.client(Role.WRITER).post(f"{HERE}/letters.pdf", data={"side": "right"})
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith("attachment")
    with small.world.look() as session:
        (entry,) = session.scalars(select(AuditEntry.entry).where(AuditEntry.action == "mailing:printed"))
    assert b'"letters":3' in entry.replace(b" ", b"")
    assert b"Brev" not in entry
    again = small.world.client(Role.WRITER).post(f"{HERE}/letters.pdf", data={"side": "right"})
    assert again.status_code == 409
    assert "Inget brev väntar på att skrivas ut." in again.text


def test_the_list_says_when_a_letter_was_printed_and_the_page_how_many_are_left(small: Letters) -> None:
    client = small.world.client(Role.WRITER)
    assert "3 brev är inte utskrivna än." in client.get(f"{HERE}/by-hand").text
    client.post(f"{HERE}/letters.pdf", data={"side": "right"})
    assert "0 brev är inte utskrivna än." in client.get(f"{HERE}/by-hand").text
    assert client.get(f"{HERE}/list").text.count("Utskrivet ") == 3


def test_whom_only_a_call_reaches_stands_on_the_call_list_with_the_words_of_the_letter(small: Letters) -> None:
    client = small.world.client(Role.WRITER)
    page, sheet = client.get(f"{HERE}/by-hand").text, client.get(f"{HERE}/calls.csv").text
    for text in (page, sheet):
        assert "Ring Mig" in text
        assert "070-1740633" in text
        assert "fødselsnummer" in text
        for absent in ("Hemlig", "070-1740644", "070-1740655", "Siv Brev", "asa@"):
            assert absent not in text
    assert len(sheet.splitlines()) == 2


@pytest.mark.parametrize("who", [Role.AUDITOR, Role.DPO, Role.APPROVER])
def test_who_only_reads_the_letters_prints_none(small: Letters, who: Role) -> None:
    assert small.world.client(who).post(f"{HERE}/letters.pdf", data={"side": "right"}).status_code == 404
    assert printed(small) == set()


def test_the_list_says_how_each_can_be_told_and_has_no_letter_to_whoever_is_protected(small: Letters) -> None:
    page = small.world.client(Role.MANAGER).get(f"{HERE}/list?show=todo").text
    assert "Skriv ut brevet och posta det till Vägen 1, 111 11 Staden" in page
    assert f"{HERE}/preview?row=3" in page
    assert "Skyddad identitet" in page
    assert f"{HERE}/preview?row=6" not in page
    assert '<option value="phone" selected>' in page


def test_a_row_with_a_fault_keeps_the_postal_address_it_had(small_world: World, postbox: Postbox) -> None:
    letters = letters_of(small_world, postbox)
    rows = "Åsa;asa@kund.example.com;sv;\nKaj;kaj@;sv;Vägen 2, 111 11 Staden\n"
    letters.import_list(f"Namn;E-post;Språk;Postadress\n{rows}", with_faults=True)
    letters.write()
    letters.test()
    letters.approve()
    page = letters.world.client(Role.MANAGER).get(f"{HERE}/list?show=todo").text
    assert "Skriv ut brevet och posta det till Vägen 2, 111 11 Staden" in page
