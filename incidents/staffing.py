"""A warning about staffing, never relief: the office may be closed on a day, the portal is open and the clock runs."""

from collections.abc import Iterable
from datetime import datetime

from core.closed_days import closed_day
from core.errors import N_
from core.i18n import absolute, translate
from core.organisation import Organisation
from incidents.case_facts import HOUSE
from incidents.models import IncidentClock
from notifications.authorities import AUTHORITIES

TODAY = N_("Today is {day}. The authority’s office is closed, its portal is open, and the clocks run.")
LAST_DAY = N_(
    "The deadline {moment} falls on {day}. The office is closed then, the portal is open. See that somebody is here."
)


def staffing(company: Organisation, clocks: Iterable[IncidentClock], now: datetime, lang: str) -> list[str]:
    """One sentence for today and one for each running deadline that falls on a day when offices are closed."""
    card = AUTHORITIES.get(company.authority)
    if card is None:
        return []
    ends = sorted(
        {clock.due_at for clock in clocks if clock.stopped_at is None and clock.regime != HOUSE and clock.due_at}
    )
    if not ends:
        return []
    today = closed_day(card.country, now, company.zone, lang)
    found = [translate(lang, TODAY, day=today)] if today else []
    for at in ends:
        day = closed_day(card.country, at, company.zone, lang)
        if day is not None and at >= now:
            found.append(translate(lang, LAST_DAY, moment=absolute(at, lang, company.zone), day=day))
    return found
