"""Letters to people: imported whole, approved by another, frozen, held, sent once to each (Art. 34; security C5)."""

import json
import threading
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from core.access import Role
from core.audit.models import AuditEntry
from core.errors import Conflict, DomainError, Forbidden, Invalid
from incidents import informing
from incidents.informing.jobs import release_due, settle
from incidents.informing.listing import draft_of
from incidents.informing.public_notice import read_notice, words_of
from incidents.informing.sending import missing
from notifications.claims import Claim, claim, enter_data, release
from notifications.handover import Accepted, Deferred
from notifications.letters.freezing import hash_of
from notifications.letters.models import Mailing, Recipient
from notifications.models import OutboxMessage
from notifications.settling import Result, recover
from notifications.settling import settle as settle_mails
from tests.fixtures.smtp import Postbox
from tests.fixtures.world import World
from tests.incidents.letters import LIST, REFERENCE, Letters, fingerprint_of, letters_of


@pytest.fixture
def letters(world: World, postbox: Postbox) -> Letters:
    return letters_of(world, postbox)


@pytest.fixture
def small(small_world: World, postbox: Postbox) -> Letters:
    return letters_of(small_world, postbox)


def test_a_list_with_faults_imports_nothing_and_names_row_and_column(letters: Letters) -> None:
    broken = LIST + "Kaj;kaj@;sv;;\nSune;sune@a.se,b@c.se;sv;;\n"
    with pytest.raises(Invalid) as wrong:
        letters.import_list(broken)
    assert wrong.value.params["count"] == 2
    with letters.case() as (session, incident):
        assert session.scalar(select(func.count()).select_from(Recipient)) == 0
        found = draft_of(session, incident)
        assert found is not None
        assert [(fault.row, fault.column) for fault in found.faults] == [(6, "E-post"), (7, "E-post")]


def test_the_rest_can_be_imported_and_nobody_is_forgotten(letters: Letters) -> None:
    letters.import_list(LIST + "Kaj;kaj@;sv;;\n", with_faults=True)
    assert letters.mails == 3
    kaj = letters.row(6)
    assert (kaj.channel, kaj.reason, kaj.state) == ("manual", "bad_address", "pending")


def test_the_whole_way_reaches_each_person_once_in_their_language_with_the_approved_words(letters: Letters) -> None:
    letters.prepared().approve()
    assert letters.track == "holding"
    letters.work()
    assert letters.sent() == []
    letters.world.later(minutes=10)
    letters.work()
    letters.work()
    got = letters.sent()
    assert sorted(one.recipients for one in got) == [
        ("asa@kund.example.com",), ("bo@kund.example.com",), ("zofia@kund.example.com",)
    ]  # fmt: skip
    (asa,), (zofia,) = letters.postbox.to("asa@kund.example.com"), letters.postbox.to("zofia@kund.example.com")
    assert "Hej Åsa Öberg," in asa.text
    assert "- namn\n- adress" in asa.text
    assert "Hello Žofia Łęcka," in zofia.text
    assert letters.mailing.letters_hash == hash_of([fingerprint_of(one) for one in got])
    assert letters.track == "sent"


def test_a_test_goes_to_colleagues_only_and_says_so(letters: Letters) -> None:
    letters.prepared().work()
    tests = [one for one in letters.postbox.letters if one.subject.startswith("TEST · ")]
    assert len(tests) == 6  # three readers, two languages
    assert all(one.text.startswith("TEST. ") and "Öberg" not in one.text for one in tests)
    assert letters.sent() == []


def test_too_few_readers_are_not_a_test(small: Letters) -> None:
    small.import_list()
    small.write()
    with pytest.raises(Invalid):
        small.do(informing.test_send, Role.MANAGER, [small.world.users[Role.DEPUTY].id])
    assert small.track == "preparing"


@pytest.mark.parametrize("who", [Role.MANAGER, Role.DEPUTY])
def test_whoever_wrote_or_imported_never_approves(letters: Letters, who: Role) -> None:
    letters.import_list(who=Role.DEPUTY)
    letters.write(Role.MANAGER)
    letters.test()
    with pytest.raises(Forbidden):
        letters.approve(who)
    assert letters.track == "tested"


@pytest.mark.parametrize("number", ["4", "", "tre"])
def test_the_exact_number_is_typed(small: Letters, number: str) -> None:
    small.prepared()
    with pytest.raises(Invalid) as wrong:
        small.do(informing.approve, Role.APPROVER, number, "")
    assert "count" in wrong.value.fields


def test_the_password_is_asked_for_again(small: Letters) -> None:
    small.prepared()
    with pytest.raises(Invalid) as wrong:
        small.approve(password="fel lösenord")
    assert "password" in wrong.value.fields
    assert small.track == "tested"


@pytest.mark.parametrize("edit", [lambda letters: letters.write(), lambda letters: letters.import_list()])
def test_an_edit_voids_the_test_and_so_the_approval(letters: Letters, edit: Callable[[Letters], None]) -> None:
    letters.prepared()
    edit(letters)
    assert letters.track == "preparing"
    with pytest.raises(Conflict):
        letters.approve()


def test_nothing_is_edited_once_it_is_approved(letters: Letters) -> None:
    letters.prepared().approve()
    for edit in (letters.write, letters.import_list, letters.test):
        with pytest.raises(Conflict):
            edit()


def test_of_two_approvals_at_once_one_wins_and_nobody_is_mailed_twice(letters: Letters) -> None:
    letters.prepared()
    answers: list[str] = []

    def approve(who: Role) -> None:
        try:
            letters.approve(who)
            answers.append("yes")
        except (DomainError, Exception) as wrong:
            answers.append(type(wrong).__name__)

    racers = [threading.Thread(target=approve, args=(who,)) for who in (Role.APPROVER, Role.HEAD)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert answers.count("yes") == 1, answers
    letters.world.later(minutes=10)
    letters.work()
    assert len(letters.sent()) == 3


def test_stopped_in_time_nothing_leaves_and_the_next_approval_sends_once(letters: Letters) -> None:
    letters.prepared().approve()
    letters.world.later(minutes=9)
    letters.do(informing.stop, Role.WRITER)
    letters.world.later(minutes=5)
    letters.work()
    assert (letters.track, letters.sent()) == ("preparing", [])
    letters.test()
    letters.approve()
    letters.world.later(minutes=10)
    letters.work()
    assert len(letters.sent()) == 3


def test_a_pause_holds_the_rest_back_until_it_is_resumed(letters: Letters) -> None:
    letters.prepared().approve()
    letters.world.later(minutes=10)
    release_due(letters.world.database, letters.world.now)
    letters.do(informing.pause, Role.APPROVER)
    letters.work()
    assert (letters.track, letters.sent()) == ("paused", [])
    with pytest.raises(Conflict):
        letters.do(informing.stop, Role.APPROVER)
    letters.do(informing.resume, Role.APPROVER)
    letters.work()
    assert (letters.track, len(letters.sent())) == ("sent", 3)


def test_a_pause_takes_back_what_a_worker_has_claimed_and_not_begun(letters: Letters) -> None:
    letters.prepared().approve()
    world, start = letters.world, letters.world.later(minutes=10)
    release_due(world.database, start)
    with world.change() as session:
        begun, *others = [Claim(one.id, one.fence) for one in claim(session, "slow", start) if one.mailing_id]
        assert enter_data(session, [begun], start) == {begun.id}
    letters.do(informing.pause, Role.APPROVER)
    with world.change() as session:
        assert enter_data(session, others, start) == set()
        settle_mails(session, [Result(begun, Accepted(250))], start)
    assert sorted(letters.states().values()) == ["accepted", "frozen", "frozen"]
    letters.do(informing.resume, Role.APPROVER)
    letters.work()
    assert (letters.track, len(letters.sent())) == ("sent", 2)


def test_what_a_worker_had_in_hand_when_the_sending_was_paused_lies_frozen_when_it_comes_back(
    letters: Letters,
) -> None:
    letters.prepared().approve()
    world, start = letters.world, letters.world.later(minutes=10)
    release_due(world.database, start)
    with world.change() as session:
        given_back, lost, refused = (one for one in claim(session, "dies", start) if one.mailing_id)
        enter_data(session, [Claim(one.id, one.fence) for one in (given_back, refused)], start)
    letters.do(informing.pause, Role.APPROVER)
    with world.change() as session:
        release(session, [Claim(given_back.id, given_back.fence)])
        settle_mails(session, [Result(Claim(refused.id, refused.fence), Deferred(450, "later"))], start)
    with world.change() as session:
        recover(session, world.later(seconds=121))
        assert session.get_one(OutboxMessage, lost.id).state == "frozen"
    assert set(letters.states().values()) == {"frozen"}
    letters.do(informing.resume, Role.APPROVER)
    letters.work()
    assert (letters.track, len(letters.sent())) == ("sent", 3)


def test_finished_means_that_everyone_has_an_outcome_and_the_refused_are_listed(letters: Letters) -> None:
    letters.postbox.refuse("bo@kund.example.com")
    letters.postbox.refuse("asa@kund.example.com", "450 4.2.2 full")
    letters.prepared().approve()
    letters.world.later(minutes=10)
    letters.work()
    assert letters.track == "sending"
    assert sorted(letters.states().values()) == ["accepted", "deferred", "failed"]
    letters.postbox.refuse("asa@kund.example.com", "")
    letters.do(lambda session, actor, incident, now: informing.try_now(
        session, actor, incident, session.get_one(Recipient, letters.row(2).id), now), Role.MANAGER)  # fmt: skip
    letters.work()
    assert letters.track == "sent"
    with letters.case() as (session, _):
        assert [one.row for one in missing(session, letters.mailing)] == [4, 5]
    with pytest.raises(Invalid):
        letters.do(informing.finish, Role.MANAGER, "")
    for person in (letters.row(4), letters.row(5)):
        letters.do(lambda session, actor, incident, now, person=person: informing.tell_otherwise(
            session, actor, incident, session.get_one(Recipient, person.id), "letter", now), Role.MANAGER)  # fmt: skip
    letters.do(informing.finish, Role.MANAGER, "")
    assert letters.track == "done"


def test_both_jobs_do_nothing_the_second_time(letters: Letters) -> None:
    letters.prepared().approve()
    assert release_due(letters.world.database, letters.world.now) == 0
    letters.world.later(minutes=10)
    assert release_due(letters.world.database, letters.world.now) == 1
    assert release_due(letters.world.database, letters.world.now) == 0
    letters.work()
    assert settle(letters.world.database, letters.world.now) == 0


def test_the_writer_the_approver_and_the_one_in_charge_are_told(letters: Letters) -> None:
    letters.prepared()
    letters.do(informing.ask_approval, Role.MANAGER)
    letters.approve()
    letters.world.later(minutes=10)
    letters.work()
    letters.work()
    subjects = {(one.recipients[0].partition("@")[0], one.subject) for one in letters.postbox.letters}
    assert ("approver", "Godkänn breven · PUI-2026-7K3Q") in subjects
    assert ("head", "Godkänn breven · PUI-2026-7K3Q") in subjects
    assert ("manager", "Breven är godkända · PUI-2026-7K3Q") in subjects
    assert ("manager", "Utskicket är klart · PUI-2026-7K3Q") in subjects


def test_a_hostile_name_changes_neither_headers_nor_layout(letters: Letters) -> None:
    rows = ["<b>Prov</b> {{ 7*7 }};a@kund.example.com;sv;;", '"Eva\nBcc: x@y.se";b@kund.example.com;sv;;']
    letters.import_list("Namn;E-post;Språk;Uppgifter;Postadress\n" + "\n".join(rows) + "\n")
    letters.write()
    letters.test()
    letters.approve()
    letters.world.later(minutes=10)
    letters.work()
    first, second = (letters.postbox.to(f"{name}@kund.example.com")[0] for name in "ab")
    html = first.message.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "&lt;b&gt;Prov&lt;/b&gt; {{ 7*7 }}" in html
    assert "Hej <b>Prov</b> {{ 7*7 }}," in first.text
    assert second.message["Bcc"] is None
    assert [*first.message.keys()] == [*second.message.keys()]
    assert all(len(one.recipients) == 1 for one in letters.sent())
    assert "href" not in html
    assert "<img" not in html


def test_the_same_person_twice_gets_one_mail_and_a_perhaps_is_asked_about_first(letters: Letters) -> None:
    letters.import_list(LIST + "Åsa Öberg;asa@KUND.example.com;sv;lön;\nBo Ek;BO@kund.example.com;sv;;\n")
    letters.write()
    with pytest.raises(Conflict):
        letters.test()
    letters.do(lambda session, actor, incident, now: informing.settle_doubt(
        session, actor, incident, session.get_one(Recipient, letters.row(7).id), True, now), Role.MANAGER)  # fmt: skip
    letters.test()
    letters.approve()
    letters.world.later(minutes=10)
    letters.work()
    assert len(letters.sent()) == 3
    assert "- namn\n- adress\n- lön" in letters.postbox.to("asa@kund.example.com")[0].text


def test_the_log_keeps_hashes_and_counts_and_nobodys_name(letters: Letters) -> None:
    letters.prepared().approve()
    with letters.world.look() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.action.like("mailing:%"))).all()
        written = b"".join(entry.entry for entry in entries).decode()
        sealed = " ".join(session.scalars(select(OutboxMessage.to_sealed))) + " ".join(
            session.scalars(select(Recipient.fields_sealed))
        )
    assert letters.mailing.letters_hash in written
    assert letters.mailing.list_hash in written
    for canary in ("Öberg", "asa@", "kund.example", "fel företag"):
        assert canary not in written
        assert canary not in sealed


def test_the_public_copy_opens_to_the_words_of_the_letter_only(letters: Letters) -> None:
    letters.prepared()
    with letters.case() as (session, _):
        words = words_of(session, letters.mailing, "sv")
    with letters.case() as (session, incident), pytest.raises(Invalid):
        read_notice(session, incident.reference, words, "192.0.2.1", "sv", letters.world.now)
    letters.approve()
    with letters.case() as (session, incident):
        found = read_notice(
            session, incident.reference.lower(), f" {words.upper()} ", "192.0.2.1", "sv", letters.world.now
        )
    assert (found.lang, found.subject) == ("sv", "Dina uppgifter skickades till fel mottagare")
    assert found.text.startswith("Hej,\n")
    letters.world.later(minutes=10)
    letters.work()
    assert words in letters.postbox.to("asa@kund.example.com")[0].text


def test_no_letter_and_wrong_words_look_alike(small: Letters) -> None:
    small.prepared().approve()
    visitor = small.world.client()
    texts = set()
    for reference in ("PUI-2026-7K3Q", "PUI-2026-XXXX"):
        answer = visitor.post(f"/notice/{reference}", data={"words": "fel ord"})
        assert answer.status_code == 422
        texts.add(answer.text.replace(reference, ""))
    assert len(texts) == 1


def test_wrong_words_are_slowed(small: Letters) -> None:
    visitor = small.world.client()
    codes = [visitor.post("/notice/PUI-2026-7K3Q", data={"words": "fel"}).status_code for _ in range(12)]
    assert codes[:10] == [422] * 10
    assert codes[-1] == 429


def test_a_new_letter_after_the_first_is_a_new_mailing_and_knows_who_had_the_first(letters: Letters) -> None:
    letters.prepared().approve()
    letters.world.later(minutes=10)
    letters.work()
    letters.do(informing.finish, Role.MANAGER, "Brevet till Siv är postat.")
    letters.do(informing.start_again, Role.MANAGER, "Vi hade fel om vilka uppgifter.")
    assert letters.track == "preparing"
    letters.import_list()
    from incidents.informing.approving import told_before

    with letters.case() as (session, _):
        assert (letters.mailing.number, told_before(session, letters.mailing)) == (2, 3)


def doubtful(letters: Letters) -> dict[int, str]:
    """Everything is handed over, and for rows 2 and 3 nobody knows whether it arrived: their Message-IDs."""
    letters.prepared().approve()
    letters.world.later(minutes=10)
    letters.work()
    letters.postbox.letters.clear()
    with letters.case() as (session, incident):
        of_row = select(OutboxMessage, Recipient.row).join(Recipient, Recipient.outbox_id == OutboxMessage.id)
        found = {row: message for message, row in session.execute(of_row.where(Recipient.row.in_([2, 3])))}
        for message in found.values():
            message.state = "uncertain"
        letters_of_case = session.scalars(select(Mailing)).one()
        letters_of_case.state = incident.people_track = "sending"
        return {row: message.message_id for row, message in found.items()}


def test_a_person_settles_each_uncertain_letter_with_a_reason_that_is_logged(letters: Letters) -> None:
    doubtful(letters)
    writer, here = letters.world.client(Role.WRITER), f"/incidents/{REFERENCE}/people"
    overview = writer.get(here).text
    assert f"{here}/list?show=uncertain" in overview
    shown = writer.get(f"{here}/list?show=uncertain").text
    assert "Åsa Öberg" in shown
    assert "Bo Ek" not in shown
    rows = [f"{here}/list/{letters.row(number).id}" for number in (2, 3)]
    form = {"show": "uncertain", "step": "arrived", "reason": "Hon ringde och hade fått brevet."}
    short = writer.post(rows[0], data=form | {"reason": "vet"})
    assert (short.status_code, 'value="vet"' in short.text) == (422, True)
    assert writer.post(rows[0], data=form).headers["location"] == f"{here}/list?show=uncertain"
    assert letters.states()[2] == "decided"
    assert writer.post(rows[0], data=form).status_code == 409
    again = form | {"step": "again", "reason": "Ingen har sett till det."}
    assert letters.world.client(Role.MANAGER).post(rows[1], data=again).status_code == 303
    letters.work()
    assert [one.recipients for one in letters.sent()] == [("zofia@kund.example.com",)]
    assert letters.track == "sent"
    with letters.case() as (session, _):
        entries = session.scalars(
            select(AuditEntry.entry).where(AuditEntry.action == "mailing:reconciled").order_by(AuditEntry.seq)
        ).all()
    facts = [json.loads(entry)["facts"] for entry in entries]
    assert [(one["row"], one["decided"], one["queued"]) for one in facts] == [(2, 1, 0), (3, 0, 1)]
    assert b"ringde" not in b"".join(entries)


def test_the_answer_of_the_relay_settles_what_it_names(letters: Letters) -> None:
    numbers = doubtful(letters)
    writer, here = letters.world.client(Role.WRITER), f"/incidents/{REFERENCE}/people"
    asked = writer.get(f"{here}/uncertain.csv").text
    assert set(asked.split()) == {"\ufeffmessage_id,status", *(f"{one},unknown" for one in numbers.values())}

    def send(text: str) -> int:
        return writer.post(f"{here}/evidence", files={"evidence": ("svar.csv", text.encode(), "text/csv")}).status_code

    assert [send(""), send("hej"), send(asked)] == [422, 422, 422]
    assert send(asked.replace(f"{numbers[2]},unknown", f"{numbers[2]},accepted")) == 303
    assert letters.states() == {2: "accepted", 3: "uncertain", 4: "accepted"}
    assert send(f"message_id,status\n{numbers[3]},not_accepted\n") == 303
    assert letters.states()[3] == "queued"


@pytest.mark.parametrize("who", [Role.AUDITOR, Role.DPO, Role.APPROVER, Role.COMMISSIONER, Role.EMPLOYEE])
def test_who_does_not_write_the_letters_settles_nothing(small: Letters, who: Role) -> None:
    numbers = doubtful(small)
    client, here = small.world.client(who), f"/incidents/{REFERENCE}/people"
    row = {"step": "again", "reason": "Ingen har sett till det."}
    assert client.post(f"{here}/list/{small.row(2).id}", data=row).status_code == 404
    proof = {"evidence": ("a.csv", f"message_id,status\n{numbers[2]},accepted\n".encode(), "text/csv")}
    assert client.post(f"{here}/evidence", files=proof).status_code == 404
    assert client.get(f"{here}/uncertain.csv").status_code == 404
    assert small.states()[2] == "uncertain"
