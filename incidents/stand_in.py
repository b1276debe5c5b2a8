"""The last resort: a case whose every manager, deputy and head is involved could else be opened by nobody.

Whoever presides over the standing panel then handles it: the chair, or when the chair is out the next seat that is
neither involved nor away, as in the commission itself. Exclusion beats this too: an involved chair stands in for
nobody. A second signature is still another person's. The reporter's name stays with manager, deputy and DPO. When
even the panel is empty nobody is let in by a back door: the DPO reads and advises, and the administrators, who cannot
open the case, are asked to appoint a head who is not involved (incidents/nobody_left.py).
"""

from functools import cache

from sqlalchemy import ColumnElement, ScalarSelect, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from core.access import CHAIR, LEADERS, Actor
from identity.models import User, UserRole
from identity.people import holders
from incidents.commission_models import STANDING, PanelSeat
from incidents.models import Exclusion, Incident


def excluded(session: Session, incident: Incident) -> frozenset[str]:
    """The ids of the people involved in this case."""
    return frozenset(session.scalars(select(Exclusion.user_id).where(Exclusion.incident_id == incident.id)))


def stands_in(actor: Actor) -> ColumnElement[bool]:
    """The cases that nobody else is left to handle and that fall to this person."""
    return ~_led() & (_presides() == actor.id)


def nobody_leads(session: Session, incident: Incident) -> bool:
    """Whether every manager, deputy and head is involved (or gone)."""
    return not holders(session, *LEADERS, without=excluded(session, incident))


def stand_in(session: Session, incident: Incident) -> User | None:
    """Who handles this case in their place; None while one of them can."""
    if not nobody_leads(session, incident):
        return None
    return session.scalar(select(User).join(Incident, Incident.id == incident.id).where(User.id == _presides()))


# Every page asks who stands in; the conditions are the same each time and are put together once.


@cache
def _led() -> ColumnElement[bool]:
    """A manager, deputy or head who is not involved is left."""
    leader = select(UserRole.user_id).join(User, User.id == UserRole.user_id)
    return leader.where(UserRole.role.in_(LEADERS), User.disabled_at.is_(None), ~_involved(UserRole.user_id)).exists()


@cache
def _presides() -> ScalarSelect[str]:
    """The first seat of the standing panel, chair first, whose holder can sit and is not involved in the case."""
    seat = aliased(PanelSeat)
    able = select(UserRole.user_id).join(User, User.id == UserRole.user_id)
    able = able.where(UserRole.user_id == seat.user_id, UserRole.role == CHAIR, User.disabled_at.is_(None))
    first = select(seat.user_id).where(
        seat.panel_id == STANDING, able.correlate(seat).exists(), ~_involved(seat.user_id)
    )
    return first.order_by(seat.position, seat.user_id).limit(1).correlate(Incident).scalar_subquery()


def _involved(user_id: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    one = aliased(Exclusion)
    return select(one.user_id).where(one.incident_id == Incident.id, one.user_id == user_id).exists()
