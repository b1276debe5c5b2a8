"""P1: a report accepted over HTTP, durable, the whole transaction and the receipt page, against one bare row."""

from bench.ground import company, ground
from bench.load import Load, drive, report
from bench.measure import Figures, Outcome, in_turn
from bench.serving import bare, vaka


def run(*, small: bool) -> list[Outcome]:
    pairs, counts = (3, {1: 40, 16: 12}) if small else (5, {1: 100, 16: 20})
    with ground() as folder:
        company(folder).dispose()
        with vaka(folder) as ours, bare(folder) as yardstick:
            drive(ours.port, report("/r/nordhamn/send"), 4, 5)
            drive(yardstick.port, report("/"), 4, 5)
            return [line for clients, each in counts.items()
                    for line in _compare(ours.port, yardstick.port, clients, each, pairs)]  # fmt: skip


def _compare(ours: int, yardstick: int, clients: int, each: int, pairs: int) -> list[Outcome]:
    seen: tuple[list[Load], list[Load]] = ([], [])

    def measured(side: int) -> float:
        port, path = ((ours, "/r/nordhamn/send"), (yardstick, "/"))[side]
        seen[side].append(drive(port, report(path), clients, each))
        return seen[side][-1].rate

    rates = in_turn(lambda: measured(0), lambda: measured(1), pairs)
    who = f"{clients} client{'s' if clients > 1 else ''}"
    lines = [Outcome("P1", f"reports accepted, {who}", "a second", rates, bar=0.6, more=True)]
    if clients > 1:
        slow = (_slowest(seen[0]), _slowest(seen[1]))
        lines.append(Outcome("P1", f"slowest in a hundred, {who}", "ms", slow, bar=1.5))
    return lines


def _slowest(loads: list[Load]) -> Figures:
    return tuple(load.p99 * 1000 for load in loads)
