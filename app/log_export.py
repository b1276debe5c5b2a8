"""The filtered log as files for others: CSV in words, JSON in codes, PDF to read. The filter stands in each."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from textwrap import shorten
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.log_filter import Filter
from app.log_objects import every_name
from app.log_query import Line, newest, oldest_first
from app.log_telling import Telling, moments
from app.log_views import Row, rows
from core.access import Actor, Operation
from core.audit.anchoring import log_line
from core.audit.told import altered, told
from core.db import Database
from core.document import Document, Section, Table, facts
from core.errors import N_
from core.i18n import absolute, translate
from core.organisation import organisation
from core.tables import Cell, csv_lines, safe_cell
from identity.models import User

MOST = 500  # rows of a PDF: Typst cannot be stopped once it has begun
HEADS = (N_("No."), N_("Happened"), N_("Recorded"), N_("Person (id)"), N_("Who"), N_("Role"), N_("Action code"),
         N_("What"), N_("About"), N_("Facts"), N_("Leaf hash"))  # fmt: skip
IN_A_DOCUMENT = (N_("No."), N_("Happened"), N_("Who"), N_("What"), N_("About"), N_("Reason"))
CUT = N_("These are the newest {most} entries that match; there are more. CSV and JSON hold all of them.")

FACTS = json.JSONEncoder(ensure_ascii=False, sort_keys=True)
CODES = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Download:
    """Who takes what along, when, and in which language. `words` is the filter as a person reads it."""

    database: Database
    actor: Actor
    asked: Filter
    now: datetime
    lang: str
    zone: str
    company: str
    words: str

    def say(self, sentence: str, **params: object) -> str:
        return translate(self.lang, sentence, **params)

    def head_lines(self) -> list[tuple[str, str]]:
        """What stands on top, so that it can be understood a year later."""
        return [
            (self.say(N_("Audit log")), self.company),
            (self.say(N_("Downloaded")), absolute(self.now, self.lang, self.zone)),
            (self.say(N_("By")), self.actor.name),
            (self.say(N_("Filter")), self.words or self.say(N_("everything this reader may see"))),
        ]


def download(
    session: Session, database: Database, actor: Actor, asked: Filter, now: datetime, lang: str, words: str
) -> Download:
    company = organisation(session)
    return Download(database, actor, asked, now, lang, company.zone, company.name, words)


def as_csv(made: Download) -> Iterator[str]:
    """The entries, oldest first, with flat memory."""
    with made.database.reading() as session:
        yield from csv_lines(_table(session, made))


def as_json(made: Download) -> Iterator[str]:
    """One document, an entry at a time."""
    yield f'{{"head":{_dumped(_head(made))},"entries":['
    with made.database.reading() as session:
        for number, line in enumerate(_lines(session, made)):
            yield f"{',' if number else ''}\n{_dumped(_as_codes(line))}"
    yield "\n]}\n"


def as_lines(made: Download) -> Iterator[str]:
    """A document a line: the head, then each entry."""
    yield f"{_dumped({'head': _head(made)})}\n"
    with made.database.reading() as session:
        for line in _lines(session, made):
            yield f"{_dumped(_as_codes(line))}\n"


def as_document(session: Session, made: Download) -> Document:
    """The newest entries as a document, which says when there are more; at its foot the signed state of the log."""
    found = newest(session, made.actor, made.asked, None, made.zone, made.now, MOST + 1)
    shown = rows(session, found[:MOST], made.lang)
    heads = tuple(made.say(head) for head in IN_A_DOCUMENT)
    about = Section(title=made.say(N_("About this copy")), blocks=(facts(*made.head_lines()[1:]),))
    table = Table(caption=made.say(N_("Newest first")), heads=heads, rows=tuple(_cells(made, one) for one in shown))
    notice = made.say(CUT, most=MOST) if len(found) > MOST else ""
    return Document(
        title=made.say(N_("Audit log")), language=made.lang, reference=made.head_lines()[3][1], made_at=made.now,
        company=made.company, notice=notice or ("" if shown else made.say(N_("No entries match the filter."))),
        foot=log_line(session, made.now, made.lang, made.zone),
        sections=(about, *([Section(title=made.say(N_("Entries")), blocks=(table,))] if shown else [])),
    )  # fmt: skip


def _cells(made: Download, one: Row) -> tuple[str, ...]:
    who = f"{one.who}, {one.role}" if one.role else one.who
    return (
        str(one.seq),
        absolute(one.happened_at, made.lang, made.zone),
        who,
        one.what,
        one.about,
        shorten(one.reason, 300, placeholder=" …") or "–",
    )


def _table(session: Session, made: Download) -> Iterator[tuple[Cell, ...]]:
    yield from made.head_lines()
    yield ("",)
    yield tuple(made.say(head) for head in HEADS)
    tell = Telling(made.lang, {user.id: user.name for user in session.execute(select(User.id, User.name))})
    ours = every_name(session, made.lang) if made.actor.may(Operation.LIST_CONTROLS) else {}
    for at, seq, actor, action, about, entry, leaf in _lines(session, made):
        fields = told(entry)
        happened_at, recorded_at = moments(at, fields)
        recorded = safe_cell(at)
        happened = safe_cell(happened_at) if recorded_at else recorded
        yield (seq, happened, recorded, actor, tell.person(actor), tell.role(fields), action, tell.act(action, fields),
               f"{ours[about]} ({about})" if about in ours else about,
               FACTS.encode(fields["facts"]), leaf.hex())  # fmt: skip


def _lines(session: Session, made: Download) -> Iterator[Line]:
    return oldest_first(session, made.actor, made.asked, made.zone, made.now)


def _head(made: Download) -> dict[str, Any]:
    codes = {name: str(value) for name in made.asked.__slots__ if (value := getattr(made.asked, name))}
    return {"company": made.company, "made_at": made.now.isoformat(), "made_by": made.actor.id, "filter": codes}


def _as_codes(line: Line) -> dict[str, Any]:
    """The entry as it was hashed, and its hash: values stand in it as keyed commitments and tell nothing. One that
    cannot be read any more is named by its number."""
    entry, leaf = told(line.entry), line.leaf.hex()
    return (
        {"leaf": leaf, "entry": None, "seq": line.seq, "altered": True}
        if altered(entry)
        else {"leaf": leaf, "entry": entry}
    )


def _dumped(document: dict[str, Any]) -> str:
    return CODES.encode(document)
