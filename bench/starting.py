"""P6: from the start of the process to the first answer, its memory, and a command that loads no web framework."""

from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Protocol

from bench.ground import company, ground
from bench.measure import Outcome, in_turn
from bench.serving import Running, bare, command, vaka


class Program(Protocol):
    def __call__(self, folder: Path) -> AbstractContextManager[Running]: ...


def run(*, small: bool) -> list[Outcome]:
    pairs = 3 if small else 5
    with ground() as folder:
        company(folder).dispose()
        memory: dict[Program, list[float]] = {vaka: [], bare: []}

        def started(program: Program) -> float:
            with program(folder) as running:
                memory[program].append(running.memory)
                return running.seconds

        first = in_turn(partial(started, vaka), partial(started, bare), pairs)
        used = (tuple(memory[vaka]), tuple(memory[bare]))
        verified = in_turn(partial(command, folder, "log", "verify"), partial(started, vaka), pairs)
    return [
        Outcome("P6", "first answer against bare", "s", first, bar=2),
        Outcome("P6", "memory at the first answer against bare", "MiB", used, bar=2),
        Outcome("P6", "`vaka log verify` against the first answer of `vaka serve`", "s", verified, bar=0.5),
    ]
