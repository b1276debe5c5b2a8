"""The worker's round against a real relay, on both databases."""

from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes
from threading import Event, Thread

import pytest
from sqlalchemy import func, select, update

from core.audit.models import AuditEntry
from core.keys import CaseKey
from core.settings import Environment, Settings
from notifications import courier
from notifications.breaker import relay_state
from notifications.claims import LEASE, Claim, claim, enter_data
from notifications.delivery import deliver_due
from notifications.handover import Accepted, Mail
from notifications.models import DeliveryAttempt, OutboxMessage
from notifications.opening import fingerprint
from notifications.outbox import enqueue
from notifications.settling import LAPSES, Result, recover, settle
from tests.fixtures.smtp import Postbox
from tests.fixtures.world import World

Send = Callable[[], int]


@pytest.fixture
def send(world: World, postbox: Postbox) -> Send:
    """One round of a worker at the world's time, through the postbox."""
    settings = world.settings.model_copy(update={"smtp_url": _secret(postbox.url)})
    return lambda: deliver_due(world.database, settings, lambda: world.now, "worker")


def _secret(url: str) -> object:
    return Settings(smtp_url=url).smtp_url  # type: ignore[arg-type]


def letters(
    world: World, *names: str, kind: str = "reconcile", priority: int = 9, case: str = "", approved: str = ""
) -> None:
    with world.change() as session:
        for name in names:
            message = enqueue(
                session,
                "letter",
                to=f"{name}@kund.example",
                language="sv",
                once=f"letter:{name}",
                now=world.now,
                case=case,
                priority=priority,
                message_class=kind,
                recipient_id=name,
                facts={"subject": "Om dina uppgifter", "text": f"Hej {name}.\n", "html": f"<p>Hej {name}.</p>\n"},
            )
            assert message is not None
            message.body_hash = approved


def states(world: World) -> dict[str, str]:
    with world.look() as session:
        rows = session.execute(select(OutboxMessage.recipient_id, OutboxMessage.state))
        return {str(name): state for name, state in rows}


def row(world: World, name: str) -> OutboxMessage:
    with world.look() as session:
        return session.scalars(select(OutboxMessage).where(OutboxMessage.recipient_id == name)).one()


def events(world: World, name: str) -> list[str]:
    with world.look() as session:
        of = select(OutboxMessage.id).where(OutboxMessage.recipient_id == name).scalar_subquery()
        found = select(DeliveryAttempt.event).where(DeliveryAttempt.outbox_id == of)
        return sorted(session.scalars(found))


def test_each_person_gets_one_message_of_their_own_with_names_intact(
    world: World, postbox: Postbox, send: Send
) -> None:
    names = ["asa", "bjorn", "zoe"]
    letters(world, *names)
    assert send() == 3
    assert send() == 0
    assert sorted(letter.recipients for letter in postbox.letters) == [(f"{name}@kund.example",) for name in names]
    for name in names:
        (letter,) = postbox.to(f"{name}@kund.example")
        assert letter.text == f"Hej {name}.\n"
        assert letter.message["To"] == f"{name}@kund.example"
        assert letter.message["Message-ID"] == row(world, name).message_id
    assert set(states(world).values()) == {"accepted"}
    assert events(world, "asa") == ["accepted", "in_data"]
    assert row(world, "asa").accepted_at == world.now


def test_letters_with_dots_and_swedish_letters_arrive_as_written(world: World, postbox: Postbox, send: Send) -> None:
    text = ".\n..\n.början\nÅsa Öberg, Žofia Łęcka\n" + "lång rad " * 200 + "\n"
    with world.change() as session:
        facts = {"subject": "Åsa Öberg: dina uppgifter hos oss · påminnelse om ett långt ämne", "text": text}
        enqueue(session, "letter", to="asa@kund.example", language="sv", once="x", now=world.now, facts=facts)
    send()
    (letter,) = postbox.letters
    assert letter.text == text
    assert letter.subject.startswith("Åsa Öberg: dina uppgifter")


def test_a_refusal_for_good_fails_once_and_its_text_is_sealed(world: World, postbox: Postbox, send: Send) -> None:
    letters(world, "asa", "bo")
    postbox.refuse("bo@kund.example", "550 5.1.1 <bo@kund.example> is not known here")
    assert send() == 1
    world.later(hours=2)
    assert send() == 0
    bo = row(world, "bo")
    assert (bo.state, bo.smtp_code, bo.attempts) == ("failed", 550, 1)
    assert bo.smtp_reply_sealed
    assert "bo@kund" not in bo.smtp_reply_sealed


def test_a_refusal_for_now_is_tried_again_later_and_later(world: World, postbox: Postbox, send: Send) -> None:
    letters(world, "asa")
    postbox.refuse("asa@kund.example", "450 4.2.0 Greylisted")
    send()
    assert row(world, "asa").state == "deferred"
    assert timedelta(minutes=1) <= row(world, "asa").due_at - world.now <= timedelta(minutes=1.2)
    send()
    assert row(world, "asa").attempts == 1, "not before its time"
    world.later(minutes=2)
    send()
    assert timedelta(minutes=2) <= row(world, "asa").due_at - world.now <= timedelta(minutes=2.4)
    postbox.refuse("asa@kund.example", "")
    world.later(minutes=3)
    assert send() == 1
    assert row(world, "asa").attempts == 3


def test_after_120_hours_a_letter_is_given_up_and_an_alert_is_not(world: World, postbox: Postbox, send: Send) -> None:
    letters(world, "asa")
    letters(world, "bo", kind="resend")
    for name in ("asa", "bo"):
        postbox.refuse(f"{name}@kund.example", "451 Later")
    send()
    world.later(hours=119)
    send()
    world.later(hours=2)
    send()
    assert states(world) == {"asa": "dead", "bo": "deferred"}


def test_a_dead_relay_leaves_everything_queued_and_costs_no_attempt(world: World, postbox: Postbox, send: Send) -> None:
    letters(world, "asa", "bo")
    postbox.stop()
    for _ in range(8):
        assert send() == 0
        world.later(minutes=10)
    assert states(world) == {"asa": "queued", "bo": "queued"}
    assert row(world, "asa").attempts == 0
    with world.look() as session:
        down = relay_state(session)
    assert (down.reason, down.failures, down.since) == ("unreachable", 8, world.now - timedelta(minutes=80))
    postbox.start()
    assert send() == 2
    with world.look() as session:
        assert relay_state(session).reason == ""


def test_a_relay_that_is_down_is_left_alone_for_a_while(world: World, postbox: Postbox, send: Send) -> None:
    letters(world, "asa")
    postbox.stop()
    send()
    postbox.start()
    assert send() == 0
    world.later(seconds=16)
    assert send() == 1


def test_alerts_go_before_letters_whatever_their_age(world: World, postbox: Postbox, send: Send) -> None:
    letters(world, "asa", "bo")
    world.later(minutes=5)
    letters(world, "manager", kind="resend", priority=1)
    send()
    assert postbox.letters[0].recipients == ("manager@kund.example",)


def test_frozen_letters_wait_until_somebody_releases_them(world: World, postbox: Postbox, send: Send) -> None:
    letters(world, "asa")
    with world.change() as session:
        session.execute(update(OutboxMessage).values(state="frozen"))
    assert send() == 0
    with world.change() as session:
        session.execute(update(OutboxMessage).values(state="queued"))
    assert send() == 1


@pytest.mark.parametrize(("kind", "state"), [("resend", "queued"), ("reconcile", "uncertain"), ("hold", "uncertain")])
def test_an_answer_lost_after_the_dot_is_doubt_not_a_second_mail(
    world: World, postbox: Postbox, send: Send, kind: str, state: str
) -> None:
    letters(world, "asa", "bo", kind=kind)
    postbox.hang_up_on = {"asa@kund.example"}
    assert send() == 1
    assert states(world) == {"asa": state, "bo": "accepted"}
    assert send() == 0
    assert len(postbox.to("asa@kund.example")) == 1
    with world.look() as session:
        told = session.scalar(select(func.count()).where(AuditEntry.action == "message:uncertain"))
    assert told == (state == "uncertain")


@pytest.mark.parametrize(("kind", "state"), [("resend", "queued"), ("reconcile", "uncertain"), ("hold", "uncertain")])
def test_a_lapsed_lease_before_the_dot_is_sent_again_and_after_it_by_class(world: World, kind: str, state: str) -> None:
    letters(world, "before", "after", kind=kind)
    with world.change() as session:
        for message in claim(session, "dead worker", world.now):
            if message.recipient_id == "after":
                assert enter_data(session, [Claim(message.id, message.fence)], world.now)
    with world.change() as session:
        assert recover(session, world.later(seconds=119)) == 0
    with world.change() as session:
        assert recover(session, world.later(seconds=2)) == 2
    assert states(world) == {"before": "queued", "after": state}
    assert "lapsed" in events(world, "before")
    assert "left" in events(world, "after")


def test_a_mail_that_takes_worker_after_worker_down_is_given_up(world: World) -> None:
    letters(world, "poison")
    for _ in range(LAPSES):
        with world.change() as session:
            assert len(claim(session, "doomed", world.now)) == 1
        with world.change() as session:
            recover(session, world.later(seconds=121))
    assert states(world) == {"poison": "dead"}


def test_mails_that_lay_beside_the_one_at_hand_are_not_given_up(world: World) -> None:
    letters(world, "at hand", "beside it")
    for _ in range(LAPSES):
        with world.change() as session:
            assert len(claim(session, "doomed", world.now)) == 2
        with world.change() as session:
            recover(session, world.later(seconds=121))
    with world.look() as session:
        found = session.scalars(select(OutboxMessage.state).order_by(OutboxMessage.due_at, OutboxMessage.id))
        assert list(found) == ["dead", "queued"]


def test_a_zombie_finds_the_fence_and_does_not_send_the_dot(
    world: World, postbox: Postbox, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker sleeps in mid-body for longer than its lease; another one sends its mail meanwhile."""
    letters(world, "asa", "bo")
    asleep, awake = Event(), Event()
    first = courier.Courier._hand_over

    def sleepy(self: courier.Courier, mail: Mail, hold: bool) -> object:
        answer = first(self, mail, hold)
        if not asleep.is_set():
            asleep.set()
            awake.wait(20)
        return answer

    monkeypatch.setattr(courier.Courier, "_hand_over", sleepy)
    zombie = Thread(target=send)
    zombie.start()
    assert asleep.wait(20)
    world.later(seconds=LEASE.total_seconds() * 3)
    assert send() == 2
    awake.set()
    zombie.join(20)
    assert len(postbox.letters) == 2
    assert set(states(world).values()) == {"accepted"}


def test_a_yes_that_comes_late_settles_the_doubt(world: World) -> None:
    letters(world, "asa")
    with world.change() as session:
        (message,) = claim(session, "slow", world.now)
        held = Claim(message.id, message.fence)
        enter_data(session, [held], world.now)
    with world.change() as session:
        recover(session, world.later(seconds=121))
    with world.change() as session:
        settle(session, [Result(held, Accepted(250, "Ok"))], world.now)
    assert states(world) == {"asa": "accepted"}


def test_a_test_installation_mails_only_whom_it_may(
    world: World, postbox: Postbox, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notifications.permitted.is_loopback", lambda host: False)
    letters(world, "asa", "bo")
    settings = world.settings.model_copy(update={"smtp_url": _secret(postbox.url), "mail_allow": "asa@kund.example"})
    assert settings.environment is Environment.TEST
    deliver_due(world.database, settings, lambda: world.now, "worker")
    assert states(world) == {"asa": "accepted", "bo": "cancelled"}
    assert events(world, "bo") == ["cancelled:environment"]


def test_a_letter_changed_after_its_approval_is_not_sent(world: World, postbox: Postbox, send: Send) -> None:
    letters(
        world,
        "asa",
        approved=fingerprint({"subject": "Om dina uppgifter", "text": "Hej asa.\n", "html": "<p>Hej asa.</p>\n"}),
    )
    letters(world, "bo", approved="0" * 64)
    assert send() == 1
    assert states(world) == {"asa": "accepted", "bo": "cancelled"}


def test_an_erased_case_mails_nobody(world: World, postbox: Postbox, send: Send) -> None:
    letters(world, "asa", case="c" * 32)
    with world.change() as session:
        session.execute(update(CaseKey).where(CaseKey.case_id == "c" * 32).values(erased_at=world.now))
    assert send() == 0
    assert states(world) == {"asa": "cancelled"}


def test_an_address_that_is_none_fails_and_a_kind_without_words_waits(
    world: World, postbox: Postbox, send: Send
) -> None:
    letters(world, "two addresses, x")
    with world.change() as session:
        enqueue(
            session, "no_such_kind", to="bo@kund.example", language="sv", once="y", now=world.now, recipient_id="bo"
        )
    assert send() == 0
    assert states(world) == {"two addresses, x": "failed", "bo": "deferred"}


def test_two_workers_share_the_work_and_double_nothing(world: World, postbox: Postbox, send: Send) -> None:
    letters(world, *(f"p{number:03}" for number in range(120)))
    workers = [Thread(target=send) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert len(postbox.letters) == 120
    assert len({letter.recipients for letter in postbox.letters}) == 120
    assert set(states(world).values()) == {"accepted"}


def test_a_stopped_worker_gives_back_what_it_has_not_tried(world: World, postbox: Postbox) -> None:
    letters(world, *(f"p{number}" for number in range(10)))
    settings = world.settings.model_copy(update={"smtp_url": _secret(postbox.url)})
    sent = deliver_due(world.database, settings, lambda: world.now, "worker", stop=lambda: len(postbox.letters) >= 3)
    assert sent == 3
    with world.look() as session:
        left = session.scalars(select(OutboxMessage).where(OutboxMessage.state == "queued")).all()
    assert [(message.attempts, message.lease_owner) for message in left] == [(0, None)] * 7


def test_without_a_relay_mails_become_files_and_nobody_is_mailed(world: World) -> None:
    letters(world, "asa")
    assert deliver_due(world.database, world.settings, lambda: world.now, "worker") == 1
    (file,) = (world.settings.var_dir / "mail").iterdir()
    assert file.name == f"{row(world, 'asa').id}.eml"
    assert message_from_bytes(file.read_bytes())["To"] == "asa@kund.example"
    assert file.stat().st_mode & 0o077 == 0


def test_in_production_without_a_relay_messages_wait(world: World) -> None:
    letters(world, "asa")
    settings = world.settings.model_copy(update={"environment": Environment.PRODUCTION})
    assert deliver_due(world.database, settings, lambda: world.now, "worker") == 0
    assert states(world) == {"asa": "queued"}
    with world.look() as session:
        assert relay_state(session).reason == "no_relay"
