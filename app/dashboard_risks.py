"""The living risks on the overview: the heat map, and the same numbers as a table and a file."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.access import Actor
from core.errors import N_
from core.tables import Cell
from incidents.figures.grid import Grid
from incidents.figures.reckoning import FEWEST
from incidents.register.wording import Speaker
from risk.register.heat import Heat, heat


@dataclass(frozen=True, slots=True)
class Risks:
    heat: Heat
    grid: Grid

    @property
    def drawn(self) -> bool:
        """Fewer are numbers, and no map."""
        return self.heat.total >= FEWEST


def risks(session: Session, actor: Actor, speaker: Speaker) -> Risks:
    """As the register of risks shows them to this reader."""
    found = heat(session, actor)
    return Risks(found, as_grid(speaker, found))


def as_grid(speaker: Speaker, found: Heat) -> Grid:
    """How many risks stand in each square: the likeliest row first, as in the map."""
    heads = (N_("How likely it is today"), *(word for _, word in found.impacts))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (speaker.say(row.word), *(cell.count for cell in row.cells)) for row in found.rows
    )
    title = speaker.say(N_("Risks by likelihood and impact on a person"))
    return Grid(title, tuple(map(speaker.say, heads)), rows)
