"""The one way to the causes as they stand today: what is shipped, what the company added, and what it retired."""

from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

from incidents.cause_models import CauseCatalogue
from incidents.causes import SHIPPED
from incidents.causes.cards import Cause
from incidents.causes.known import Catalogue
from incidents.models import Incident
from incidents.own_causes import together

KEPT = "cause_catalogue"  # read once a transaction, in `session.info`


def catalogue(session: Session) -> Catalogue:
    """What can be chosen and what can be read today."""
    found: Catalogue | None = session.info.get(KEPT)
    if found is None:
        row = latest(session)
        found = together(row.cards, row.retired, row.version) if row else SHIPPED
        session.info[KEPT] = found
    return found


def latest(session: Session) -> CauseCatalogue | None:
    """The version in force; None while the company has published none."""
    return session.scalar(select(CauseCatalogue).order_by(CauseCatalogue.version.desc()).limit(1))


def forget(session: Session) -> None:
    """A version was published in this transaction: read again."""
    session.info.pop(KEPT, None)


def catalogue_of(incident: Incident) -> Catalogue:
    """The catalogue of the database a case is read from, for those who are handed the case alone."""
    session = object_session(incident)
    return catalogue(session) if session else SHIPPED


def cause_of(incident: Incident) -> Cause | None:
    """The main cause of a case, also when its code has been retired since."""
    return catalogue_of(incident).get(incident.cause_code)
