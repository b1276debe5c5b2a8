"""The full log of one case: every entry, newest first, found by its number, with its open facts in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import SYSTEM, Actor, Operation, Role
from core.audit.models import AuditEntry
from core.audit.sight import not_hidden_from
from core.audit.told import CANNOT_BE_READ, altered, told
from core.audit.words import ACTIONS
from core.errors import N_
from core.i18n import translate
from core.organisation import organisation
from identity.people import names
from identity.titles import titles
from incidents.log_facts import controls_in, facts_in_words
from incidents.models import Incident
from incidents.sealed import may_read_entry
from risk.queries import own_titles

PAGE = 100


@dataclass(frozen=True, slots=True)
class Line:
    seq: int
    at: datetime
    who: str
    role: str
    what: str
    facts: list[tuple[str, str]]


def case_log(
    session: Session, actor: Actor, incident: Incident, after: int, lang: str
) -> tuple[list[Line], int | None]:
    """The entries before number `after` (-1: from the newest), and where the next page goes on."""
    query = select(AuditEntry.seq, AuditEntry.at, AuditEntry.entry)
    query = query.where(AuditEntry.case_id == incident.id, not_hidden_from(actor.id), may_read_entry(actor))
    if after >= 0:
        query = query.where(AuditEntry.seq < after)
    rows = session.execute(query.order_by(AuditEntry.seq.desc()).limit(PAGE + 1)).all()
    entries = [(row.seq, row.at, told(row.entry)) for row in rows[:PAGE]]
    who = names(session, {entry["actor"] for _, _, entry in entries})
    named = {code for _, _, entry in entries for code in controls_in(entry["facts"])}
    called = own_titles(session, named) if actor.may(Operation.LIST_CONTROLS) else {}
    lines, zone = [], organisation(session).zone
    for seq, at, entry in entries:
        name = who.get(entry["actor"], _nobody(entry, lang))
        held = frozenset(Role(role) for role in entry["roles"] if role in set(Role))
        role = translate(lang, next(iter(titles(held)), ""))
        what = translate(lang, CANNOT_BE_READ if altered(entry) else ACTIONS.get(entry["action"], entry["action"]))
        lines.append(Line(seq, at, name, role, what, facts_in_words(entry["facts"], lang, zone, called)))
    return lines, rows[PAGE - 1].seq if len(rows) > PAGE else None


def _nobody(entry: Mapping[str, Any], lang: str) -> str:
    """Whoever has no account: the service itself, a supplier with its link, or the reporter."""
    if entry["actor"] == SYSTEM.id:
        return "Vaka"
    if altered(entry):
        return "–"
    told = entry["action"].startswith("supplier:")
    return translate(lang, N_("The supplier") if told else N_("The reporter"))
