"""A company's own times: changed by whoever leads, after a look at what that makes due."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.audit import record
from core.bounded import MOST, in_words
from core.errors import N_, Invalid
from core.organisation import Organisation
from incidents.erasing.due import HAS
from incidents.erasing.parts import Part
from incidents.models import Incident
from incidents.queries import may_see
from incidents.retention import KEPT, RULES, RetentionRule, months_after, months_of

BACKUPS, BACKUP_DAYS, LONGEST_BACKUP = "backup_days", 35, 3650
WITHIN = N_("Write a whole number within the limits.")


@dataclass(frozen=True, slots=True)
class Effect:
    """How many cases have the part due today by the old times and by the new ones, in words and counted up to a bound;
    cases told or merged together may wait for each other longer."""

    part: Part
    before: str
    after: str


def backup_days(company: Organisation) -> int:
    """For how long the company keeps its backups: until then an old one still holds what was erased."""
    kept: int = (company.preferences or {}).get(BACKUPS, BACKUP_DAYS)
    return kept


def backups_end(company: Organisation, erased_at: datetime) -> datetime:
    return erased_at + timedelta(days=backup_days(company))


def read(typed: Mapping[str, str]) -> tuple[dict[str, int], int]:
    """The months of each rule and the days of backups, as they were typed.

    Raises:
        Invalid: with the field of each fault.
    """
    limits = {code: (rule.least, rule.most) for code, rule in RULES.items()} | {BACKUPS: (1, LONGEST_BACKUP)}
    wrong, found = {}, {}
    for name, (least, most) in limits.items():
        text = typed.get(name, "").strip()
        if not (text.isascii() and text.isdigit() and len(text) < 6 and least <= int(text) <= most):
            wrong[name] = WITHIN
        else:
            found[name] = int(text)
    if wrong:
        raise Invalid(wrong)
    days = found.pop(BACKUPS)
    return found, days


def change(
    session: Session, actor: Actor, company: Organisation, months: Mapping[str, int], days: int, now: datetime
) -> None:
    """Keep the times. The worker goes through its list anew at its next look; nothing is erased by this alone."""
    before = {**months_of(company), BACKUPS: backup_days(company)}
    after = {**months, BACKUPS: days}
    changes = {name: (str(before[name]), str(after[name])) for name in after if before[name] != after[name]}
    if changes:
        company.preferences = {**(company.preferences or {}), KEPT: dict(months), BACKUPS: days}
        record(session, actor, "settings:retention_changed", "settings", now, changes=changes)


def effects(
    session: Session, actor: Actor, before: dict[str, int], after: dict[str, int], now: datetime
) -> list[Effect]:
    """What a change makes due, counted among the cases that this person may see."""
    return [
        Effect(part, _due(session, actor, part, before, now), _due(session, actor, part, after, now))
        for part in Part
        if any(rule.part is part and before[code] != after[code] for code, rule in RULES.items())
    ]


def _due(session: Session, actor: Actor, part: Part, months: dict[str, int], now: datetime) -> str:
    rules = [(code, rule) for code, rule in RULES.items() if rule.part is part]
    old = []
    for code, rule in rules:
        longer = [_fits(other) for name, other in rules if (months[name], name) > (months[code], code)]
        old.append(and_(_fits(rule), ~or_(false(), *longer), Incident.closed_at <= months_after(now, -months[code])))
    query = select(Incident.id).where(Incident.erased_at.is_(None), HAS[part], or_(false(), *old))
    some = query.where(may_see(actor, Operation.READ_RETENTION)).limit(MOST + 1)
    return in_words(session.scalar(select(func.count()).select_from(some.subquery())) or 0)


def _fits(rule: RetentionRule) -> ColumnElement[bool]:
    causes = Incident.cause_class.in_(rule.causes) if rule.causes else Incident.id.is_not(None)
    return and_(Incident.state.in_(rule.ends), causes)
