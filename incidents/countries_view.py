"""The countries of a case in words: who lives where, which authorities follow, and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.errors import N_
from core.i18n import translate
from core.organisation import organisation
from core.territories import country_name, territories
from incidents.countries import german_authorities
from incidents.models import Incident
from incidents.notifying.crossing import competence_of
from incidents.people_by_country import compared
from incidents.people_count import PeopleCount
from notifications.authorities import AUTHORITIES, authority_name, card_of
from notifications.competence import EEA, Competence, Reason, Way

NO_CARD = N_("Vaka has no card for this authority. Look up how it wants to be told.")
Options = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ConcernedRow:
    """One further country: its authorities as far as they can be said, and why."""

    country: str
    authorities: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class CompetenceView:
    """`chosen` is our card of the competent authority, when we have one; `form` a word on its form for such cases."""

    way: Way
    lead: str
    chosen: str
    reasons: tuple[str, ...]
    concerned: tuple[ConcernedRow, ...]
    no_card: str
    form: str
    competent: frozenset[str]

    def differs(self, authority: str) -> bool:
        """Whether a notice to this card's authority would not go to a competent one."""
        return bool(self.competent) and AUTHORITIES[authority].code not in self.competent


@dataclass(frozen=True, slots=True)
class Country:
    """One row of the page; blank when the number is not known yet."""

    code: str
    name: str
    people: str


@dataclass(frozen=True, slots=True)
class CountriesView:
    rows: tuple[Country, ...]
    inside: Options
    outside: Options
    lands: Options
    chosen_lands: tuple[str, ...]
    agrees: bool
    sentence: str


def competence_view(session: Session, incident: Incident, lang: str, authority: str = "") -> CompetenceView:
    """Who is competent and why; with the form that `authority` wants, or the competent one."""
    found = competence_of(session, incident)
    own = organisation(session).authority
    cards = [card for code in found.told if (card := card_of(code))]
    chosen = own if own in cards or not cards else cards[0]
    return CompetenceView(
        way=found.way,
        lead=authority_name(found.lead, lang) if found.lead else "",
        chosen=chosen,
        reasons=tuple(_reason(one, lang) for one in found.reasons),
        concerned=_concerned(found, lang),
        no_card="" if cards or not found.told else translate(lang, NO_CARD),
        form=_form(found, authority or chosen, lang),
        competent=frozenset(found.told),
    )


def countries_view(incident: Incident, typed: Iterable[str], lang: str) -> CountriesView:
    """What the page starts with, and the rows that were `typed` when it is shown again."""
    codes = dict.fromkeys([*incident.countries, *typed])
    people, names = incident.people_by_country or {}, territories(lang)
    total = PeopleCount(incident.people_min, incident.people_max)
    agrees, sentence = compared(total, [people.get(code) for code in incident.countries])
    text, numbers = total.label
    words = translate(lang, text, **numbers)
    return CountriesView(
        rows=tuple(Country(code, country_name(code, lang), str(people.get(code, ""))) for code in codes),
        inside=[(code, name) for code, name in names.items() if code in EEA],
        outside=[(code, name) for code, name in names.items() if code not in EEA],
        lands=[(code, authority_name(code, lang)) for code in german_authorities()],
        chosen_lands=tuple(incident.land_authorities or ()),
        agrees=agrees,
        sentence=translate(lang, sentence).format(sum=sum(people.values()), people=words) if sentence else "",
    )


def _concerned(found: Competence, lang: str) -> tuple[ConcernedRow, ...]:
    return tuple(
        ConcernedRow(
            country_name(one.country, lang),
            tuple(authority_name(code, lang) for code in one.authorities),
            translate(lang, one.why),
        )
        for one in found.concerned
    )


def _reason(one: Reason, lang: str) -> str:
    return translate(lang, one.sentence).format(
        countries=_listed([country_name(code, lang) for code in one.countries], lang)
    )


def _listed(names: Sequence[str], lang: str) -> str:
    *first, last = names or ("",)
    return translate(lang, N_("{first} and {last}")).format(first=", ".join(first), last=last) if first else last


def _form(found: Competence, card: str, lang: str) -> str:
    words = AUTHORITIES[card].cross_border if found.way is Way.LEAD else None
    return words.in_(lang) if words else ""
