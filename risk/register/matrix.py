"""The 4 x 4 matrix: words for likelihood and impact, and the level that a pair stands in. Pure.

It shows and never decides: two risks of one cell can be of different weight, so no rule reads an order of what is to be
done from it. A level only says who signs when a risk is accepted (`risk/register/rules.py`).
"""

from dataclasses import dataclass
from enum import IntEnum

from core.errors import N_

LOWEST, HIGHEST = 1, 4
SCALE = range(LOWEST, HIGHEST + 1)
LIKELIHOODS: dict[int, str] = {1: N_("Unlikely"), 2: N_("Possible"), 3: N_("Likely"), 4: N_("Very likely")}
IMPACTS: dict[int, str] = {1: N_("Small"), 2: N_("Noticeable"), 3: N_("Large"), 4: N_("Very large")}
LIKELIHOOD_HINTS: dict[int, str] = {
    1: N_("less than once in ten years"),
    2: N_("once in some years"),
    3: N_("about once a year"),
    4: N_("several times a year"),
}
IMPACT_HINTS: dict[int, str] = {
    1: N_("a nuisance for a person"),
    2: N_("a person has trouble that passes"),
    3: N_("a person is hurt in a way that is hard to mend"),
    4: N_("lasting harm, or harm to many"),
}


class Level(IntEnum):
    """Five steps from light to dark; the number is that of the colour (`.h1` to `.h5`)."""

    LOW = 1
    MODERATE = 2
    ELEVATED = 3
    HIGH = 4
    VERY_HIGH = 5


LEVELS: dict[Level, str] = {
    Level.LOW: N_("low"),
    Level.MODERATE: N_("moderate"),
    Level.ELEVATED: N_("elevated"),
    Level.HIGH: N_("high"),
    Level.VERY_HIGH: N_("very high"),
}
UPPER = ((2, Level.LOW), (4, Level.MODERATE), (6, Level.ELEVATED), (9, Level.HIGH), (16, Level.VERY_HIGH))


@dataclass(frozen=True, slots=True)
class Standing:
    """How likely and how bad, each from 1 to 4; 0 and 0 while nobody has said."""

    likelihood: int
    impact: int

    @property
    def known(self) -> bool:
        return self.likelihood in SCALE and self.impact in SCALE

    @property
    def score(self) -> int:
        return self.likelihood * self.impact

    @property
    def level(self) -> Level:
        return level(self.likelihood, self.impact)


def level(likelihood: int, impact: int) -> Level:
    """The level of a pair: likelihood times impact, cut into five."""
    score = likelihood * impact
    return next(found for upper, found in UPPER if score <= upper)
