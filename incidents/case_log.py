"""The full log of one case, untouched: every entry, newest first, found by its number."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import SYSTEM, Role
from core.audit.models import AuditEntry
from core.errors import N_
from core.i18n import translate
from identity.people import names
from identity.titles import titles
from incidents.models import Incident
from incidents.story import IN_THE_LOG, level_words

PAGE = 100


@dataclass(frozen=True, slots=True)
class Line:
    seq: int
    at: datetime
    who: str
    role: str
    action: str
    sentence: str
    facts: str


def case_log(session: Session, incident: Incident, after: int, lang: str) -> tuple[list[Line], int | None]:
    """The entries before number `after` (-1: from the newest), and where the next page goes on."""
    query = select(AuditEntry.seq, AuditEntry.at, AuditEntry.entry).where(AuditEntry.case_id == incident.id)
    if after >= 0:
        query = query.where(AuditEntry.seq < after)
    rows = session.execute(query.order_by(AuditEntry.seq.desc()).limit(PAGE + 1)).all()
    entries = [(row.seq, row.at, json.loads(row.entry)) for row in rows[:PAGE]]
    who = names(session, {entry["actor"] for _, _, entry in entries})
    lines = []
    for seq, at, entry in entries:
        name = who.get(entry["actor"], _nobody(entry["actor"], lang))
        held = frozenset(Role(role) for role in entry["roles"] if role in set(Role))
        role = translate(lang, next(iter(titles(held)), ""))
        text = IN_THE_LOG.get(entry["action"], "")
        level = level_words(entry["action"], entry["facts"], lang)
        sentence = translate(lang, text, who=name, level=level) if text else ""
        facts = ", ".join(f"{key}: {_shown(value)}" for key, value in sorted(entry["facts"].items()))
        lines.append(Line(seq, at, name, role, entry["action"], sentence, facts))
    return lines, rows[PAGE - 1].seq if len(rows) > PAGE else None


def _nobody(actor: str, lang: str) -> str:
    return "Vaka" if actor == SYSTEM.id else translate(lang, N_("The reporter"))


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
