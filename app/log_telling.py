"""What entries of the log say in one language. What repeats, an action, a person, the roles held, is put into words
once: a download has millions of lines.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from core.access import ANONYMOUS, SYSTEM, Role
from core.audit.told import ALTERED, CANNOT_BE_READ, altered
from core.audit.words import ACTIONS
from core.errors import N_
from core.i18n import translate
from identity.titles import titles
from risk.controls.cards import CONTROLS

SHORT = 8
OFTEN = 2_048  # words that are kept at hand
LATE = 60  # seconds
SENSIBLE = range(1900, 9000)  # years
ROLES = frozenset(Role)
THINGS = {
    "activities": N_("the processing activities"),
    "cases": N_("the cases"),
    "deadlines": N_("the deadlines"),
    "findings": N_("the findings"),
    "retention": N_("what is kept"),
    "risks": N_("the risks"),
    "samples": N_("the samples"),
    "suppliers": N_("the suppliers"),
    "log": N_("the log"),
    "settings": N_("the settings"),
    "register": N_("the register"),
    "demo": N_("the made-up company"),
    "causes": N_("the causes"),
    "panel": N_("the standing commission"),
    "heartbeats": N_("the machines"),
    "clock": N_("the clock of the server"),
    "service": N_("the service"),
    "nobody": N_("no account"),
}


class Telling:
    """`who` gives the names of people and things by their ids."""

    def __init__(self, lang: str, who: Mapping[str, str]) -> None:
        self.lang, self.who = lang, who
        self.what = lru_cache(OFTEN)(self._what)
        self.person = lru_cache(OFTEN)(self._person)
        self._title = lru_cache(OFTEN)(self._title_of)

    def role(self, stored: Mapping[str, Any]) -> str:
        """The weightiest role that the person held then."""
        return self._title(tuple(stored["roles"]))

    def act(self, action: str, stored: Mapping[str, Any]) -> str:
        """What was done, or that this cannot be known any more."""
        return self.what(ALTERED if altered(stored) else action)

    def about(self, object: str) -> str:
        """An object as people know it: a person or a thing by name, a control by its title, an opaque id cut short."""
        if object in THINGS:
            return translate(self.lang, THINGS[object])
        if object in self.who:
            return self.who[object]
        if object in CONTROLS:
            return CONTROLS[object].title.in_(self.lang)
        return f"{object[:SHORT]}…" if len(object) == 32 and object.isalnum() else object

    def _what(self, action: str) -> str:
        return translate(self.lang, CANNOT_BE_READ if action == ALTERED else ACTIONS.get(action, action))

    def _person(self, actor: str) -> str:
        if actor == SYSTEM.id:
            return "Vaka"
        if actor == ANONYMOUS.id:
            return translate(self.lang, N_("Without an account"))
        return self.who.get(actor, actor[:SHORT])

    def _title_of(self, roles: tuple[str, ...]) -> str:
        return translate(self.lang, next(iter(titles(Role(role) for role in roles if role in ROLES)), ""))


def moments(at: datetime, fields: Mapping[str, Any]) -> tuple[datetime, datetime | None]:
    """When it happened; and when it was written down, if that was later."""
    happened = _moment(fields["facts"].get("happened_at"))
    if happened is None or abs((at - happened).total_seconds()) < LATE:
        return at, None
    return happened, at


def _moment(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text)) if text else None
    except ValueError:
        return None
    return moment if moment and moment.tzinfo and moment.year in SENSIBLE else None
