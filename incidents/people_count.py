"""How many people: exact, a range, or not yet known. All three are lawful answers."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.errors import N_


@dataclass(frozen=True, slots=True)
class PeopleCount:
    """How many people: exact when both ends are equal, a range, at least so many, or unknown."""

    least: int | None = None
    most: int | None = None

    def __post_init__(self) -> None:
        if self.least is not None and (self.least < 0 or (self.most is not None and self.most < self.least)):
            raise ValueError("a number of people runs from low to high and is never negative")
        if self.least is None and self.most is not None:
            raise ValueError("a number of people with an upper end has a lower one")

    @classmethod
    def exact(cls, number: int) -> "PeopleCount":
        return cls(number, number)

    @property
    def known(self) -> bool:
        return self.least is not None

    @property
    def label(self) -> tuple[str, dict[str, int]]:
        """A sentence to translate and its numbers, never glued together."""
        if self.least is None:
            return N_("number of people unknown"), {}
        if self.most is None:
            return N_("At least {least} people"), {"least": self.least}
        if self.least == self.most == 1:
            return N_("1 person"), {}
        if self.least == self.most:
            return N_("{number} people"), {"number": self.least}
        return N_("{least} to {most} people"), {"least": self.least, "most": self.most}

    def more_than(self, number: int) -> bool | None:
        """Surely more, surely not, or None when the range does not tell. ENISA's flag: 101 yes, 100 no."""
        if self.least is None:
            return None
        if self.least > number:
            return True
        return None if self.most is None or self.most > number else False


PEOPLE_BANDS: Mapping[str, PeopleCount] = {
    "1": PeopleCount.exact(1),
    "2-10": PeopleCount(2, 10),
    "11-100": PeopleCount(11, 100),
    "101-1000": PeopleCount(101, 1000),
    "over-1000": PeopleCount(1001),
    "unknown": PeopleCount(),
}
