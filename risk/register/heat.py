"""The heat map: how many living risks stand in each of the sixteen cells, and a few of them by name. It shows, and
decides nothing: two risks of one cell can be of different weight."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access import Actor
from risk.register.matrix import IMPACTS, LEVELS, LIKELIHOODS, SCALE, Level, level
from risk.register.models import Risk
from risk.register.queries import may_use, of_state
from risk.register.rules import LIVING

NAMED = 6  # more would make a cell a list; the number beside leads to the list


@dataclass(frozen=True, slots=True)
class Spot:
    """One risk in a cell."""

    name: str
    href: str
    title: str


@dataclass(frozen=True, slots=True)
class Cell:
    """`word` is the level, `colour` its step from 1 (light) to 5 (dark)."""

    likelihood: int
    impact: int
    score: int
    word: str
    colour: int
    count: int
    spots: tuple[Spot, ...]

    @property
    def href(self) -> str:
        return f"/risks?likelihood={self.likelihood}&impact={self.impact}"

    @property
    def others(self) -> int:
        return self.count - len(self.spots)


@dataclass(frozen=True, slots=True)
class Row:
    """One likelihood, from small to very large impact."""

    likelihood: int
    word: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Heat:
    """The likeliest row first. `very_high` and `high` count risks, `total` all of them; words are not translated."""

    rows: tuple[Row, ...]
    impacts: tuple[tuple[int, str], ...]
    very_high: int
    high: int
    total: int


def heat(session: Session, actor: Actor) -> Heat:
    """The living risks that this actor may see, in two queries; a draft has no level and stands in no cell."""
    seen = (may_use(actor), of_state(LIVING))
    pairs = select(Risk.current_likelihood, Risk.impact, func.count()).where(*seen)
    counts = {(row[0], row[1]): row[2] for row in session.execute(pairs.group_by(Risk.current_likelihood, Risk.impact))}
    spots = _spots(session, actor)
    levels: Counter[Level] = Counter()
    for pair, count in counts.items():
        levels[level(*pair)] += count
    return Heat(
        rows=tuple(_row(likelihood, counts, spots) for likelihood in reversed(SCALE)),
        impacts=tuple(IMPACTS.items()),
        very_high=levels[Level.VERY_HIGH],
        high=levels[Level.HIGH],
        total=levels.total(),
    )


Pair = tuple[int, int]


def _spots(session: Session, actor: Actor) -> dict[Pair, list[Spot]]:
    """The first few of each cell, numbered by the database."""
    place = func.row_number().over(partition_by=(Risk.current_likelihood, Risk.impact), order_by=Risk.id).label("place")
    inner = select(Risk.id, Risk.title, Risk.current_likelihood, Risk.impact, place)
    numbered = inner.where(may_use(actor), of_state(LIVING)).subquery()
    found: dict[Pair, list[Spot]] = {}
    for row in session.execute(select(numbered).where(numbered.c.place <= NAMED).order_by(numbered.c.id)):
        spot = Spot(f"R{row.id}", f"/risks/{row.id}", row.title)
        found.setdefault((row.current_likelihood, row.impact), []).append(spot)
    return found


def _row(likelihood: int, counts: dict[Pair, int], spots: dict[Pair, list[Spot]]) -> Row:
    cells = []
    for impact in SCALE:
        found = level(likelihood, impact)
        pair = (likelihood, impact)
        cells.append(
            Cell(likelihood, impact, likelihood * impact, LEVELS[found], int(found), counts.get(pair, 0),
                 tuple(spots.get(pair, ())))
        )  # fmt: skip
    return Row(likelihood, LIKELIHOODS[likelihood], tuple(cells))
