"""What a case can be found by: reference, title, systems and cause in both languages, casefolded, and the authority it
was told to, by any of its names. Narratives are sealed and cannot be searched."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, exists, func, or_

from incidents.catalogue import catalogue_of
from incidents.models import Incident
from notifications.authorities import named
from notifications.notice_models import Notice


def search_text(incident: Incident) -> str:
    """The text of the `search` column."""
    codes = [incident.cause_code or "", *(incident.further_causes or [])]
    known = catalogue_of(incident).causes
    causes = [known[code].label for code in codes if code in known]
    words = [incident.reference, incident.title, incident.systems, incident.cause_text]
    labels = [label for cause in causes for label in (cause.sv, cause.en)]
    return " ".join(word for word in [*words, *labels] if word).casefold()


def matches(asked: str) -> ColumnElement[bool]:
    """Every word of what was asked occurs somewhere, or all of it is a name of the authority that was told."""
    words = and_(True, *(_occurs(word) for word in asked.casefold().split()[:8]))
    authorities = named(asked)
    return or_(words, _told_to(authorities)) if authorities else words


def _occurs(word: str) -> ColumnElement[bool]:
    reference = func.lower(Incident.reference).contains(word, autoescape=True)
    return or_(Incident.search.contains(word, autoescape=True), reference)


def _told_to(authorities: Sequence[str]) -> ColumnElement[bool]:
    """A notice was begun to one of them."""
    return exists().where(Notice.incident_id == Incident.id, Notice.authority.in_(authorities))
