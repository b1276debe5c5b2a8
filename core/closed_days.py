"""Days on which offices are closed. No deadline waits for them.

They serve two things: the latest arguable end of a period in days or months (Reg. 1182/71 Art. 3(4)), and the warning
that nobody may answer at the authority although its portal is open. Swedish eves are no public holidays, but the law
treats them as such (lag 1930:173), and offices are closed.
"""

from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from core.i18n import LONG_DAYS

SATURDAY = 5
EVES = "de_facto"


def closed_day(country: str, moment: datetime, zone: str, lang: str = "en") -> str | None:
    """The name of the day if offices in `country` are closed on it, where `moment` is read in `zone`.

    A holiday is named in `lang` where its name is known in it, else in the country's own language.
    """
    day = moment.astimezone(ZoneInfo(zone)).date()
    if day.weekday() >= SATURDAY:
        return _holidays(country, day.year, lang).get(day) or LONG_DAYS[lang][day.weekday()]
    return _holidays(country, day.year, lang).get(day)


def rests_in(country: str) -> Callable[[date], bool]:
    """Whether a day is no working day in `country` (Reg. 1182/71 Art. 2): Saturday, Sunday or a holiday."""
    return lambda day: day.weekday() >= SATURDAY or day in _holidays(country, day.year, "en")


@cache
def _holidays(country: str, year: int, lang: str) -> dict[date, str]:
    """day -> name. The library knows every country and weighs accordingly, so the first day asked for loads it.

    A country it does not know has weekends only: these days bind nobody, so a gap must not stop anything.
    """
    from holidays import country_holidays

    try:
        known = country_holidays(country)
    except NotImplementedError:
        return {}
    spoken = [code for code in known.supported_languages if code.split("_")[0] == lang]
    language = spoken[0] if spoken else known.default_language
    categories = {"public", EVES} & set(known.supported_categories)
    return dict(country_holidays(country, years=year, categories=tuple(categories), language=language))
