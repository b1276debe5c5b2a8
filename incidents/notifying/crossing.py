"""A breach across borders in the notice: the questions on countries and authorities follow from where the company is
established and where the people live, so nobody is asked a second time."""

from collections.abc import Iterable, Mapping

from sqlalchemy.orm import Session

from core.organisation import organisation
from core.territories import territories
from incidents.bundling.facts import as_one
from incidents.models import Incident
from notifications.competence import EEA, Competence, Way, competence
from notifications.edpb.answers import Answer, Knowledge, Source, known
from notifications.establishment import seat_of

CROSS_BORDER, LEAD, ESTABLISHED, LIVE, PEOPLE, TOLD = range(113, 119)
OUTSIDE, LIVE_EACH, PEOPLE_EACH, TOLD_EACH = range(120, 124)
WHETHER = frozenset({CROSS_BORDER, OUTSIDE})
FOLLOWING = frozenset({LEAD, ESTABLISHED, LIVE, PEOPLE, LIVE_EACH, PEOPLE_EACH, TOLD_EACH})


def competence_of(session: Session, incident: Incident) -> Competence:
    seat, whole = seat_of(organisation(session)), as_one(session, incident)
    return competence(seat, whole.countries, whole.land_authorities or (), territories("en"))


def following(session: Session, incident: Incident) -> frozenset[int]:
    """The questions that are answered under "Countries and people" and nowhere else. Whether it is cross-border at all
    a person may say before any country is known."""
    is_open = competence_of(session, incident).way is Way.OPEN
    return FOLLOWING if is_open else FOLLOWING | WHETHER


def crossing(session: Session, incident: Incident) -> dict[int, Answer]:
    """What the countries say to each of these questions; empty where they say nothing."""
    found, whole = competence_of(session, incident), as_one(session, incident)
    inside = [code for code in whole.countries if code in EEA]
    seat, told = seat_of(organisation(session)), dict.fromkeys([*sorted(WHETHER | FOLLOWING), TOLD], _said())
    if found.way is Way.EACH:
        return told | {OUTSIDE: _said("yes"), LIVE_EACH: _said(*inside), PEOPLE_EACH: _figures(whole, inside),
                       TOLD_EACH: _said(*found.told)}  # fmt: skip
    if found.way is Way.LEAD:
        return told | {CROSS_BORDER: _said("yes"), LEAD: _said(found.lead), LIVE: _said(*inside),
                       ESTABLISHED: _said(*dict.fromkeys([seat.main, *seat.others])),
                       PEOPLE: _figures(whole, inside), TOLD: _said(*found.told)}  # fmt: skip
    return told | ({CROSS_BORDER: _said("no")} if found.way is Way.ALONE else {})


def _figures(incident: Incident, countries: Iterable[str]) -> Answer:
    """Roughly how many in each country; where one is missing, the answer as a whole is not known yet."""
    people: Mapping[str, int] = incident.people_by_country or {}
    asked = list(countries)
    figures = tuple(f"{code}:{people[code]}" for code in asked if code in people)
    whole = len(figures) == len(asked)
    return Answer(figures, Knowledge.KNOWN if whole else Knowledge.NOT_KNOWN_YET, source=Source.CASE)


def _said(*values: str) -> Answer:
    return known(*values, source=Source.CASE)
