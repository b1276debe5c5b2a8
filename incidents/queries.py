"""The only way to rows: `visible` turns the policy table into SQL, and exclusion is an AND NOT inside it."""

from sqlalchemy import ColumnElement, Select, false, or_, select
from sqlalchemy.orm import Session

from core.access import Actor, Operation, Relation
from core.errors import NotFound
from incidents.commission_models import Commission, CommissionSeat
from incidents.models import Exclusion, Incident


def visible(actor: Actor, operation: Operation = Operation.READ_CASE) -> Select[Incident]:
    """The cases this actor may use `operation` on: for lists, counts, search, exports and single pages alike."""
    return select(Incident).where(may_see(actor, operation))


def may_see(actor: Actor, operation: Operation) -> ColumnElement[bool]:
    """The same as a condition, for queries that start from another table joined to `Incident`."""
    doors = [_relation(actor, relation) for relation in sorted(actor.relations(operation))]
    excluded = select(Exclusion.user_id).where(Exclusion.incident_id == Incident.id, Exclusion.user_id == actor.id)
    return or_(false(), *doors) & ~excluded.exists()


def find(session: Session, actor: Actor, reference: str, operation: Operation = Operation.READ_CASE) -> Incident:
    """The case of a reference.

    Raises:
        NotFound: there is none, or it is not for this actor; the two look alike.
    """
    incident = session.scalar(visible(actor, operation).where(Incident.reference == reference.upper()))
    if incident is None:
        raise NotFound()
    return incident


def _relation(actor: Actor, relation: Relation) -> ColumnElement[bool]:
    match relation:
        case Relation.ANY:
            return Incident.id.is_not(None)
        case Relation.OWN:
            return Incident.reporter_id == actor.id
        case Relation.MEMBER:
            seat = select(CommissionSeat.user_id).join(Commission, Commission.id == CommissionSeat.commission_id)
            return seat.where(
                Commission.incident_id == Incident.id,
                CommissionSeat.user_id == actor.id,
                CommissionSeat.recused_at.is_(None),
                CommissionSeat.active,
            ).exists()
