"""What can be shown afterwards: what each was told and when, who did what, and what was given back to be changed."""

import csv
import io

import pytest
from sqlalchemy import select

from core.access import Role
from core.audit.models import AuditEntry
from incidents import informing
from incidents.informing.events import PUBLIC_GIVEN_BACK, events, returned
from incidents.informing.going_public import PublicForm
from incidents.informing.jobs import release_due
from notifications.letters.addresses import spelt
from notifications.letters.models import Recipient
from tests.fixtures.smtp import Postbox
from tests.fixtures.world import World
from tests.incidents.letters import REFERENCE, SAID, Letters, letters_of

HERE = f"/incidents/{REFERENCE}/people"
COMMENT = "Skriv vem som fick listan."


@pytest.fixture
def letters(small_world: World, postbox: Postbox) -> Letters:
    return letters_of(small_world, postbox)


def titles(letters: Letters, lang: str = "en") -> list[tuple[str, str]]:
    with letters.world.look() as session:
        return [(one.title, one.text) for day in events(session, letters.mailing, lang) for one in day.entries]


def lines(letters: Letters) -> list[dict[str, str]]:
    answer = letters.world.client(Role.MANAGER).get(f"{HERE}/proof.csv?lang=en")
    assert answer.headers["content-disposition"].startswith("attachment")
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def test_each_row_has_its_way_its_version_its_time_and_its_outcome(letters: Letters) -> None:
    letters.postbox.refuse("bo@kund.example.com")
    letters.prepared().approve()
    letters.world.later(minutes=10)
    letters.work()
    siv = letters.row(5).id
    letters.do(lambda session, actor, incident, now: informing.tell_otherwise(
        session, actor, incident, session.get_one(Recipient, siv), "letter", now), Role.MANAGER)  # fmt: skip
    by_row = {line["Row"]: line for line in lines(letters)}
    sent = {str(mail.message["Message-ID"]) for mail in letters.sent()}
    asa, bo, post = by_row["2"], by_row["4"], by_row["5"]
    assert (asa["Letter"], asa["Version"], asa["How"], asa["Language"]) == ("1", "1", "Mail", "sv")
    assert (asa["What happened"], asa["When"][:16]) == ("Their server has received it", "2026-11-22T14:15")
    assert asa["Message number"] in sent
    assert len(asa["Hash of the text"]) == 64
    assert bo["What happened"] == "The address does not exist, or refuses mail"
    assert (post["What happened"], post["Message number"]) == ("By a letter in the post", "")
    assert "sön 22 nov 2026 14:15 CET" in letters.world.client(Role.MANAGER).get(f"{HERE}/list").text


def test_the_proof_names_nobody_protected_and_is_no_formula(letters: Letters) -> None:
    text = "Namn;E-post;Språk;Skyddad identitet\n=1+1;a@kund.example.com;sv;\nRut Gömd;r@kund.example.com;sv;ja\n"
    letters.import_list(text)
    found = lines(letters)
    assert [line["Name"] for line in found] == ["'=1+1", "Protected identity"]
    assert letters.world.client(Role.COMMISSIONER).get(f"{HERE}/proof.csv").status_code == 404
    with letters.world.look() as session:
        actions = session.scalars(select(AuditEntry.action)).all()
    assert actions.count("mailing:proof_exported") == 1


def test_a_second_letter_leaves_the_proof_of_the_first(letters: Letters) -> None:
    letters.prepared().approve()
    letters.world.later(minutes=10)
    letters.work()
    letters.do(informing.finish, Role.MANAGER, "Siv får brev på posten i dag.")
    letters.do(informing.follow_up, Role.MANAGER, "Vi hade fel om vilka uppgifter.", "told")
    assert [line["Letter"] for line in lines(letters)] == ["1"] * 4 + ["2"] * 3
    assert titles(letters) == [
        ("Anna Berg took over the people of the letter before", "People: 3."),
        ("Anna Berg began a new letter", "Vi hade fel om vilka uppgifter."),
    ]


def test_the_writer_reads_what_should_be_changed_until_the_next_test(letters: Letters) -> None:
    letters.prepared()
    client = letters.world.client(Role.WRITER)
    letters.do(informing.give_back, Role.APPROVER, COMMENT)
    for page in (HERE, f"{HERE}/letter"):
        shown = client.get(page).text
        assert "Erik Sund lämnade tillbaka det" in shown
        assert COMMENT in shown
    letters.write(what_happened_sv="Vi mejlade en lista till Ek & Co.")
    assert "Erik Sund lämnade tillbaka det" in client.get(HERE).text
    letters.test()
    assert "Erik Sund lämnade tillbaka det" not in client.get(HERE).text
    assert ("Erik Sund gave the letters back", COMMENT) in titles(letters)


def test_what_the_public_text_was_given_back_for_is_read_by_its_writer(letters: Letters) -> None:
    form = PublicForm.model_validate({"text": "Vi skickade en lista till fel företag. " * 3, "channels": ["website"],
                                      "places": "Vår webbplats i tre månader", "reach": "Alla kunder",
                                      "reason": "Vi saknar adresser till de flesta."})  # fmt: skip
    letters.do(informing.write_public, Role.MANAGER, form)
    letters.do(informing.give_back_public, Role.APPROVER, COMMENT)
    with letters.case() as (session, incident):
        assert returned(session, incident) is None
        found = returned(session, incident, PUBLIC_GIVEN_BACK)
    assert found is not None
    assert (found.name, found.comment) == ("Erik Sund", COMMENT)
    assert COMMENT in letters.world.client(Role.MANAGER).get(f"{HERE}/public").text


def test_four_eyes_keep_every_step_a_stop_a_pause_and_a_resumption_too(letters: Letters) -> None:
    letters.prepared().approve()
    letters.do(informing.stop, Role.MANAGER)
    letters.write(**{**SAID, "what_happened_sv": "Vi mejlade en lista."})
    letters.write(**{**SAID, "what_happened_sv": "Vi mejlade en lista till Ek & Co."})
    letters.test()
    letters.approve()
    letters.world.later(minutes=10)
    release_due(letters.world.database, letters.world.now)
    letters.do(informing.pause, Role.APPROVER)
    letters.do(informing.resume, Role.APPROVER)
    letters.work()
    letters.do(informing.finish, Role.MANAGER, "Siv får brev på posten i dag.")
    assert titles(letters) == [
        ("Anna Berg marked the letters as done", "Siv får brev på posten i dag."),
        ("Every mail has an outcome", "Delivered: 3 of 3. Failed: 0."),
        ("Erik Sund resumed the sending", ""),
        ("Erik Sund paused the sending", ""),
        ("The sending began", "After the wait. Nobody stopped it."),
        ("Erik Sund approved", "Typed the number: 3. Nothing is changed since the test."),
        ("Anna Berg sent a test", "To 3 people here, marked as a test."),
        ("Anna Berg changed the letter", "Version 3 of the letter."),
        ("Anna Berg stopped the sending before anything had left", ""),
        ("Erik Sund approved", "Typed the number: 3. Nothing is changed since the test."),
        ("Anna Berg sent a test", "To 3 people here, marked as a test."),
        ("Anna Berg changed the letter", "Version 1 of the letter."),
        ("Anna Berg imported the list", "Rows: 4. People: 4."),
    ]


def test_an_address_is_shown_as_people_write_it() -> None:
    assert spelt("orjan@xn--vning-iua.example.com") == "orjan@övning.example.com"
    assert spelt("a@xn--a.example") == "a@xn--a.example"
    assert spelt("") == ""
