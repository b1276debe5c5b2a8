"""What a case can be found by: reference, title, systems and cause in both languages, casefolded. Narratives are sealed
and cannot be searched."""

from sqlalchemy import ColumnElement, and_, func, or_

from incidents.catalogue import catalogue_of
from incidents.models import Incident


def search_text(incident: Incident) -> str:
    """The text of the `search` column."""
    codes = [incident.cause_code or "", *(incident.further_causes or [])]
    known = catalogue_of(incident).causes
    causes = [known[code].label for code in codes if code in known]
    words = [incident.reference, incident.title, incident.systems, incident.cause_text]
    labels = [label for cause in causes for label in (cause.sv, cause.en)]
    return " ".join(word for word in [*words, *labels] if word).casefold()


def matches(asked: str) -> ColumnElement[bool]:
    """Every word of what was asked occurs somewhere."""
    return and_(True, *(_occurs(word) for word in asked.casefold().split()[:8]))


def _occurs(word: str) -> ColumnElement[bool]:
    reference = func.lower(Incident.reference).contains(word, autoescape=True)
    return or_(Incident.search.contains(word, autoescape=True), reference)
