"""The severity of a breach by ENISA's method (v1.0, December 2013): SE = DPC x EI + CB, in exact quarters.

The score is a presumption that helps the commission. It never decides Art. 33 or 34 by itself (`risk/duties.py`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from core.errors import N_


class Category(StrEnum):
    """What kind of data it is; credentials take the category of what they open."""

    SIMPLE = "simple"
    BEHAVIOURAL = "behavioural"
    FINANCIAL = "financial"
    SENSITIVE = "sensitive"


BASE = {Category.SIMPLE: 1, Category.BEHAVIOURAL: 2, Category.FINANCIAL: 3, Category.SENSITIVE: 4}
LEAST, MOST = 1, 4


class Band(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    VERY_HIGH = "very_high"


EDGES = ((Fraction(2), Band.MEDIUM), (Fraction(3), Band.HIGH), (Fraction(4), Band.VERY_HIGH))
NEAR = Fraction(1, 4)
MANY = 100
QUARTER = Fraction(1, 4)
IDENTIFIABLE = tuple(Fraction(number, 4) for number in (1, 2, 3, 4))
CIRCUMSTANCE = tuple(Fraction(number, 4) for number in (0, 1, 2))
MALICE = Fraction(1, 2)


class Flag(StrEnum):
    """Said beside the score, never changing it."""

    MANY_PEOPLE = "more_than_100_people"
    UNINTELLIGIBLE = "data_unintelligible"


class Impossible(ValueError):
    """A value outside ENISA's tables: where it stands, and a sentence about it."""

    def __init__(self, path: str, message: str, **params: object) -> None:
        super().__init__(message)
        self.path, self.message, self.params = path, message, params


@dataclass(frozen=True, slots=True)
class DataKind:
    """One category of data that was hit. `adjustment` moves its base by whole steps, for the written reason `why`."""

    category: Category
    adjustment: int = 0
    why: str = ""

    @property
    def points(self) -> int:
        return BASE[self.category] + self.adjustment


@dataclass(frozen=True, slots=True)
class Circumstances:
    """CB, the circumstances of the breach: each element 0, 0.25 or 0.5, and 0.5 more for malicious intent."""

    confidentiality: Fraction = Fraction(0)
    integrity: Fraction = Fraction(0)
    availability: Fraction = Fraction(0)
    malicious: bool = False

    @property
    def total(self) -> Fraction:
        return self.confidentiality + self.integrity + self.availability + (MALICE if self.malicious else 0)


@dataclass(frozen=True, slots=True)
class Severity:
    """A score and how it came about. `near_edge` is the band on the other side of an edge at most 0.25 away."""

    dpc: int
    ei: Fraction
    cb: Fraction
    flags: tuple[Flag, ...] = ()

    @property
    def score(self) -> Fraction:
        return self.dpc * self.ei + self.cb

    @property
    def band(self) -> Band:
        return band_of(self.score)

    @property
    def near_edge(self) -> Band | None:
        below = Band.LOW
        for edge, above in EDGES:
            if abs(self.score - edge) <= NEAR:
                return below if self.score >= edge else above
            below = above
        return None

    @property
    def written_out(self) -> str:
        """The sum as a reader checks it: `2 x 1 + 0.5 = 2.5`."""
        return f"{self.dpc} x {number(self.ei)} + {number(self.cb)} = {number(self.score)}"


def severity(
    data: Iterable[DataKind],
    identifiability: Fraction,
    circumstances: Circumstances,
    *,
    people: int | None = None,
    unintelligible: bool = False,
) -> Severity:
    """Score a breach: every category on its own, the highest counts.

    Raises:
        Impossible: a value that ENISA's tables do not have.
    """
    kinds = list(data)
    if not kinds:
        raise Impossible("data", N_("Name at least one category of data."))
    for place, kind in enumerate(kinds):
        if not LEAST <= kind.points <= MOST:
            raise Impossible(f"data.{place}.adjustment",
                             N_("The data weigh {points} after the adjustment; only 1 to 4 is possible."),
                             points=kind.points)  # fmt: skip
    _among(identifiability, IDENTIFIABLE, "identifiability")
    for element in ("confidentiality", "integrity", "availability"):
        _among(getattr(circumstances, element), CIRCUMSTANCE, f"circumstances.{element}")
    flags: tuple[Flag, ...] = (Flag.MANY_PEOPLE,) if people is not None and people > MANY else ()
    flags += (Flag.UNINTELLIGIBLE,) if unintelligible else ()
    return Severity(max(kind.points for kind in kinds), identifiability, circumstances.total, flags)


def band_of(score: Fraction) -> Band:
    """The exact score is compared with the edges, never a rounded one."""
    reached = [band for edge, band in EDGES if score >= edge]
    return reached[-1] if reached else Band.LOW


def number(value: Fraction) -> str:
    """A quarter as people write it: 2, 2.5, 0.25."""
    return f"{float(value):g}"


def _among(value: Fraction, allowed: tuple[Fraction, ...], path: str) -> None:
    if value not in allowed:
        raise Impossible(path, N_("Only {values} are possible."), values=", ".join(number(one) for one in allowed))
