"""The numbers of a picture as rows: its table on the page and on paper and its file are this, and nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass

from core.tables import Cell


@dataclass(frozen=True, slots=True)
class Grid:
    """The first cell of a row is its head. Numbers stand right."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def columns(self) -> tuple[dict[str, str | bool], ...]:
        """The heads as templates/parts/table.html takes them."""
        return tuple({"label": head, "right": self.right(place)} for place, head in enumerate(self.heads))

    def right(self, place: int) -> bool:
        """Numbers and times, that begin with one; the first column never."""
        cells = [row[place] for row in self.rows] if place else []
        return bool(cells) and all(cell == "–" or str(cell)[:1].isdigit() for cell in cells)

    def lines(self) -> Iterator[tuple[Cell, ...]]:
        """For CSV: the heads and the rows."""
        yield self.heads
        yield from self.rows

    def words(self) -> tuple[tuple[str, ...], ...]:
        """For paper."""
        return tuple(
            tuple(str(cell or "–") if not isinstance(cell, int) else str(cell) for cell in row) for row in self.rows
        )
