"""A notice by e-mail: sent by a person, entered once when it is taken, and in doubt never repeated without a person."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from core.access import Role
from core.audit.models import AuditEntry
from core.errors import Conflict, Invalid
from core.files import StoredFile, file_content
from core.settings import Environment
from incidents import notifying
from incidents.ending import dismiss
from incidents.notifying import Sent
from incidents.notifying.mail_jobs import settle_notice_mails
from notifications.claims import withdraw
from notifications.edpb.answers import known
from notifications.evidence import Verdict
from notifications.models import ChannelMessage, OutboxMessage
from notifications.notice_models import Notice
from notifications.reconcile import in_doubt, reconcile
from tests.fixtures.smtp import Postbox
from tests.fixtures.world import World
from tests.incidents.cases import PASSWORD
from tests.incidents.notice_mails import DENMARK, Sender

HOW = "Myndigheten har bekräftat det per telefon."


@pytest.fixture
def sender(world: World, postbox: Postbox) -> Sender:
    return Sender(world, postbox)


def log_entry(world: World, action: str) -> str:
    with world.look() as session:
        return session.scalars(select(AuditEntry.entry).where(AuditEntry.action == action)).one().decode()


def test_the_mail_has_one_recipient_and_the_very_bytes_that_are_kept(sender: Sender, world: World) -> None:
    sender.send()
    sender.leave()
    (letter,) = sender.letters()
    assert letter.recipients == (DENMARK,)
    assert letter.message["To"] == DENMARK
    assert letter.message["Reply-To"] == "manager@nordhamn.example"
    assert letter.message["Message-ID"] == sender.message().message_id
    assert letter.message["Auto-Submitted"] == "auto-generated"
    reference = sender.case.reference
    assert letter.subject == f"Notification of a personal data breach, phase 1 · {reference}"
    body = letter.message.get_body(("plain",))
    assert body is not None
    assert body["Content-Transfer-Encoding"] == "quoted-printable"
    assert "Nordhamn Verktyg AB" in letter.text
    assert "disa" not in letter.subject.casefold()
    found = {part.get_filename(): part.get_content() for part in letter.message.iter_attachments()}
    assert list(found) == [f"{reference}-notice-1.pdf", f"{reference}-notice-1.json"]
    filing = sender.filing()
    assert filing is not None
    with world.look() as session:
        kept = [file_content(session, session.get_one(StoredFile, one))
                for one in (filing.pdf_file_id, filing.json_file_id)]  # fmt: skip
    assert [content if isinstance(content, bytes) else content.encode() for content in found.values()] == kept
    for action in ("notice:mailed", "notice:filed"):
        entry = log_entry(world, action)
        assert all(hashlib.sha256(content).hexdigest() in entry for content in kept), action


def test_what_is_taken_is_entered_once_at_that_moment_and_stops_the_clock(sender: Sender, world: World) -> None:
    sender.send()
    world.later(minutes=2)
    taken_at = world.now
    sender.deliver()
    world.later(minutes=3)
    with ThreadPoolExecutor(4) as workers:
        ended = workers.map(lambda _: settle_notice_mails(world.database, world.now), range(8))
    assert sum(ended) == 1
    filing, incident = sender.filing(), sender.case.now()
    clock = incident.clock("notify_authority")
    assert filing is not None
    assert clock is not None
    assert (filing.filed_at, filing.channel, filing.late) == (taken_at, "email", False)
    assert (clock.stopped_at, clock.stop_reason) == (taken_at, "filed")
    assert sender.case.log().count("notice:filed") == 1
    assert sender.case.told("notice_mail_taken") == [Role.DEPUTY, Role.MANAGER]
    assert [mail.outcome for mail in sender.mails()] == ["filed"]
    assert len(sender.letters()) == 1


def test_nothing_leaves_before_the_time_to_stop_it_is_over(sender: Sender, world: World) -> None:
    sender.send()
    world.later(minutes=1)
    sender.work()
    assert sender.letters() == []
    sender.do(notifying.stop)
    world.later(hours=1)
    sender.work()
    assert sender.letters() == []
    assert sender.message().state == "cancelled"
    assert [mail.outcome for mail in sender.mails()] == ["stopped"]
    sender.send()
    sender.leave()
    assert len(sender.letters()) == 1, "stopped is not for ever: a person may send it after all"


def test_in_the_last_hour_nothing_waits(small_world: World, postbox: Postbox) -> None:
    sender = Sender(small_world, postbox)
    small_world.now = sender.case.due() - timedelta(minutes=30)
    sender.send(delay_reasons="Det tog tid att få fram uppgifterna.")
    sender.work()
    assert len(sender.letters()) == 1


def test_what_has_been_handed_over_is_not_stopped(sender: Sender) -> None:
    sender.in_doubt()
    with pytest.raises(Conflict, match="can no longer be stopped"):
        sender.do(notifying.stop)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"unencrypted": False}, "unencrypted"),
        ({"instead": "  "}, "instead"),
        ({"password": "fel lösenord, men långt"}, "password"),
    ],
)
def test_nothing_leaves_that_is_not_ticked_said_and_signed(sender: Sender, said: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as wrong:
        sender.send(**said)
    assert set(wrong.value.fields) == {field}
    assert sender.mails() == []


def test_an_address_that_is_not_certain_is_checked_first(small_world: World, postbox: Postbox) -> None:
    sender = Sender(small_world, postbox, "datatilsynet")
    with pytest.raises(Invalid) as wrong:
        sender.send(address_checked=False)
    assert set(wrong.value.fields) == {"address_checked"}


@pytest.mark.parametrize("authority", ["imy", "vdai", "dataombudsmannen"])
def test_no_mail_goes_to_an_authority_that_takes_none(small_world: World, postbox: Postbox, authority: str) -> None:
    sender = Sender(small_world, postbox, authority)
    with pytest.raises(Conflict, match="no notice by ordinary e-mail"):
        sender.send()


def test_a_notice_that_is_not_released_or_was_changed_does_not_leave(sender: Sender) -> None:
    with pytest.raises(Conflict, match="changed while you read"):
        sender.send(version=0)
    sender.do(notifying.save, {62: known("En helt annan berättelse.")})
    with pytest.raises(Conflict, match="Only a released notice"):
        sender.send()


def test_reasons_for_delay_are_asked_before_the_deadline_when_the_mail_may_miss_it(
    world: World, postbox: Postbox
) -> None:
    sender = Sender(world, postbox)
    world.now = sender.case.due() - timedelta(minutes=100)
    with pytest.raises(Invalid) as wrong:
        sender.send()
    assert set(wrong.value.fields) == {"delay_reasons"}


def test_a_late_notice_is_entered_late_with_its_reasons(world: World, postbox: Postbox) -> None:
    sender = Sender(world, postbox, late="Vi såg det först efter helgen.")
    sender.send()
    sender.work()
    filing = sender.filing()
    assert filing is not None
    assert filing.late
    assert filing.delay_reasons_sealed


def test_a_mail_that_a_slow_relay_makes_late_is_entered_all_the_same_and_the_reasons_are_asked_for(
    world: World, postbox: Postbox
) -> None:
    sender = Sender(world, postbox)
    world.now = sender.case.due() - timedelta(hours=3)
    sender.send()
    postbox.refuse(DENMARK, "450 4.2.0 Greylisted")
    sender.leave()
    assert sender.case.told("notice_mail_waits") == [Role.DEPUTY, Role.MANAGER]
    postbox.refuse(DENMARK, "")
    world.later(hours=4)
    sender.work()
    filing = sender.filing()
    assert filing is not None
    assert filing.late
    page = world.client(Role.MANAGER).get(f"{sender.case.path}/authority").text
    assert "Inte lämnade. Lämna dem i en komplettering." in page


def test_while_the_mail_is_under_way_the_notice_is_not_edited_nor_sent_twice(sender: Sender, world: World) -> None:
    sender.send()
    with pytest.raises(Conflict, match="on its way by e-mail"):
        sender.do(notifying.save, {62: known("En annan berättelse.")})
    with pytest.raises(Conflict, match="on its way by e-mail"):
        sender.send()
    assert len(sender.mails()) == 1
    page = world.client(Role.MANAGER).post(
        f"{sender.case.path}/authority/edit", data={"version": "8", "asked": "62", "q62": "x", "q62_state": "known"}
    )
    assert page.status_code == 409


def test_an_edit_that_began_before_the_mail_was_sent_is_refused(sender: Sender, world: World) -> None:
    with world.look() as session:
        read_before = sender.notice(session)
    sender.send()
    read_before.state = "draft"
    with pytest.raises(StaleDataError):
        save(world, read_before)


def save(world: World, notice: Notice) -> None:
    with world.change() as session:
        session.add(notice)


def test_filed_another_way_the_waiting_mail_is_cancelled_in_the_same_transaction(sender: Sender, world: World) -> None:
    sender.send()
    world.later(minutes=1)
    sender.do(notifying.file_notice, Sent(world.now, "portal"))
    assert sender.message().state == "cancelled"
    sender.leave()
    assert sender.letters() == []
    assert [mail.outcome for mail in sender.mails()] == ["overtaken"]
    assert sender.case.log().count("notice:filed") == 1


def test_while_the_mail_is_being_handed_over_no_other_filing_is_recorded(sender: Sender, world: World) -> None:
    sender.send()
    with world.change() as session:
        session.get_one(OutboxMessage, sender.mails()[0].outbox_id).state = "in_data"
    with pytest.raises(Conflict, match="handed over this minute"):
        sender.do(notifying.file_notice, Sent(world.now, "portal"))


def test_the_end_of_the_case_calls_the_waiting_mail_off(sender: Sender, world: World) -> None:
    sender.send()
    sender.case.do(dismiss, Role.MANAGER, "Ingen personuppgift fanns med i filen.")
    sender.case.sign(Role.HEAD)
    sender.leave()
    assert sender.letters() == []
    assert [mail.outcome for mail in sender.mails()] == ["stopped"]


def test_a_notice_is_not_withdrawn_while_a_mail_is_under_way(sender: Sender, world: World) -> None:
    sender.send()
    with pytest.raises(Conflict, match="on its way by e-mail"):
        sender.case.do(notifying.withdraw, Role.MANAGER, "Det var ingen incident.")


def test_a_refusal_is_told_with_its_code_and_another_mail_may_follow(sender: Sender, world: World) -> None:
    sender.send()
    sender.postbox.refuse(DENMARK)
    sender.leave()
    assert sender.filing() is None
    assert [mail.outcome for mail in sender.mails()] == ["lost"]
    assert '"smtp_code":550' in log_entry(world, "notice:mail_ended")
    assert sender.case.told("notice_mail_lost") == [Role.DEPUTY, Role.MANAGER]
    sender.postbox.refuse(DENMARK, "")
    sender.send()
    sender.leave()
    assert len({letter.message["Message-ID"] for letter in sender.letters()}) == 1
    assert sender.filing() is not None


def test_a_mail_in_doubt_is_alarmed_at_once_and_never_repeated_by_a_worker(sender: Sender, world: World) -> None:
    sender.in_doubt()
    assert sender.message().state == "uncertain"
    assert sender.case.told("notice_mail_uncertain") == [Role.DEPUTY, Role.MANAGER]
    with world.look() as session:
        assert session.scalars(select(ChannelMessage.event)).all() == ["notice_mail_uncertain"]
    for _ in range(30):
        world.later(hours=1)
        sender.work()
    assert len(sender.letters()) == 1
    assert sender.filing() is None
    clock = sender.case.now().clock("notify_authority")
    assert clock is not None
    assert clock.stopped_at is None, "the clock runs on"
    assert sender.case.told("notice_mail_uncertain").count(Role.MANAGER) == 2, "again the next day"


def test_a_person_sends_it_again_once_with_the_same_bytes_and_a_message_id_of_its_own(
    sender: Sender, world: World
) -> None:
    sender.in_doubt()
    with pytest.raises(Invalid) as wrong:
        sender.do(notifying.send_again, "kort", "fel", sender.settings)
    assert set(wrong.value.fields) == {"reason"}
    sender.do(notifying.send_again, "Myndigheten har inget fått.", PASSWORD, sender.settings)
    for _ in range(3):
        sender.leave()
    first, second = sender.letters()
    assert first.message["Message-ID"] != second.message["Message-ID"]
    parts = [[part.get_payload(decode=True) for part in one.message.iter_attachments()] for one in (first, second)]
    assert parts[0] == parts[1]
    assert [mail.outcome for mail in sender.mails()] == ["again", "filed"]
    assert sender.case.log().count("notice:filed") == 1
    assert sender.case.log().count("notice:mail_settled") == 1


def test_a_person_who_knows_that_it_arrived_stops_the_clock_at_that_moment(sender: Sender, world: World) -> None:
    sender.in_doubt()
    at = world.now
    world.later(hours=2)
    for how, when in (("kort", at), (HOW, at - timedelta(hours=1)), (HOW, world.now + timedelta(hours=1))):
        with pytest.raises(Invalid):
            sender.do(notifying.arrived, when, how, "")
    sender.do(notifying.arrived, at, HOW, "")
    sender.work()
    filing, clock = sender.filing(), sender.case.now().clock("notify_authority")
    assert filing is not None
    assert clock is not None
    assert (filing.filed_at, filing.channel, clock.stopped_at) == (at, "email", at)
    assert sender.message().state == "decided"
    assert sender.case.log().count("notice:filed") == 1
    assert len(sender.letters()) == 1
    with pytest.raises(Conflict):
        sender.do(notifying.arrived, at, HOW, "")


def test_in_doubt_the_notice_may_still_be_sent_another_way(sender: Sender, world: World) -> None:
    sender.in_doubt()
    sender.do(notifying.file_notice, Sent(world.now, "portal"))
    sender.work()
    assert [mail.outcome for mail in sender.mails()] == ["overtaken"]
    assert sender.message().state == "decided"
    assert sender.case.log().count("notice:filed") == 1


def test_evidence_from_the_relay_settles_letters_and_no_notice(sender: Sender, world: World) -> None:
    sender.in_doubt()
    message = sender.message()
    with world.change() as session:
        case = sender.case.row(session)
        assert in_doubt(session, case.id) == []
        reconcile(session, world.actor(Role.MANAGER), case.id, case.reference,
                  {message.message_id: Verdict.NOT_ACCEPTED}, world.now)  # fmt: skip
    sender.leave()
    assert sender.message().state == "uncertain"
    assert len(sender.letters()) == 1


def test_outside_production_nothing_leaves_for_whom_the_settings_do_not_allow(
    small_world: World, postbox: Postbox
) -> None:
    sender = Sender(small_world, postbox)
    there = sender.settings.model_copy(update={"smtp_url": SecretStr("smtp://mx.nordhamn.example:25")})
    sender.settings = there
    with pytest.raises(Conflict, match="VAKA_MAIL_ALLOW"):
        sender.send()
    sender.settings = there.model_copy(update={"mail_allow": "datatilsynet.dk"})
    assert sender.send().number == 1


def test_in_production_a_notice_is_not_sent_without_a_mail_server(small_world: World, postbox: Postbox) -> None:
    sender = Sender(small_world, postbox)
    nothing_set = {"environment": Environment.PRODUCTION, "smtp_url": SecretStr("")}
    sender.settings = sender.settings.model_copy(update=nothing_set)
    with pytest.raises(Conflict, match="No mail server is set"):
        sender.send()


def test_what_the_worker_holds_back_is_told_and_not_recorded_as_sent(sender: Sender, world: World) -> None:
    sender.send()
    with world.change() as session:
        withdraw(session, session.get_one(OutboxMessage, sender.mails()[0].outbox_id), "environment", world.now)
    sender.work()
    assert [mail.outcome for mail in sender.mails()] == ["lost"]
    assert sender.filing() is None
    assert sender.case.told("notice_mail_lost") == [Role.DEPUTY, Role.MANAGER]
