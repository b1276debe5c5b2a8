"""Two things measured in turn, A B A B, so that a machine that drifts slows both alike."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

Figures = tuple[float, ...]
FAR = 1.5  # a bar missed by this factor fails the run; less is shown and forgiven, because machines differ


@dataclass(frozen=True)
class Outcome:
    """One line of the table: the figures of ours and of the yardstick, pair by pair, and the bar for their ratio.

    `more` says that more is better (requests a second); otherwise less is (seconds, memory). `missing`: why there are
    no figures, and what to do about it.
    """

    row: str
    what: str
    unit: str
    figures: tuple[Figures, Figures]
    bar: float
    more: bool = False
    missing: str = ""

    @property
    def ratio(self) -> float:
        return median(ours / yardstick for ours, yardstick in zip(*self.figures, strict=True))

    @property
    def missed_by(self) -> float:
        """1 or less: the bar is met."""
        if self.missing:
            return 0
        return self.bar / self.ratio if self.more else self.ratio / self.bar

    @property
    def verdict(self) -> str:
        if self.missing:
            return f"not measured: {self.missing}"
        if self.missed_by <= 1:
            return "met"
        return "missed" if self.missed_by <= FAR else "missed by far"


def in_turn(ours: Callable[[], float], yardstick: Callable[[], float], pairs: int) -> tuple[Figures, Figures]:
    """Run both `pairs` times, alternating which goes first; what each gave, in order."""
    results: tuple[list[float], list[float]] = ([], [])
    for pair in range(pairs):
        for side in (0, 1) if pair % 2 == 0 else (1, 0):
            results[side].append((ours, yardstick)[side]())
    return tuple(results[0]), tuple(results[1])


def table(outcomes: list[Outcome]) -> str:
    head = ("", "what", "ours", "yardstick", "", "ratio", "bar", "")
    rows = [head, *(_cells(outcome) for outcome in outcomes)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(head))]
    lines = ["  ".join(_placed(cell, width, at) for at, (cell, width) in enumerate(zip(row, widths, strict=True)))
             for row in rows]  # fmt: skip
    return "\n".join(line.rstrip() for line in [lines[0], "-" * len(lines[0]), *lines[1:]])


def _cells(outcome: Outcome) -> tuple[str, ...]:
    if outcome.missing:
        return (outcome.row, outcome.what, "", "", "", "", "", outcome.verdict)
    return (
        outcome.row,
        outcome.what,
        _figure(median(outcome.figures[0])),
        _figure(median(outcome.figures[1])),
        outcome.unit,
        f"{outcome.ratio:.2f}",
        f"{'>=' if outcome.more else '<='} {outcome.bar:g}",
        outcome.verdict,
    )


def _placed(cell: str, width: int, at: int) -> str:
    return cell.rjust(width) if at in {2, 3, 5} else cell.ljust(width)


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"
