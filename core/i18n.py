"""Swedish and English in parity. English sentences are the message ids; `locale/sv/*.po` answer in Swedish.

Times have patterns of our own: Babel's `sv` prints "nov." with a dot and rounds 47 h 12 min to "2 dygn".
"""

from collections.abc import Container, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from babel.messages.pofile import read_po
from babel.support import NullTranslations

from core.errors import N_

LANGUAGES = {"sv": "Svenska", "en": "English"}
DEFAULT = "sv"
DAYS = {
    "sv": ["mån", "tis", "ons", "tors", "fre", "lör", "sön"],
    "en": ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
}
LONG_DAYS = {
    "sv": ["måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"],
    "en": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
}
MONTHS = {
    "sv": ["jan", "feb", "mars", "apr", "maj", "juni", "juli", "aug", "sep", "okt", "nov", "dec"],
    "en": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
}
LONG_MONTHS = {
    "sv": [
        "januari",
        "februari",
        "mars",
        "april",
        "maj",
        "juni",
        "juli",
        "augusti",
        "september",
        "oktober",
        "november",
        "december",
    ],
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}


class Catalogue(NullTranslations):
    """The messages of one language, merged from its .po files."""

    def __init__(self, messages: Mapping[str, str | tuple[str, ...]]) -> None:
        super().__init__()
        self.messages = messages

    def gettext(self, message: str) -> str:
        found = self.messages.get(message)
        return found if isinstance(found, str) and found else message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        found = self.messages.get(msgid1)
        if isinstance(found, tuple) and all(found):
            return found[0 if n == 1 else 1]
        return msgid1 if n == 1 else msgid2

    ugettext = gettext
    ungettext = ngettext


@cache
def catalogue(lang: str) -> Catalogue:
    """Messages of a language; English needs none, its sentences are the ids."""
    messages: dict[str, str | tuple[str, ...]] = {}
    folder = files("core") / "locale" / lang
    if lang != "en" and folder.is_dir():
        for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
            if file.name.endswith(".po"):
                with file.open("rb") as handle:
                    for message in read_po(handle, locale=lang):
                        if message.id and message.string:
                            key = message.id[0] if isinstance(message.id, list | tuple) else message.id
                            text = message.string
                            messages[key] = tuple(text) if isinstance(text, list | tuple) else text
    return Catalogue(messages)


def translate(lang: str, message: str, **params: object) -> str:
    """One sentence in `lang`; `{name}` slots are filled from `params`, translated too when marked."""
    text = catalogue(lang).gettext(message)
    if not params:
        return text
    known = {key: catalogue(lang).gettext(str(value)) if value else value for key, value in params.items()}
    return text.format_map(known)


def negotiate(header: str, fallback: str = DEFAULT, spoken: Container[str] = LANGUAGES) -> str:
    """The first language of an Accept-Language header that is `spoken` (`sv-FI` counts as `sv`)."""
    ranked = []
    for position, part in enumerate(header.split(",")):
        tag, _, weight = part.strip().partition(";q=")
        try:
            ranked.append((-float(weight or 1), position, tag.split("-")[0].lower()))
        except ValueError:
            continue
    return next((tag for _, _, tag in sorted(ranked) if tag in spoken), fallback)


def absolute(at: datetime, lang: str, zone: str) -> str:
    """`sön 22 nov 2026 14:05 CET`: always with day, year and zone."""
    local = at.astimezone(ZoneInfo(zone))
    day, month = DAYS[lang][local.weekday()], MONTHS[lang][local.month - 1]
    return f"{day} {local.day} {month} {local.year} {local:%H:%M} {local.tzname()}"


def clock_time(at: datetime, zone: str) -> str:
    """`14:05 CET`, for a row whose day stands in the heading above."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%H:%M} {local.tzname()}"


def short_moment(at: datetime, lang: str, zone: str) -> str:
    """`sön 22 nov 14:05`, for pictures that name the zone in their caption."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{DAYS[lang][local.weekday()]} {local.day} {MONTHS[lang][local.month - 1]} {local:%H:%M}"


def long_date(at: datetime, lang: str, zone: str) -> str:
    """`söndag 22 november 2026`, for headings and running text."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{LONG_DAYS[lang][local.weekday()]} {local.day} {LONG_MONTHS[lang][local.month - 1]} {local.year}"


def date_only(at: datetime, lang: str, zone: str) -> str:
    """`22 nov 2026`."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local.day} {MONTHS[lang][local.month - 1]} {local.year}"


def day_only(day: date, lang: str) -> str:
    """`22 nov 2026`, for a day that is no moment."""
    return f"{day.day} {MONTHS[lang][day.month - 1]} {day.year}"


def iso(at: datetime, zone: str) -> str:
    return at.astimezone(ZoneInfo(zone)).isoformat(timespec="minutes")


def span(length: timedelta) -> str:
    """`47 h 12 min`: hours never become days, and minutes are cut, not rounded. The same in every language."""
    minutes = int(abs(length).total_seconds() // 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min"


def time_left(left: timedelta, lang: str) -> str:
    """`21 h 40 min kvar`, or how late it is."""
    message = N_("{span} overdue") if left < timedelta(0) else N_("{span} left")
    return catalogue(lang).gettext(message).format(span=span(left))


def grouped(value: int) -> str:
    """`12 345` with a narrow no-break space, as both languages read it."""
    return f"{value:,}".replace(",", "\u202f")
