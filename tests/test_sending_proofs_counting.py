"""C5 and C6: what was approved is what arrives, and a mailing is finished only when every letter has an outcome.

The relay refuses some for ever and some for two hours, closes every so many letters, and loses two of its answers.
"""

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select, update

from core.access import Role
from core.errors import Conflict
from core.keys import seal
from incidents import informing
from incidents.informing.jobs import release_due
from notifications.delivery import deliver_due
from notifications.letters.counting import progress
from notifications.letters.freezing import hash_of
from notifications.letters.models import Mailing, Recipient
from notifications.models import OutboxMessage
from tests.fixtures.shifted import Shift, shifted, until, workers
from tests.fixtures.sink import HANG_UP, Sink, Told
from tests.fixtures.smtp import Letter
from tests.fixtures.world import World
from tests.incidents.letters import SAID, Letters, fingerprint_of, letters_of

NEVER, FOR_A_WHILE = b"550 5.1.1 No such user\r\n", b"451 4.7.1 Greylisted\r\n"
CLOSING = b"421 4.7.0 Too many mails on one line\r\n"
TWO_HOURS = timedelta(hours=2)
JOBS = ("deliver", "deliver_alerts", "incidents.informing.jobs.release_due", "incidents.informing.jobs.settle")


def a_list(people: int) -> str:
    rows = [f"Person {number};p{number}@kund.example;{'sv' if number % 3 else 'en'}" for number in range(people)]
    return "\n".join(["Namn;E-post;Språk", *rows, ""])


def test_finished_means_counted(small_world: World, tmp_path: Path, sink: Sink) -> None:
    count_every_outcome(small_world, tmp_path, sink, people=120, every=25)


@pytest.mark.long
def test_finished_means_counted_for_twenty_thousand(world: World, tmp_path: Path, sink: Sink) -> None:
    count_every_outcome(world, tmp_path, sink, people=20_000, every=2_500)


def count_every_outcome(world: World, folder: Path, sink: Sink, people: int, every: int) -> None:
    """Every tenth is refused for ever, every tenth for two hours; two answers are lost, and a person settles them."""
    letters = letters_of(world, sink)
    letters.import_list(a_list(people))
    letters.write()
    letters.test()
    letters.approve()
    world.later(minutes=10)
    shift = shifted(folder, world.now)
    opens = world.now + TWO_HOURS

    def odd(told: Told) -> bytes | None:
        number = int(told.recipient[1:].partition("@")[0]) if told.recipient.startswith("p") else -1
        if told.step == "RCPT" and number % 10 == 3:
            return NEVER
        if told.step == "RCPT" and number % 10 == 7 and shift.now() < opens:
            return FOR_A_WHILE
        if told.step == "MAIL" and told.taken == every:
            return CLOSING
        return HANG_UP if told.step == "DOT" and number in {5, 6} else None

    sink.odd = odd
    with workers(letters.settings, shift, folder, jobs=JOBS) as pool:
        pool.launch()
        until(lambda: at_rest(letters, shift), "only those in doubt are left", seconds=600)
        assert letters.track == "sending", "two letters are in doubt, so it is not finished"
        for number in (5, 6):
            letters.do(informing.decide, Role.MANAGER, letters.row(number + 2), "arrived", "Driften har frågat dem.")
        shift.skip(timedelta(minutes=1))
        until(lambda: letters.track == "sent", "every letter has an outcome")
    refused = len([number for number in range(people) if number % 10 == 3])
    with world.look() as session:
        seen = progress(session, session.scalars(select(Mailing)).one())
    assert (seen.total, seen.failed, seen.decided, seen.accepted) == (people, refused, 2, people - refused - 2)
    assert Counter(letters.states().values()) == {"accepted": seen.accepted, "failed": refused, "decided": 2}
    assert len(letters.states()) == people, "an outcome for each person"
    assert set(Counter(line.recipient for line in sink.taken()).values()) == {1}


def at_rest(letters: Letters, shift: Shift) -> bool:
    """Only doubt is left. When all that is under way waits for another try, its time comes. Never finished before."""
    found = Counter(letters.states().values())
    track = letters.track
    assert track == "sending" or not found["deferred"] + found["queued"] + found["uncertain"]
    if found["deferred"] and not found["queued"] + found["claimed"] + found["in_data"]:
        shift.skip(timedelta(minutes=10))
    return found.keys() == {"accepted", "failed", "uncertain"}


def test_what_arrives_is_what_was_approved_whatever_is_changed_meanwhile(world: World, sink: Sink) -> None:
    """List, letter and people are changed in the middle of the mailing, by the pages and behind their back."""
    sink.keep = True
    letters = letters_of(world, sink)
    twice = a_list(30) + "Person 4;p4@KUND.example;sv\n" + "person 5;p5@kund.example;sv\n"
    letters.import_list(twice)
    letters.import_list(twice, who=Role.DEPUTY)
    letters.write()
    letters.test()
    letters.approve()
    world.later(minutes=10)
    release_due(world.database, world.now)
    deliver_due(world.database, letters.settings, lambda: world.now, "worker", stop=lambda: sink.count >= 10)
    assert 10 <= sink.count < 30
    with pytest.raises(Conflict):
        letters.write(**SAID)
    with pytest.raises(Conflict):
        letters.import_list(a_list(5))
    with letters.case() as (session, incident):
        other = seal(session, incident.id, f"mailing.letter:{letters.mailing.id}", '{"template": "x", "versions": {}}')
        session.execute(update(Mailing).values(letter_sealed=other, template="x", edition=99))
        session.execute(update(Recipient).where(Recipient.row > 20).values(language="sv", fields_sealed=""))
        session.execute(delete(Recipient).where(Recipient.row == 30))
    deliver_due(world.database, letters.settings, lambda: world.now, "worker")
    arrived = [Letter(line.sender, (line.recipient,), raw) for line, raw in sink.kept()]
    assert Counter(one.recipients for one in arrived) == {(f"p{number}@kund.example",): 1 for number in range(30)}
    assert hash_of([fingerprint_of(one) for one in arrived]) == letters.mailing.letters_hash
    accepted = select(func.count()).where(OutboxMessage.kind == "letter", OutboxMessage.state == "accepted")
    with world.look() as session:
        assert session.scalar(accepted) == 30
