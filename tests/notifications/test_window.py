"""A window of several letters is written down at once; what it leaves in doubt is never more than was entered."""

from collections import Counter
from collections.abc import Callable

import pytest
from pydantic import SecretStr
from sqlalchemy import event, select

from core.moment import steady
from notifications import courier
from notifications.delivery import deliver_due
from notifications.models import OutboxMessage
from tests.fixtures.sink import HANG_UP, Sink
from tests.fixtures.smtp import Postbox
from tests.fixtures.world import World
from tests.notifications.test_delivery import events, letters, row, states

NAMES = [f"p{number:02}" for number in range(25)]
Send = Callable[..., int]


@pytest.fixture
def send(world: World, postbox: Postbox) -> Send:
    """One round of a worker with a window of ten."""
    settings = world.settings.model_copy(update={"smtp_url": SecretStr(postbox.url), "mail_window": 10})

    def deliver(stop: Callable[[], bool] = lambda: False) -> int:
        return deliver_due(world.database, settings, lambda: world.now, "worker", stop=stop)

    return deliver


def test_every_letter_of_every_window_is_sent_once(world: World, postbox: Postbox, send: Send) -> None:
    letters(world, *NAMES)
    assert send() == 25
    assert sorted(letter.recipients[0].partition("@")[0] for letter in postbox.letters) == NAMES
    assert set(states(world).values()) == {"accepted"}
    assert events(world, "p07") == ["accepted", "in_data"]


def test_a_stop_in_the_middle_gives_back_what_was_entered_and_not_sent(
    world: World, postbox: Postbox, send: Send
) -> None:
    letters(world, *NAMES)
    assert send(stop=lambda: len(postbox.letters) >= 13) == 13
    with world.look() as session:
        left = session.scalars(select(OutboxMessage).where(OutboxMessage.state == "queued")).all()
    assert [(one.attempts, one.lease_owner) for one in left] == [(0, None)] * 12
    assert send() == 12
    assert len(postbox.letters) == 25


def test_refusals_and_a_lost_answer_concern_their_own_letters_only(world: World, postbox: Postbox, send: Send) -> None:
    letters(world, *NAMES)
    with world.look() as session:
        order = list(session.scalars(select(OutboxMessage.recipient_id).order_by(OutboxMessage.id)))
    first, fourth, sixth, eighth = (f"{order[at]}@kund.example" for at in (0, 3, 5, 7))
    postbox.refuse(first)
    postbox.refuse(fourth)
    postbox.refuse(sixth, "451 4.3.0 Later")
    postbox.hang_up_on = {eighth}
    assert send() == 21
    wanted = {first: "failed", fourth: "failed", sixth: "deferred", eighth: "uncertain"}
    assert states(world) == {name: wanted.get(f"{name}@kund.example", "accepted") for name in NAMES}


def test_a_worker_that_sleeps_between_writing_down_and_the_dot_sends_no_dot(
    world: World, postbox: Postbox, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its letters may have been settled and sent again while it slept; it knows by the clock that runs on."""
    letters(world, *NAMES)
    slept = [0.0]
    monkeypatch.setattr(courier, "steady", lambda: steady() + slept[0])

    def fall_asleep() -> bool:
        if len(postbox.letters) == 4:
            slept[0] = 130.0
        return False

    assert send(stop=fall_asleep) >= 4
    assert len(postbox.letters) == len({letter.recipients for letter in postbox.letters}) == 25
    assert row(world, "p00").state == "accepted"


def through(world: World, sink: Sink, stop: Callable[[], bool] = lambda: False) -> int:
    """The same round to a relay that takes commands in groups, so that each letter is announced with the dot before."""
    settings = world.settings.model_copy(update={"smtp_url": SecretStr(sink.url), "mail_window": 10})
    return deliver_due(world.database, settings, lambda: world.now, "worker", stop=stop)


def test_letters_that_follow_each_other_in_groups_are_sent_once(small_world: World, sink: Sink) -> None:
    letters(small_world, *NAMES)
    sink.odd = lambda told: b"550 No such user\r\n" if told.step == "RCPT" and told.recipient[:3] == "p07" else None
    assert through(small_world, sink) == 24
    assert sorted(line.recipient[:3] for line in sink.taken()) == [name for name in NAMES if name != "p07"]
    assert states(small_world) == {name: "failed" if name == "p07" else "accepted" for name in NAMES}


def test_a_letter_that_was_only_announced_is_given_back(small_world: World, sink: Sink) -> None:
    letters(small_world, *NAMES)
    assert through(small_world, sink, stop=lambda: sink.count >= 13) == 13
    assert Counter(states(small_world).values()) == {"accepted": 13, "queued": 12}
    assert through(small_world, sink) == 12
    assert max(sink.times().values()) == 1


def test_a_line_that_ends_in_the_middle_of_a_window_leaves_one_letter_in_doubt(small_world: World, sink: Sink) -> None:
    letters(small_world, *NAMES)
    sink.odd = lambda told: HANG_UP if told.step == "DOT" and told.recipient[:3] == "p07" else None
    assert through(small_world, sink) == 24
    assert states(small_world) == {name: "uncertain" if name == "p07" else "accepted" for name in NAMES}


@pytest.fixture
def whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each claim is one window, which is entered at once when the relay has taken a letter."""
    monkeypatch.setattr(courier, "BATCH", 10)


@pytest.mark.usefixtures("whole")
def test_a_window_that_is_claimed_is_entered_in_the_same_transaction(small_world: World, sink: Sink) -> None:
    letters(small_world, *NAMES)
    begun: list[object] = []
    event.listen(small_world.database.writer, "begin", begun.append)
    assert through(small_world, sink) == 25
    assert len(begun) == 5, "the first window is entered by itself; the last claim finds nothing"
    assert set(states(small_world).values()) == {"accepted"}
    assert {tuple(events(small_world, name)) for name in NAMES} == {("accepted", "in_data")}
    assert max(sink.times().values()) == 1


@pytest.mark.usefixtures("whole")
def test_what_was_entered_with_its_claim_and_not_sent_is_given_back(small_world: World, sink: Sink) -> None:
    letters(small_world, *NAMES)
    assert through(small_world, sink, stop=lambda: sink.count >= 13) == 13
    with small_world.look() as session:
        left = session.scalars(select(OutboxMessage).where(OutboxMessage.state == "queued")).all()
    assert [(one.attempts, one.lease_owner) for one in left] == [(0, None)] * 12
    assert through(small_world, sink) == 12
    assert max(sink.times().values()) == 1


@pytest.mark.usefixtures("whole")
def test_a_letter_that_may_not_leave_is_cancelled_though_its_window_is_entered(small_world: World, sink: Sink) -> None:
    letters(small_world, *NAMES[:15])
    letters(small_world, "altered", approved="0" * 64)
    assert through(small_world, sink) == 15
    assert states(small_world)["altered"] == "cancelled"


@pytest.mark.usefixtures("whole")
def test_the_answers_are_written_down_before_a_stop(small_world: World, sink: Sink) -> None:
    letters(small_world, *NAMES[:20])
    assert through(small_world, sink, stop=lambda: sink.count >= 20) == 20
    assert set(states(small_world).values()) == {"accepted"}
