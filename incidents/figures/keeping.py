"""What was counted is kept for a few minutes where counting takes long, for each set of cases that somebody may see.

The set is what the key says: the cases this reader is excluded from. Who is excluded meanwhile has another key and is
counted for anew at once; nobody is given what was counted over cases they may not see. Small companies are counted
for anew each time. The page says when it was counted.
"""

from collections import OrderedDict
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Lock
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor, Operation, Relation
from incidents.figures.period import Period, Survey, survey, twelve_months
from incidents.figures.reading import cases, deliveries
from incidents.models import Exclusion
from incidents.register.asking import Asked

KEPT_FOR = timedelta(minutes=5)
KEPT_FROM = 1_000  # cases and mails: fewer are counted in a moment
MOST = 32
Key = tuple[Period, str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Counted:
    survey: Survey
    at: datetime

    @property
    def size(self) -> int:
        """How much was counted."""
        found = self.survey
        return found.figures.cases + found.before.cases + found.mails.total


@dataclass
class Kept:
    """In memory, of one process: a few results, the oldest given up first."""

    results: OrderedDict[Key, Counted] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)

    def of_the_year(self, session: Session, actor: Actor, zone: str, now: datetime, operation: Operation) -> Counted:
        """The last twelve months, as this actor may see them."""
        period = twelve_months(now.astimezone(ZoneInfo(zone)).date())
        if actor.relations(operation) != {Relation.ANY}:
            return count(session, actor, period, zone, now, operation)
        hidden = select(Exclusion.incident_id).where(Exclusion.user_id == actor.id)
        key = (period, zone, frozenset(session.scalars(hidden)))
        with self.lock:
            found = self.results.get(key)
        if found is not None and timedelta(0) <= now - found.at < KEPT_FOR:
            return found
        made = count(session, actor, period, zone, now, operation)
        if made.size >= KEPT_FROM:
            self._keep(key, made)
        return made

    def _keep(self, key: Key, made: Counted) -> None:
        with self.lock:
            self.results[key] = made
            self.results.move_to_end(key)
            while len(self.results) > MOST:
                self.results.popitem(last=False)


def count(session: Session, actor: Actor, period: Period, zone: str, now: datetime, operation: Operation) -> Counted:
    """One pass over the cases of the period and of the one before it, and the mails of the period."""
    both, this = (Asked(since=since, until=period.until) for since in (period.before.since, period.since))
    found = survey(cases(session, actor, both, zone, now, operation), period)
    return Counted(replace(found, mails=deliveries(session, actor, this, zone, operation)), now)
