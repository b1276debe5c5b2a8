"""Which authority a breach is told to: the one of the main establishment leads (GDPR Art. 55, 56), those where people
live or the company is established are concerned (Art. 4(22)). Without an establishment in the EEA each is told (EDPB
9/2022, par. 73). Authorities go by the codes of the EDPB's template: the country's, in Germany one of each Land.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.errors import N_

_MEMBERS = "AT BE BG HR CY CZ DK EE FI FR DE GR HU IS IE IT LV LI LT LU MT NL NO PL PT RO SK SI ES SE"
EEA = frozenset(_MEMBERS.split())  # the Union, and Iceland, Liechtenstein and Norway
BY_LAND = "DE"


class Way(StrEnum):
    """One authority alone, a lead with others concerned, each by itself, or not to be said yet."""

    ALONE = "alone"
    LEAD = "lead"
    EACH = "each"
    OPEN = "open"


MAIN = N_("The main establishment is in {countries}, so its authority is the competent one (GDPR Art. 55 and 56).")
ALONE = N_("The people live in no other country of the EEA, so it is told alone.")
LEAD = N_("People also live in {countries}, so it leads the whole case. Send one notice, to the lead authority.")
OPEN = N_("It is not known yet in which countries the people live. Other authorities may be concerned.")
EACH = N_("The company has no establishment in the EEA, so each authority where people live gets a notice of its own "
          "(EDPB Guidelines 9/2022, par. 73): {countries}.")  # fmt: skip
NOWHERE = N_("The company has no establishment in the EEA. Say where the people live, and each authority follows.")
WHICH_LAND = N_("Germany has one authority for each Land. Say in the settings which one the main establishment has.")
WHICH_LANDS = N_("Germany has one authority for each Land. Say which ones, when you know where the people live.")
NO_COUNTRY = N_("We do not know this country: {countries}. Correct it, or take it away.")
OUTSIDE = N_("People also live outside the EEA: {countries}. No authority of the EEA is competent there, and other law "
             "may apply.")  # fmt: skip
PEOPLE = N_("people live there")
ESTABLISHED = N_("the company is established there")
BOTH = N_("people live there, and the company is established there")


@dataclass(frozen=True, slots=True)
class Seat:
    """Where the controller sits: the country of its main establishment (empty: none in the EEA), in Germany the
    authority of its Land, and the other countries with an establishment."""

    main: str
    land: str = ""
    others: tuple[str, ...] = ()

    @property
    def authority(self) -> str:
        """The authority of the main establishment; empty when it cannot be said."""
        return self.land if self.main == BY_LAND else self.main


@dataclass(frozen=True, slots=True)
class Reason:
    """A sentence, and the countries to name in it."""

    sentence: str
    countries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Concerned:
    """A country whose authority is concerned, or is told by itself. Which of several is not known: no authority."""

    country: str
    authorities: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Competence:
    """`lead` is who is told first, empty when each is told or it cannot be said. `reasons` say why, in this order."""

    way: Way
    lead: str
    concerned: tuple[Concerned, ...]
    reasons: tuple[Reason, ...]

    @property
    def told(self) -> tuple[str, ...]:
        """The authorities that get a notice."""
        if self.way is Way.EACH:
            return tuple(code for one in self.concerned for code in one.authorities)
        return (self.lead,) if self.lead else ()


def competence(seat: Seat, countries: Sequence[str], lands: Iterable[str], world: Collection[str]) -> Competence:
    """Who is competent for a breach that hits people in `countries`. `lands` are the German authorities somebody chose,
    `world` all countries there are."""
    inside = tuple(code for code in countries if code in EEA)
    chosen = tuple(lands)
    beside = _beside(seat, countries, chosen, world)
    if not seat.main:
        return _each(inside, chosen, beside)
    abroad = tuple(code for code in inside if code != seat.main)
    main = [Reason(MAIN, (seat.main,)), *([] if seat.authority else [Reason(WHICH_LAND)])]
    if not any(code in world for code in countries):
        return Competence(Way.OPEN, seat.authority, (), (*main, Reason(OPEN), *beside))
    if not abroad:
        return Competence(Way.ALONE, seat.authority, (), (*main, Reason(ALONE), *beside))
    concerned = _concerned(seat, abroad, chosen)
    return Competence(Way.LEAD, seat.authority, concerned, (*main, Reason(LEAD, abroad), *beside))


def _each(inside: tuple[str, ...], lands: tuple[str, ...], beside: tuple[Reason, ...]) -> Competence:
    if not inside:
        return Competence(Way.OPEN, "", (), (Reason(NOWHERE), *beside))
    told = tuple(Concerned(code, _authorities(code, lands), PEOPLE) for code in inside)
    return Competence(Way.EACH, "", told, (Reason(EACH, inside), *beside))


def _concerned(seat: Seat, abroad: tuple[str, ...], lands: tuple[str, ...]) -> tuple[Concerned, ...]:
    others = [code for code in seat.others if code in EEA and code != seat.main]
    return tuple(
        Concerned(code, _authorities(code, lands), _why(people=code in abroad, established=code in others))
        for code in dict.fromkeys([*abroad, *others])
    )


def _why(*, people: bool, established: bool) -> str:
    return BOTH if people and established else PEOPLE if people else ESTABLISHED


def _authorities(country: str, lands: tuple[str, ...]) -> tuple[str, ...]:
    return lands if country == BY_LAND else (country,)


def _beside(seat: Seat, countries: Sequence[str], lands: tuple[str, ...], world: Collection[str]) -> tuple[Reason, ...]:
    """What changes nothing in the answer and is to be said all the same."""
    outside = tuple(code for code in countries if code in world and code not in EEA)
    unknown = tuple(code for code in countries if code not in world)
    which = BY_LAND in countries and seat.main != BY_LAND and not lands
    return (
        *([Reason(WHICH_LANDS)] if which else []),
        *([Reason(OUTSIDE, outside)] if outside else []),
        *([Reason(NO_COUNTRY, unknown)] if unknown else []),
    )
