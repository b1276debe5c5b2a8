"""P3: letters out of the outbox by one worker, into Postfix's smtp-sink, against two others that send."""

import json
import subprocess
import sys
from functools import partial
from pathlib import Path

from bench import peer, postfix
from bench.ground import company, ground
from bench.letters import addressed, on_the_line, queue, queue_again
from bench.measure import Figures, Outcome, in_turn
from core.db import Database
from core.moment import now

WINDOW = 500
SOURCE = 20_000  # mails of smtp-source at a time: it would be over a worker's number before it has begun
FEW, FLAT = 2_000, 1.1
AGAINST_PEER = f"letters, window {WINDOW}, against django-post-office"
AGAINST_SOURCE = f"letters, window {WINDOW}, against `smtp-source -s 4`"


def run(*, small: bool) -> list[Outcome]:
    count, many = (2_000, 8_000) if small else (5_000, 20_000)
    if not postfix.installed():
        return [_missing(what, postfix.REMEDY) for what in (AGAINST_PEER, AGAINST_SOURCE, _memory(many, FEW))]
    with ground() as folder, postfix.smtp_sink() as port:
        database = company(folder)
        queue(database, count, now())
        (folder / "letter").write_bytes(on_the_line())
        ours = partial(_rate, database, folder, port)
        ours()
        lines = [_against_peer(ours, folder, port, count), _against_source(ours, folder, port)]
        database.dispose()
        return [*lines, memory(folder, port, many, FEW)]


def million(*, small: bool) -> list[Outcome]:
    """What a worker needs that sends a million letters. Takes a quarter of an hour and three gigabytes."""
    many, few = (100_000 if small else 1_000_000), 10_000
    if not postfix.installed():
        return [_missing(_memory(many, few), postfix.REMEDY)]
    with ground() as folder, postfix.smtp_sink() as port:
        return [memory(folder, port, many, few)]


def _against_peer(ours: "partial[float]", folder: Path, port: int, count: int) -> Outcome:
    theirs = peer.peer(folder)
    if theirs is None:
        return _missing(AGAINST_PEER, peer.REMEDY)
    theirs.fill(addressed(0, count))
    rates = in_turn(ours, partial(theirs.send, port), 3)
    return Outcome("P3", AGAINST_PEER, "a second", rates, bar=3, more=True)


def _against_source(ours: "partial[float]", folder: Path, port: int) -> Outcome:
    rates = in_turn(ours, partial(postfix.smtp_source, port, folder / "letter", SOURCE), 3)
    return Outcome("P3", AGAINST_SOURCE, "a second", rates, bar=0.1, more=True)


def memory(folder: Path, port: int, many: int, few: int) -> Outcome:
    """The most that a worker's process had in memory while it sent them all."""
    peaks: list[float] = []
    for count in (many, few):
        database = company(folder / str(count))
        queue(database, count, now())
        database.dispose()
        told = _sent(folder / str(count), port)
        assert told["sent"] == count, f"{told['sent']} of {count} letters were sent"
        peaks.append(told["peak"])
    figures: tuple[Figures, Figures] = ((peaks[0],), (peaks[1],))
    return Outcome("P3", _memory(many, few), "MiB", figures, bar=FLAT)


def _memory(many: int, few: int) -> str:
    return f"memory while {many:,} letters leave against {few:,}"


def _missing(what: str, remedy: str) -> Outcome:
    return Outcome("P3", what, "", ((), ()), bar=0, missing=remedy)


def _rate(database: Database, folder: Path, port: int) -> float:
    """Letters a second that the relay has taken and the outbox knows of."""
    queue_again(database)
    told = _sent(folder, port)
    return told["sent"] / told["seconds"]


def _sent(folder: Path, port: int) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.sending", str(folder), str(port), str(WINDOW)]
    answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    told: dict[str, float] = json.loads(answer.stdout)
    return told
