"""What a reader of the register asks for: a period, a cause, a state. Drills are practice and never stand in it."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement

from core.addresses import as_query
from core.audit.entries import Fact
from core.errors import N_
from core.i18n import date_only, translate
from incidents.causes.known import Catalogue
from incidents.classification import CLASS_LABELS, CauseClass
from incidents.models import Incident
from incidents.states import STATE_LABELS, State

CODE = re.compile(r"[a-z]+(\.[a-z0-9_]{1,60})?")
EVERYTHING = N_("everything this reader may see")


@dataclass(frozen=True, slots=True)
class Asked:
    """`cause` is a class of clause 8.2 or a code in it; the days are those of the report, both included."""

    cause: str = ""
    state: str = ""
    since: date | None = None
    until: date | None = None

    def query(self, **change: object) -> str:
        """The same as an address, with something changed."""
        return as_query({name: getattr(self, name) for name in self.__slots__} | change)

    def __bool__(self) -> bool:
        return bool(self.cause or self.state or self.since or self.until)

    @property
    def facts(self) -> dict[str, Fact]:
        """For the log; nothing in a filter is personal."""
        named = {"cause": self.cause, "case_state": self.state, "since": self.since, "until": self.until}
        return {name: str(value) for name, value in named.items() if value}


def read_asked(cause: str, state: str, since: str, until: str) -> Asked:
    """What cannot be read asks for nothing: an address is no form."""
    known_cause = cause if CODE.fullmatch(cause) else ""
    return Asked(known_cause, state if state in set(State) else "", _day(since), _day(until))


def conditions(asked: Asked, zone: str) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [Incident.drill.is_(False)]
    if asked.cause in set(CauseClass):
        found.append(Incident.cause_class == asked.cause)
    elif asked.cause:
        found.append(Incident.cause_code == asked.cause)
    if asked.state:
        found.append(Incident.state == asked.state)
    if asked.since:
        found.append(Incident.reported_at >= _midnight(asked.since, zone))
    if asked.until:
        found.append(Incident.reported_at < _midnight(asked.until + timedelta(days=1), zone))
    return found


def words(asked: Asked, known: Catalogue, lang: str, zone: str) -> list[tuple[str, str]]:
    """Each part of the filter: its name and its words."""
    found = []
    if asked.cause:
        found.append(("cause", cause_words(asked.cause, known, lang)))
    if asked.state:
        found.append(("state", translate(lang, STATE_LABELS[State(asked.state)])))
    for name, day, message in (("since", asked.since, N_("from {day}")), ("until", asked.until, N_("until {day}"))):
        if day:
            noon = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(zone))
            found.append((name, translate(lang, message, day=date_only(noon, lang, zone))))
    return found


def sentence(asked: Asked, known: Catalogue, lang: str, zone: str) -> str:
    """The whole filter in one line, as it stands in what is taken out."""
    return ", ".join(text for _, text in words(asked, known, lang, zone)) or translate(lang, EVERYTHING)


def cause_words(cause: str, known: Catalogue, lang: str) -> str:
    if cause in set(CauseClass):
        return translate(lang, CLASS_LABELS[CauseClass(cause)])
    card = known.get(cause)
    return card.label.in_(lang) if card else cause


def years(asked: Asked, today: date) -> list[tuple[int, Asked]]:
    """This year and the two before, with the rest of the filter kept."""
    return [
        (year, Asked(asked.cause, asked.state, date(year, 1, 1), date(year, 12, 31)))
        for year in range(today.year, today.year - 3, -1)
    ]


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(0), ZoneInfo(zone)).astimezone(UTC)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1970 <= day.year <= 9000 else None
