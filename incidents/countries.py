"""In which countries the people of a case live, and roughly how many in each. The authorities concerned follow."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from core.errors import N_, Conflict, Invalid
from core.territories import is_country
from incidents.classifying import put_countries
from incidents.models import Incident
from incidents.notifying.crossing import LEAD
from incidents.notifying.updating import follow_countries
from incidents.states import ENDED
from notifications.competence import BY_LAND
from notifications.edpb.card import template

CHANGED = N_("Somebody else has changed the case meanwhile. Compare with what stands now, and save again.")


def german_authorities() -> list[str]:
    """By their codes: the federal one, and one or two of each Land."""
    codes = [choice.code for choice in template().questions[LEAD].choices]
    return [code for code in codes if code.partition("-")[0] == BY_LAND]


def set_countries(
    session: Session, actor: Actor, incident: Incident, people: Mapping[str, int | None], lands: Sequence[str],
    version: int, now: datetime,
) -> Incident:  # fmt: skip
    """Save the countries, each with a rough number or none yet; a notice that has not been sent follows.

    Raises:
        Conflict: the case has ended, or has been changed since the page was opened.
        Invalid: a country or an authority that nobody knows.
    """
    if incident.state in ENDED:
        raise Conflict(N_("The case has ended. Open it again first."))
    if version != incident.version:
        raise Conflict(CHANGED)
    _check(people, lands)
    before = _figures(incident)
    put_countries(incident, list(people))
    incident.people_by_country = {code: number for code, number in people.items() if number is not None}
    incident.land_authorities = list(lands) if BY_LAND in people else []
    if _figures(incident) != before:
        record(session, actor, "incident:countries_set", incident.reference, now, case=incident.id,
               facts={"countries": list(people), "people_by_country": _figures(incident)[1],
                      "land_authorities": list(incident.land_authorities)})  # fmt: skip
    follow_countries(session, actor, incident, now)
    return incident


def _check(people: Mapping[str, int | None], lands: Sequence[str]) -> None:
    wrong = {f"country_{code}": N_("We do not know this country. Take it away.")
             for code in people if not is_country(code)}  # fmt: skip
    if not set(lands) <= set(german_authorities()):
        wrong["lands"] = N_("Choose one of the answers.")
    if wrong:
        raise Invalid(wrong)


def _figures(incident: Incident) -> tuple[list[str], list[str], list[str]]:
    people = incident.people_by_country or {}
    figures = [f"{code}:{people[code]}" for code in incident.countries if code in people]
    return incident.countries, figures, incident.land_authorities or []
