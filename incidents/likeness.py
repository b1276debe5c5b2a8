"""How alike two cases are, and why (pure). What is alike is said in words; the points only put the cases in order."""

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum

from core.errors import N_
from incidents.classification import CauseClass
from incidents.people_count import PEOPLE_BANDS, PeopleCount

LEAST = 4  # points: one thing alone, such as a kind of data that half of all cases have, makes no case alike
SAYS_NOTHING = frozenset({"unknown", "other", ""})
_COMMON = (
    "alla allt andra annan bara blev blivit borta data efter eller fick från gick hade hela helt inte innan intern med "
    "mellan mycket när någon några också okänd olika personuppgifter rapport rubrik sedan samma skulle till "
    "under uppgift uppgifter utan vara varit about after been data from have into personal report sent their them they "
    "this were when with without"
)
COMMON = frozenset(_COMMON.split())


class Alike(StrEnum):
    """In what two cases are alike."""

    CAUSE = "cause"
    FURTHER = "further"
    CLASS = "class"
    SYSTEM = "system"
    TITLE = "title"
    DATA = "data"
    GROUPS = "groups"
    BREACH = "breach"
    NUMBER = "number"


SENTENCES = {
    Alike.CAUSE: N_("same cause"),
    Alike.FURTHER: N_("a cause in common"),
    Alike.CLASS: N_("same kind of cause"),
    Alike.SYSTEM: N_("same system"),
    Alike.TITLE: N_("words of the title"),
    Alike.DATA: N_("same kind of data"),
    Alike.GROUPS: N_("same group of people"),
    Alike.BREACH: N_("same kind of breach"),
    Alike.NUMBER: N_("about as many people"),
}


@dataclass(frozen=True, slots=True)
class Traits:
    """What of a case can be compared; all of it stands in clear."""

    cause: str = ""
    cause_class: str = CauseClass.UNKNOWN
    further: frozenset[str] = frozenset()
    breach: frozenset[str] = frozenset()
    data: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    systems: frozenset[str] = frozenset()
    title: frozenset[str] = frozenset()
    band: str = ""


@dataclass(frozen=True, slots=True)
class Likeness:
    """Points, and what they are for: each thing with what is shared (codes or words; empty when the thing says it)."""

    points: int
    because: tuple[tuple[Alike, tuple[str, ...]], ...]


def likeness(one: Traits, other: Traits) -> Likeness:
    """Cause and system weigh most: they are what a lesson is about."""
    same_cause = bool(one.cause) and one.cause == other.cause
    common_causes = ({one.cause, *one.further} & {other.cause, *other.further}) - SAYS_NOTHING
    found = [
        (Alike.CAUSE, 4 * same_cause, set[str]()),
        (Alike.FURTHER, 3 * (bool(common_causes) and not same_cause), common_causes),
        (Alike.CLASS, 1 * (one.cause_class == other.cause_class not in SAYS_NOTHING and not same_cause), set[str]()),
        _shared(Alike.SYSTEM, 3, 6, one.systems, other.systems),
        _shared(Alike.TITLE, 1, 3, one.title, other.title),
        _shared(Alike.DATA, 1, 2, one.data, other.data),
        _shared(Alike.GROUPS, 1, 1, one.groups, other.groups),
        (Alike.BREACH, 1 * (bool(one.breach) and one.breach == other.breach), set[str]()),
        (Alike.NUMBER, 1 * (one.band == other.band not in SAYS_NOTHING), set[str]()),
    ]
    because = tuple((thing, tuple(sorted(shared))) for thing, points, shared in found if points)
    return Likeness(sum(points for _, points, _ in found), because)


def _shared(
    thing: Alike, each: int, most: int, one: AbstractSet[str], other: AbstractSet[str]
) -> tuple[Alike, int, set[str]]:
    shared = (set(one) & set(other)) - SAYS_NOTHING
    return thing, min(most, each * len(shared)), shared


def words_of(text: str, shortest: int = 4) -> frozenset[str]:
    """The words of a title or a list of systems, casefolded, without those that every other title has."""
    found = re.findall(rf"[^\W\d_]{{{shortest},}}", text.casefold())
    return frozenset(found) - COMMON


def band_of(people: PeopleCount) -> str:
    """The band of the report form that a number of people falls into; blank when it is not known."""
    if people.least is None:
        return ""
    known = [(band, count.least) for band, count in PEOPLE_BANDS.items() if count.least is not None]
    return max((least, band) for band, least in known if least <= max(people.least, 1))[1]
