"""The log as a table for other programs, with the filter in its first lines."""

import json
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.log_filter import Filter
from app.log_query import oldest_first
from app.log_views import row
from core.access import Actor
from core.db import Database
from core.errors import N_
from core.i18n import translate
from core.organisation import organisation
from core.tables import Cell, csv_lines
from identity.models import User

HEADS = (N_("No."), N_("Happened"), N_("Recorded"), N_("Person (id)"), N_("Who"), N_("Role"), N_("Action code"),
         N_("What"), N_("About"), N_("Facts"), N_("Leaf hash"))  # fmt: skip


def csv_of(
    database: Database, actor: Actor, asked: Filter, lines: list[tuple[str, str]], lang: str, now: datetime
) -> Iterator[str]:
    """The filtered entries, oldest first, with flat memory. `lines` stand on top: who, when, which filter."""
    with database.reading() as session:
        yield from csv_lines(_rows(session, actor, asked, lines, lang, now))


def _rows(
    session: Session, actor: Actor, asked: Filter, lines: list[tuple[str, str]], lang: str, now: datetime
) -> Iterator[tuple[Cell, ...]]:
    yield from lines
    yield ("",)
    yield tuple(translate(lang, head) for head in HEADS)
    who = {user.id: user.name for user in session.execute(select(User.id, User.name))}
    for entry in oldest_first(session, actor, asked, organisation(session).zone, now):
        shown = row(entry, who, lang)
        facts = json.dumps(json.loads(entry.entry)["facts"], ensure_ascii=False, sort_keys=True)
        yield (entry.seq, shown.happened_at, shown.recorded_at or entry.at, entry.actor, shown.who, shown.role,
               entry.action, shown.what, entry.object, facts, entry.leaf.hex())  # fmt: skip
