"""A mailing to more people than fit into a moment: approved at once, its letters written by the worker."""

import itertools
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from core.access import Role
from core.audit.models import AuditEntry
from incidents import informing
from incidents.informing import approving, letter_jobs
from incidents.informing.letter_jobs import write_letters
from notifications.letters.models import Recipient
from notifications.models import OutboxMessage
from tests.fixtures.smtp import Postbox
from tests.fixtures.world import World
from tests.incidents.letters import Letters, letters_of


@pytest.fixture
def letters(world: World, postbox: Postbox, monkeypatch: pytest.MonkeyPatch) -> Letters:
    """Three mails are many here, and are written one at a time."""
    monkeypatch.setattr(approving, "AT_ONCE", 2)
    monkeypatch.setattr(letter_jobs, "BATCH", 1)
    monkeypatch.setattr(letter_jobs, "PAUSE", 0)
    return letters_of(world, postbox).prepared()


def write(letters: Letters, most: int = 99) -> int:
    """A knock of the worker that is told to stop after so many batches."""
    asked = itertools.count()
    return write_letters(letters.world.database, lambda: letters.world.now, stop=lambda: next(asked) >= most)


def test_the_wait_begins_when_every_letter_lies_written(letters: Letters) -> None:
    letters.approve()
    assert (letters.track, letters.states()) == ("approved", {})
    letters.world.later(minutes=30)
    assert write(letters, most=2) == 0
    assert (letters.track, len(letters.states())) == ("approved", 2)
    letters.work()
    assert letters.sent() == []
    assert write(letters) == 1
    mailing = letters.mailing
    assert (letters.track, mailing.hold_until) == ("holding", letters.world.now + timedelta(minutes=10))
    assert write(letters) == 0
    letters.world.later(minutes=10)
    letters.work()
    assert sorted(one.recipients[0][:3] for one in letters.sent()) == ["asa", "bo@", "zof"]
    with letters.world.look() as session:
        held = session.scalar(select(AuditEntry.entry).where(AuditEntry.action == "mailing:holding"))
    assert held
    for proof in (mailing.list_hash, mailing.letters_hash, '"count":3'):
        assert proof in held.decode()


def test_stopped_while_they_are_written_none_is_ever_sent(letters: Letters) -> None:
    letters.approve()
    write(letters, most=2)
    letters.do(informing.stop, Role.APPROVER)
    assert write(letters) == 0
    letters.world.later(minutes=30)
    letters.work()
    assert (letters.track, letters.sent()) == ("preparing", [])
    with letters.world.look() as session:
        assert set(session.scalars(select(OutboxMessage.state).where(OutboxMessage.kind == "letter"))) == {"cancelled"}
    letters.test()
    letters.approve()
    assert write(letters) == 1
    letters.world.later(minutes=10)
    letters.work()
    assert len(letters.sent()) == 3


def test_a_list_that_is_not_the_one_tested_goes_back_to_the_writer(letters: Letters) -> None:
    letters.approve()
    with letters.world.change() as session:
        session.execute(update(Recipient).where(Recipient.row == 2).values(language="en"))
    assert write(letters) == 0
    letters.world.later(minutes=30)
    letters.work()
    assert (letters.track, letters.sent()) == ("preparing", [])
    with letters.world.look() as session:
        assert session.scalar(select(AuditEntry.seq).where(AuditEntry.action == "mailing:test_voided")) is not None
        told = select(OutboxMessage.id).where(OutboxMessage.kind == "letters_changed")
        assert session.scalars(told).all()


def test_the_page_says_how_many_are_written(letters: Letters) -> None:
    letters.approve()
    write(letters, most=1)
    client = letters.world.client(Role.MANAGER)
    page = client.get(f"/incidents/{letters.reference}/people").text
    assert "1 av 3 brev skrivna" in page or "1 of 3 letters written" in page
    assert "people/stop" in page
    part = client.get(f"/incidents/{letters.reference}/people/progress").text
    assert 'hx-trigger="every 3s"' in part
