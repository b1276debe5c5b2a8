"""Where an address stands on an A4 sheet so that it shows in the window of its envelope, and nothing else does.

Swedish envelopes have their window to the right (H2) or to the left (V2), at the same place whatever their size. The
measures are those that makers of envelopes give for E65 (an A4 sheet folded in three) and C5 (folded once).
"""

from dataclasses import dataclass
from enum import StrEnum

SHEET = (210.0, 297.0)
MOST_LINES = 6


class Side(StrEnum):
    RIGHT = "right"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in millimetres, from the upper left corner."""

    left: float
    top: float
    width: float
    height: float

    def holds(self, other: "Box") -> bool:
        return (
            self.left <= other.left
            and self.top <= other.top
            and other.left + other.width <= self.left + self.width
            and other.top + other.height <= self.top + self.height
        )

    def meets(self, other: "Box") -> bool:
        return (
            self.left < other.left + other.width
            and other.left < self.left + self.width
            and self.top < other.top + other.height
            and other.top < self.top + self.height
        )

    def moved(self, right: float, down: float) -> "Box":
        return Box(self.left + right, self.top + down, self.width, self.height)


@dataclass(frozen=True, slots=True)
class Envelope:
    """`edge`: from the window to the nearest side; `folded`: how high the sheet is in it."""

    width: float
    height: float
    folded: float
    edge: float
    top: float
    window: tuple[float, float]

    def opening(self, side: Side) -> Box:
        left = self.width - self.edge - self.window[0] if side is Side.RIGHT else self.edge
        return Box(left, self.top, *self.window)

    def shows(self, address: Box, side: Side) -> bool:
        """Whether all of the address is in the window, in whichever corner of the envelope the sheet lies."""
        return all(self.opening(side).holds(address.moved(*corner)) for corner in self._corners())

    def hides(self, text: Box, side: Side) -> bool:
        """Whether nothing of the text can be read through the window."""
        return not any(self.opening(side).meets(text.moved(*corner)) for corner in self._corners())

    def _corners(self) -> list[tuple[float, float]]:
        across, down = self.width - SHEET[0], self.height - self.folded
        return [(right, low) for right in (0.0, across) for low in (0.0, down)]


E65 = Envelope(220, 110, folded=99, edge=15, top=40, window=(95, 30))
C5 = Envelope(229, 162, folded=148.5, edge=15, top=44, window=(105, 35))
ADDRESS = {Side.RIGHT: Box(112, 44, 80, 15), Side.LEFT: Box(20, 44, 80, 15)}
SENDER = {Side.RIGHT: Box(22, 18, 66, 24), Side.LEFT: Box(122, 18, 66, 24)}
TEXT_TOP = 80.0  # below this nothing shows, wherever the sheet slides
