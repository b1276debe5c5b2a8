"""Which processing activities and processors a case touched: chosen when it is classified, and read from then on."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.errors import N_, Invalid
from incidents.activities.keeping import Line, lines
from incidents.activities.models import Activity, IncidentActivity, IncidentProcessor
from incidents.models import Incident
from incidents.suppliers.keeping import Card, cards
from incidents.suppliers.models import Supplier


@dataclass(frozen=True, slots=True)
class Chosen:
    """Ids."""

    activities: tuple[str, ...] = ()
    processors: tuple[str, ...] = ()


def chosen(session: Session, incident: Incident) -> Chosen:
    mine = select(IncidentActivity.activity_id).where(IncidentActivity.incident_id == incident.id)
    theirs = select(IncidentProcessor.supplier_id).where(IncidentProcessor.incident_id == incident.id)
    return Chosen(tuple(sorted(session.scalars(mine))), tuple(sorted(session.scalars(theirs))))


def choose(session: Session, incident: Incident, wanted: Chosen) -> dict[str, tuple[str | None, str | None]]:
    """Put these in the place of those before; what changed, as names, for the log."""
    before = chosen(session, incident)
    if before == wanted:
        return {}
    named = _named(session, before), _named(session, wanted)
    for model, kept in ((IncidentActivity, wanted.activities), (IncidentProcessor, wanted.processors)):
        session.execute(delete(model).where(model.incident_id == incident.id))
        column = "activity_id" if model is IncidentActivity else "supplier_id"
        session.add_all(model(incident_id=incident.id, **{column: one}) for one in kept)
    session.flush()
    return {field: (was or None, now or None) for field, was, now in zip(FIELDS, *named, strict=True) if was != now}


def check_chosen(session: Session, wanted: Chosen) -> None:
    """
    Raises:
        Invalid: there is no such activity or supplier.
    """
    wrong = {}
    if not _all_there(session, Activity, wanted.activities):
        wrong["activities"] = N_("Choose one of those in the list.")
    if not _all_there(session, Supplier, wanted.processors):
        wrong["processors"] = N_("Choose one of those in the list.")
    if wrong:
        raise Invalid(wrong)


def chosen_lines(session: Session, wanted: Chosen) -> list[Line]:
    return lines(session, wanted.activities, archived=None) if wanted.activities else []


def chosen_cards(session: Session, wanted: Chosen) -> list[Card]:
    return cards(session, wanted.processors) if wanted.processors else []


FIELDS = ("activities", "processors")


def _named(session: Session, wanted: Chosen) -> tuple[str, str]:
    activities = ", ".join(one.name for one in chosen_lines(session, wanted))
    return activities, ", ".join(one.name for one in chosen_cards(session, wanted))


def _all_there(session: Session, model: type[Activity] | type[Supplier], ids: Collection[str]) -> bool:
    return not ids or set(session.scalars(select(model.id).where(model.id.in_(ids)))) == set(ids)
