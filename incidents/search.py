"""What a case can be found by: reference, title, systems and cause in both languages, casefolded, and the authority it
was told to, by any of its names. Narratives are sealed and cannot be searched.

Text becomes words here and nowhere else: what is no letter or digit only parts them. So both databases hold the same
words, and nothing that somebody types can be an operator, a quotation mark or an error.
"""

import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    cast,
    column,
    delete,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    table,
    text,
    union_all,
    update,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY
from sqlalchemy.orm import Session

from incidents.catalogue import catalogue_of
from incidents.models import Incident
from incidents.search_models import LEXEMES, SearchRow
from notifications.authorities import named
from notifications.notice_models import Notice

WORD = re.compile(r"[^\W_]+")
MOST, LONGEST, READ = 8, 40, 1_000  # words that count, letters of a word, letters of a question that are read at all
FTS = table("incident_words", column("rowid"), column("incident_words"))


def words_of(written: str) -> list[str]:
    """The words of a text, casefolded, each once. Å, Ä and Ö stay what they are, however they were typed."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", written).casefold())
    return list(dict.fromkeys(word[:LONGEST] for word in WORD.findall(folded)))


def search_text(incident: Incident) -> str:
    """The text of the `search` column: words with one space between."""
    codes = [incident.cause_code or "", *(incident.further_causes or [])]
    known = catalogue_of(incident).causes
    causes = [known[code].label for code in codes if code in known]
    written = [incident.reference, incident.title, incident.systems, incident.cause_text, incident.external_id]
    labels = [label for cause in causes for label in (cause.sv, cause.en)]
    return " ".join(words_of(" ".join(part for part in [*written, *labels] if part)))


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody searches for: the beginnings of words that must all be there, or authorities that were told."""

    words: tuple[str, ...]
    authorities: tuple[str, ...] = ()


def asked_for(written: str) -> Asked | None:
    """None when nothing was asked; a question without a single letter or digit finds nothing."""
    written = written[:READ].strip()
    return Asked(tuple(words_of(written)[:MOST]), tuple(named(written))) if written else None


def matches(session: Session, asked: Asked) -> ColumnElement[bool]:
    """Whether a case is meant, asked of its own row: for those that are found by something else.

    Not LIKE, of which PostgreSQL believes that it lets nearly nothing through: it would leave the order of the list.
    """
    place = func.instr if _is_sqlite(session) else func.strpos
    spaced = literal(" ").concat(Incident.search)
    words = and_(*(place(spaced, f" {word}") > 0 for word in asked.words)) if asked.words else false()
    return or_(words, _told_to(asked)) if asked.authorities else words


def found(session: Session, asked: Asked, *marks: str) -> Select[str]:
    """The ids of the same cases, asked of the index of words; of those told to an authority also without the marks.

    A mark (`+open`, `+ended`, `+history`, `+2026`, `+202611`) says where a case stands in the queue, and the year and
    the month of its report (UTC). Nobody can type one.
    """
    sources = [_named(session, _lexemes(session, asked.words, marks))] if asked.words else []
    if asked.authorities:
        sources.append(select(Notice.incident_id).where(Notice.authority.in_(asked.authorities)))
    if not sources:
        return select(SearchRow.incident_id).where(false())
    return sources[0] if len(sources) == 1 else select(union_all(*sources).subquery().c.incident_id)


def filled(session: Session, asked: Asked, shelf: str, marks: Sequence[str]) -> set[str]:
    """Those of these marks (years or months) under which the index names at least one case."""
    if asked.authorities or not asked.words:
        return set(marks)
    given: ColumnElement[str]
    if _is_sqlite(session):
        given, before, after = func.json_each(json.dumps(marks)).table_valued("value").c.value, ' AND "', '"'
    else:
        given, before, after = func.unnest(cast(list(marks), ARRAY(String))).column_valued("mark"), " & '", "'"
    under_it = literal(_lexemes(session, asked.words, (shelf,)) + before).concat(given).concat(after)
    return set(session.scalars(select(given).where(_named(session, under_it).exists())))


def forget(session: Session, incident_id: str) -> None:
    """A case that is erased is found by nothing any more. `forget_for_good` must follow once before the commit."""
    session.execute(update(Incident).where(Incident.id == incident_id).values(search=""))
    session.execute(delete(SearchRow).where(SearchRow.incident_id == incident_id))


def forget_for_good(session: Session) -> None:
    """SQLite's index only marks what was taken out: write it anew, without. PostgreSQL's is cleaned by its vacuum."""
    if _is_sqlite(session):
        session.execute(text("INSERT INTO incident_words (incident_words) VALUES ('rebuild')"))


def _lexemes(session: Session, words: Sequence[str], marks: Sequence[str]) -> str:
    """The question in the language of the index: beginnings of words, and whole marks."""
    if _is_sqlite(session):
        return " AND ".join([*(f'"{word}" *' for word in words), *(f'"{mark}"' for mark in marks)])
    return " & ".join([*(f"'{word}':*" for word in words), *(f"'{mark}'" for mark in marks)])


def _named(session: Session, lexemes: str | ColumnElement[str]) -> Select[str]:
    if _is_sqlite(session):
        rows = select(SearchRow.incident_id).join(FTS, FTS.c.rowid == SearchRow.no)
        return rows.where(FTS.c.incident_words.op("MATCH")(lexemes))
    return select(SearchRow.incident_id).where(LEXEMES.op("@@")(cast(lexemes, TSQUERY)))


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _told_to(asked: Asked) -> ColumnElement[bool]:
    """A notice was begun to one of them."""
    return exists().where(Notice.incident_id == Incident.id, Notice.authority.in_(asked.authorities))
