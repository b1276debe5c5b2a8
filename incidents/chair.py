"""Who signs for the commission: the chair of the case, or before there is one the chair of the standing panel."""

from sqlalchemy import ColumnElement, false, or_, select, true
from sqlalchemy.orm import Session

from core.access import Actor
from identity.models import User
from incidents.commission import Position, Seat, presiding
from incidents.commission_models import STANDING, Commission, CommissionSeat, PanelSeat
from incidents.models import Exclusion, Incident


def chairs(session: Session, incident: Incident) -> frozenset[str]:
    """The one who presides over this case. When the chair is out, the first who sits stands in."""
    left_out = set(session.scalars(select(Exclusion.user_id).where(Exclusion.incident_id == incident.id)))
    seats = _of_the_case(session, incident, left_out) or _of_the_panel(session, left_out)
    first = presiding(seats)
    return frozenset({first.member} if first else ())


def _of_the_case(session: Session, incident: Incident, left_out: set[str]) -> list[Seat]:
    query = select(Commission.id).where(Commission.incident_id == incident.id).order_by(Commission.round.desc())
    latest = session.scalar(query.limit(1))
    if latest is None:
        return []
    seats = select(CommissionSeat, User.disabled_at).join(User, User.id == CommissionSeat.user_id)
    rows = session.execute(seats.where(CommissionSeat.commission_id == latest).order_by(CommissionSeat.position))
    return [
        Seat(seat.user_id, Position(seat.seat), recused=seat.recused_at is not None or seat.user_id in left_out,
             away=disabled_at is not None)
        for seat, disabled_at in rows
    ]  # fmt: skip


def _of_the_panel(session: Session, left_out: set[str]) -> list[Seat]:
    panel = session.scalars(
        select(PanelSeat).where(PanelSeat.panel_id == STANDING).order_by(PanelSeat.position, PanelSeat.user_id)
    )
    return [Seat(seat.user_id, Position(seat.seat), recused=seat.user_id in left_out) for seat in panel]


def sits_in_the_chair(session: Session, actor: Actor) -> ColumnElement[bool]:
    """The cases whose signatures could be this actor's: a chair's seat in the case, or on the standing panel."""
    seat = select(CommissionSeat.user_id).join(Commission, Commission.id == CommissionSeat.commission_id)
    in_the_case = seat.where(
        Commission.incident_id == Incident.id, CommissionSeat.user_id == actor.id, CommissionSeat.seat == Position.CHAIR
    ).exists()
    on_the_panel = session.get(PanelSeat, (STANDING, actor.id))
    return or_(in_the_case, true() if on_the_panel and on_the_panel.seat == Position.CHAIR else false())
