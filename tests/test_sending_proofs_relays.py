"""C8: relays that close, hesitate, say strange things, half of them or nothing. Nobody gets two, nothing goes in clear.

How long an answer is waited for is ten minutes in the service; only the workers of this test give up sooner.
"""

from collections import Counter
from pathlib import Path

import pytest
from pydantic import SecretStr

from notifications import smtp_connection
from notifications.breaker import relay_state
from tests.fixtures.crew import crew
from tests.fixtures.mailing import at_rest, put_letters, state_of, states, through
from tests.fixtures.shifted import until
from tests.fixtures.sink import HANG_UP, SILENCE, Sink, Told
from tests.fixtures.world import World

CLOSING = b"421 4.3.2 Going down\r\n"
ODD = {
    "good": ("", b""),
    "closes.at.mail": ("MAIL", CLOSING),
    "closes.at.rcpt": ("RCPT", CLOSING),
    "closes.at.data": ("DATA", CLOSING),
    "closes.after.dot": ("DOT", CLOSING),
    "later.after.dot": ("DOT", b"451 4.3.0 Not now\r\n"),
    "hangs.up.at.data": ("DATA", HANG_UP),
    "strange.after.dot": ("DOT", b"599 5.9.9 What\r\n"),
    "half.after.dot": ("DOT", b"250"),
    "half.in.lines": ("DOT", b"250-Ok\r\n2"),
    "hangs.up.after.dot": ("DOT", HANG_UP),
    "silent.after.dot": ("DOT", SILENCE),
}
ONCE = {"closes.at.mail", "closes.at.rcpt", "closes.at.data", "closes.after.dot", "later.after.dot", "hangs.up.at.data"}
DOUBTFUL = {"half.after.dot", "half.in.lines", "hangs.up.after.dot", "silent.after.dot"}


def test_odd_answers_double_nobody(small_world: World, tmp_path: Path, sink: Sink) -> None:
    meet_odd_relays(small_world, tmp_path, sink, times=1, silent=1)


@pytest.mark.long
def test_many_odd_answers_double_nobody(world: World, tmp_path: Path, sink: Sink) -> None:
    meet_odd_relays(world, tmp_path, sink, times=100, silent=10)


def meet_odd_relays(world: World, folder: Path, sink: Sink, times: int, silent: int) -> None:
    """Every oddity between good letters; what passes is odd only at the first try."""
    people = {
        f"{way}.{number}@kund.example": way
        for number in range(times) for way in ODD if way != "silent.after.dot" or number < silent
    }  # fmt: skip
    tries: Counter[str] = Counter()

    def odd(told: Told) -> bytes | None:
        way = people.get(told.recipient or told.sender, "")
        step, answer = ODD.get(way, ("", b""))
        if told.step != step:
            return None
        tries[told.recipient] += 1
        return answer if way not in ONCE or tries[told.recipient] == 1 else None

    sink.odd = odd
    ids = put_letters(world, people)
    with crew(through(world, sink), folder) as workers:
        workers.start(answer_in=1.0)
        until(lambda: at_rest(world), "every letter has an outcome", seconds=300)
    taken = Counter(line.recipient for line in sink.taken())
    for to, way in people.items():
        expected = (
            ("failed", 0) if way == "strange.after.dot" else ("uncertain", 1) if way in DOUBTFUL else ("accepted", 1)
        )
        assert (state_of(world, ids[to]), taken[to]) == expected, to
    assert all(tries[to] == 1 for to, way in people.items() if way in DOUBTFUL), "what is in doubt is not tried again"


def test_a_relay_that_hides_its_encryption_hears_no_letter(small_world: World, tmp_path: Path, sink: Sink) -> None:
    """TLS is required and STARTTLS is stripped: not even the sender's name is said."""
    put_letters(small_world, [f"p{number}@kund.example" for number in range(20)])
    required = SecretStr(f"{sink.url.replace('://', '://vaka:hemligt@')}?tls=required")
    with crew(through(small_world, sink, smtp_url=required), tmp_path) as workers:
        workers.start()
        until(lambda: relay_state_of(small_world) == "no_tls", "it has been tried", seconds=60)
    assert set(sink.heard) <= {"GREETING", "EHLO", "QUIT"}
    assert states(small_world) == {"queued": 20}


def relay_state_of(world: World) -> str:
    with world.look() as session:
        return relay_state(session).reason


def test_the_answer_is_waited_for_ten_minutes() -> None:
    assert smtp_connection.AFTER_THE_DOT >= 600
