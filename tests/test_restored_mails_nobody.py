"""R2: a backup from the middle of a mailing comes back, and nobody gets a letter until it is known who has one."""

import time
from collections import Counter
from collections.abc import Callable

import pytest

from app.worker import beside
from core.access import SYSTEM, Role
from core.errors import Conflict
from core.moment import now
from core.settings import Settings
from incidents.restoring import end
from notifications.after_restore import unsettled
from notifications.delivery import deliver_due
from notifications.evidence import Verdict
from notifications.reconcile import reconcile
from tests.fixtures.elsewhere import Elsewhere
from tests.fixtures.mailing import CASE, REFERENCE, by_journal, in_doubt, person, put_letters, states, through
from tests.fixtures.sink import Sink
from tests.fixtures.world import World

PEOPLE = 60
PATIENCE = 60.0


def wait_for(what: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < until
        time.sleep(0.05)


def send(world: World, settings: Settings, sink: Sink, until: int) -> None:
    """A worker's round, stopped in the middle of the mailing."""
    deliver_due(world.database, settings, now, "worker", stop=lambda: sink.count >= until)


def test_a_restored_copy_mails_nobody_until_all_is_settled(elsewhere: Elsewhere, sink: Sink) -> None:
    here = elsewhere.here
    everybody = set(put_letters(here, map(person, range(PEOPLE))).values())
    send(here, through(here, sink), sink, PEOPLE // 4)
    before = set(sink.times())
    assert elsewhere.back_up()[0] == 0
    send(here, through(here, sink), sink, PEOPLE // 2)
    gone = sink.times()
    assert len(before) < len(gone) < PEOPLE
    there = elsewhere.settings()
    code, said = elsewhere.restore(there)
    assert code == 0, said
    world = elsewhere.world(there)
    with beside(world.database, through(world, sink)):
        assert set(states(world)) == {"accepted", "uncertain"}
        doubted = in_doubt(world)
        assert doubted == everybody - before, "what may have left since is uncertain, and nothing else"
        time.sleep(2.5)
        assert sink.times() == gone, "no mail leaves"
        with world.change() as session:
            assert unsettled(session) == {CASE: len(doubted)}
            with pytest.raises(Conflict):
                end(session, world.actor(Role.MANAGER), now())
        told = {one: Verdict(verdict) for one, verdict in by_journal(sink, doubted).items()}
        with world.change() as session:
            settled = reconcile(session, SYSTEM, CASE, REFERENCE, told, now())
        assert (settled.accepted, settled.queued) == (len(gone) - len(before), PEOPLE - len(gone))
        time.sleep(2.5)
        assert sink.times() == gone, "not before somebody says so"
        with world.change() as session:
            end(session, world.actor(Role.MANAGER), now())
        wait_for(lambda: set(states(world)) == {"accepted"})
    assert sink.times() == Counter(everybody), "everybody once"
    world.leave()
