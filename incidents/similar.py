"""Similar past cases, for those who classify, assess and decide: what became of the like. Only cases this person may
see; the excluded see none of theirs here either."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Executable, Integer, Row, String, Subquery, case, cast, func, literal, select
from sqlalchemy.orm import Session

from core.access import Actor
from core.organisation import organisation
from incidents.catalogue import catalogue
from incidents.classification import CauseClass
from incidents.likeness import LEAST, SAYS_NOTHING, Likeness, Traits, band_of, likeness, words_of
from incidents.models import Incident
from incidents.people_count import PeopleCount
from incidents.proposals import proposal
from incidents.queries import visible
from incidents.similar_view import SimilarCase, shown
from incidents.states import State

NEWEST = 10_000  # so many are looked at, and no more: older ones say little, and the page must answer at once
CANDIDATES = 40  # put in order by the database; these are compared in full
RANKED = (Incident.id, Incident.search, Incident.cause_code, Incident.cause_class, Incident.further_causes,
          Incident.reported_at)  # fmt: skip
COMPARED = (Incident.id, Incident.title, Incident.systems, Incident.cause_code, Incident.cause_class,
            Incident.further_causes, Incident.breach_types, Incident.data_categories, Incident.subject_groups,
            Incident.people_min, Incident.people_max, Incident.reported_at)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """A case that is alike, and in what."""

    id: str
    likeness: Likeness
    reported_at: datetime


def similar(session: Session, actor: Actor, incident: Incident, lang: str, limit: int = 3) -> list[SimilarCase]:
    """The cases most like this one, the most alike first, closed and open."""
    found = most_alike(session, actor, incident)[:limit]
    return shown(session, actor, {one.id: one.likeness for one in found}, lang, organisation(session).zone)


def most_alike(session: Session, actor: Actor, incident: Incident) -> list[Found]:
    """Scored over the newest cases this person may see."""
    mine = traits_of(session, incident)
    if not (mine.cause or mine.systems or mine.title or mine.further):
        return []
    rows = session.execute(_candidates(actor, incident, mine))
    scored = [Found(row.id, likeness(mine, _traits(row)), row.reported_at) for row in rows]
    alike = [one for one in scored if one.likeness.points >= LEAST]
    return sorted(alike, key=lambda one: (-one.likeness.points, -one.reported_at.timestamp(), one.id))


def traits_of(session: Session, incident: Incident) -> Traits:
    """As classified; before that, as the report proposes."""
    if incident.classified_at is not None:
        return _traits(incident)
    known = catalogue(session)
    proposed = proposal(incident, {code for code in known.causes if known.offers(code)})
    cause = known.get(proposed.cause)
    return Traits(
        cause=proposed.cause,
        cause_class=cause.cause_class if cause else CauseClass.UNKNOWN,
        breach=frozenset(proposed.breach_types),
        data=frozenset(proposed.data_categories),
        systems=words_of(incident.systems, shortest=3),
        title=words_of(incident.title),
        band=band_of(proposed.people),
    )


def _traits(row: Row[Any] | Incident) -> Traits:
    return Traits(
        cause=row.cause_code,
        cause_class=row.cause_class,
        further=frozenset(row.further_causes),
        breach=frozenset(row.breach_types),
        data=frozenset(row.data_categories),
        groups=frozenset(row.subject_groups),
        systems=words_of(row.systems, shortest=3),
        title=words_of(row.title),
        band=band_of(PeopleCount(row.people_min, row.people_max)),
    )


def _candidates(actor: Actor, incident: Incident, mine: Traits) -> Executable:
    """The database puts the newest cases in a rough order; the fine one needs words, not parts of words."""
    newest = (
        visible(actor)
        .with_only_columns(*RANKED)
        .where(Incident.id != incident.id, Incident.state != State.MERGED, Incident.drill.is_(incident.drill))
        .order_by(Incident.reported_at.desc(), Incident.id.desc())
        .limit(NEWEST)
        .subquery()
    )
    rough = _rough(newest, mine)
    best = select(newest.c.id).where(rough > 1).order_by(rough.desc(), newest.c.reported_at.desc()).limit(CANDIDATES)
    return select(*COMPARED).where(Incident.id.in_(best))


def _rough(newest: Subquery, mine: Traits) -> ColumnElement[int]:
    causes = sorted({mine.cause, *mine.further} - SAYS_NOTHING)
    points: list[tuple[ColumnElement[bool], int]] = [(newest.c.cause_code.in_(causes), 4)]
    points += [(newest.c.cause_class == mine.cause_class, 1)] if mine.cause_class not in SAYS_NOTHING else []
    points += [(newest.c.search.contains(word, autoescape=True), 3) for word in _some(mine.systems)]
    points += [(newest.c.search.contains(word, autoescape=True), 1) for word in _some(mine.title)]
    points += [(_holds(newest.c.further_causes, code), 3) for code in causes[:3]]
    total: ColumnElement[int] = literal(0, Integer)
    for condition, worth in points:
        total = total + case((condition, worth), else_=0)
    return total


def _holds(column: ColumnElement[Any], code: str) -> ColumnElement[bool]:
    """A list of codes is kept as JSON; as text, each stands between quotation marks."""
    return func.coalesce(cast(column, String), "").contains(f'"{code}"', autoescape=True)


def _some(words: frozenset[str]) -> Sequence[str]:
    """The longest say the most."""
    return sorted(words, key=lambda word: (-len(word), word))[:5]
