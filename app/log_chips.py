"""The filter of the log in words, and as links: one takes a part away, another adds one."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.log_filter import Filter
from app.log_objects import called
from app.log_telling import Telling
from app.log_words import GROUPS, PERIODS, SENSITIVE, TELLTALES
from core.access import ANONYMOUS, SYSTEM
from core.audit.words import ACTIONS
from core.errors import N_
from core.i18n import date_only, translate
from identity.models import User

SENSITIVE_ACTS = N_("Sensitive acts")


@dataclass(frozen=True, slots=True)
class Chip:
    """What templates/parts/table.html: filters reads."""

    label: str
    href: str
    removes: bool = False


def in_words(session: Session, asked: Filter, lang: str, zone: str) -> list[tuple[str, str]]:
    """The name and the words of each part of the filter."""
    found = []
    if asked.person:
        found.append(("person", dict(people(session, lang)).get(asked.person, asked.person)))
    if asked.action:
        found.append(("action", translate(lang, ACTIONS[asked.action])))
    if asked.group:
        found.append(("group", translate(lang, SENSITIVE_ACTS if asked.group == SENSITIVE else GROUPS[asked.group])))
    if asked.about:
        found.append(("about", Telling(lang, called(session, [asked.about], lang)).about(asked.about)))
    if asked.period:
        found.append(("period", translate(lang, PERIODS[asked.period])))
    for name, day, message in (("since", asked.since, N_("from {day}")), ("until", asked.until, N_("until {day}"))):
        if day:
            found.append((name, translate(lang, message, day=_day(day, lang, zone))))
    return found


def chips(session: Session, asked: Filter, lang: str, zone: str) -> list[Chip]:
    """The parts of the filter; each is a link to the log without it."""
    words = in_words(session, asked, lang, zone)
    return [Chip(word, f"/log{asked.query(**{name: ''})}", removes=True) for name, word in words]


def suggestions(asked: Filter, lang: str) -> list[Chip]:
    """What is asked for most, as links that add it to the filter."""
    changes = [(SENSITIVE_ACTS, {"group": SENSITIVE, "action": ""})]
    changes += [(ACTIONS[action], {"action": action, "group": ""}) for action in TELLTALES]
    changes += [(word, {"period": period, "since": "", "until": ""}) for period, word in PERIODS.items()]
    there = asked.query()
    links = ((word, asked.query(**change)) for word, change in changes)
    return [Chip(translate(lang, word), f"/log{link}") for word, link in links if link != there]


def people(session: Session, lang: str) -> list[tuple[str, str]]:
    """Everybody who can have done something, by id."""
    known = session.execute(select(User.id, User.name).order_by(User.name, User.id))
    nobody = [(SYSTEM.id, "Vaka"), (ANONYMOUS.id, translate(lang, N_("Without an account")))]
    return nobody + [(user.id, user.name) for user in known]


def groups(lang: str) -> list[tuple[str, str]]:
    known = ((code, translate(lang, word)) for code, word in GROUPS.items())
    return [(SENSITIVE, translate(lang, SENSITIVE_ACTS)), *known]


def actions(lang: str) -> list[tuple[str, str]]:
    """Every action by its words."""
    return sorted(
        ((code, translate(lang, word)) for code, word in ACTIONS.items()), key=lambda each: each[1].casefold()
    )


def _day(day: date, lang: str, zone: str) -> str:
    return date_only(datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(zone)), lang, zone)
