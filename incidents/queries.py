"""The only way to rows: `visible` turns the policy table into SQL, and exclusion is an AND NOT inside it."""

from sqlalchemy import ColumnElement, Select, false, or_, select
from sqlalchemy.orm import Session

from core.access import Actor, Operation, Relation
from core.errors import N_, Erased, NotFound
from incidents.commission import Position
from incidents.commission_models import STANDING, Commission, CommissionSeat, PanelSeat
from incidents.models import Countersign, Exclusion, Incident
from incidents.stand_in import stands_in

WITH_THE_SECRETARY = frozenset({Operation.LIST_CASES, Operation.READ_CASE, Operation.READ_COMMISSION})
WHAT_IS_LEFT = N_("{reference} has been erased. Open the case itself to see what the register keeps.")
ASKED_TO_SIGN = frozenset({Operation.LIST_CASES, Operation.READ_CASE, Operation.COUNTERSIGN})


def visible(actor: Actor, operation: Operation = Operation.READ_CASE) -> Select[Incident]:
    """The cases this actor may use `operation` on: for lists, counts, search, exports and single pages alike."""
    return select(Incident).where(may_see(actor, operation))


def may_see(actor: Actor, operation: Operation) -> ColumnElement[bool]:
    """The same as a condition, for queries that start from another table joined to `Incident`."""
    relations = actor.relations(operation)
    doors = [_relation(actor, relation) for relation in sorted(relations)]
    if Relation.MEMBER in relations and operation in ASKED_TO_SIGN:
        doors.append(_chair_is_asked(actor))
    if Relation.MEMBER in relations and operation in WITH_THE_SECRETARY:
        doors.append(_keeps_the_papers(actor))
    excluded = select(Exclusion.user_id).where(Exclusion.incident_id == Incident.id, Exclusion.user_id == actor.id)
    return or_(false(), *doors) & ~excluded.exists()


def find(session: Session, actor: Actor, reference: str, operation: Operation = Operation.READ_CASE) -> Incident:
    """The case of a reference.

    Raises:
        NotFound: there is none, or it is not for this actor; the two look alike.
        Erased: only its row in the register is left.
    """
    return _whole(find_in_register(session, actor, reference, operation))


def find_in_register(session: Session, actor: Actor, reference: str, operation: Operation) -> Incident:
    """The same, also when the case has been erased.

    Raises:
        NotFound: there is none, or it is not for this actor.
    """
    incident = session.scalar(visible(actor, operation).where(Incident.reference == reference.upper()))
    if incident is None:
        raise NotFound()
    return incident


def find_to_change(session: Session, actor: Actor, reference: str, operation: Operation) -> Incident:
    """The same, locked until the transaction ends, so that the verb decides on what is really there.

    Raises:
        NotFound: there is none, or it is not for this actor.
        Erased: only its row in the register is left.
    """
    query = visible(actor, operation).where(Incident.reference == reference.upper()).with_for_update(of=Incident)
    incident = session.scalar(query, execution_options={"populate_existing": True})
    if incident is None:
        raise NotFound()
    return _whole(incident)


def _whole(incident: Incident) -> Incident:
    if incident.erased_at is not None:
        raise Erased(WHAT_IS_LEFT, reference=incident.reference)
    return incident


def _chair_is_asked(actor: Actor) -> ColumnElement[bool]:
    """Before a case has a commission, the chair of the standing panel sees it while a signature waits on it."""
    waiting = select(Countersign.id).where(
        Countersign.incident_id == Incident.id,
        Countersign.state == "waiting",
        Countersign.about_id.is_distinct_from(actor.id),
    )
    standing = select(PanelSeat.user_id).where(PanelSeat.panel_id == STANDING)
    chair = standing.where(PanelSeat.user_id == actor.id, PanelSeat.seat == Position.CHAIR)
    return waiting.exists() & chair.exists()


def _keeps_the_papers(actor: Actor) -> ColumnElement[bool]:
    """The secretary of a commission reads along, and never assesses, votes or signs by that."""
    called = select(Commission.id).where(Commission.incident_id == Incident.id, Commission.secretary_id == actor.id)
    return called.exists()


def _relation(actor: Actor, relation: Relation) -> ColumnElement[bool]:
    match relation:
        case Relation.ANY:
            return Incident.id.is_not(None)
        case Relation.OWN:
            return Incident.reporter_id == actor.id
        case Relation.LAST_RESORT:
            return stands_in(actor)
        case Relation.MEMBER:
            seat = select(CommissionSeat.user_id).join(Commission, Commission.id == CommissionSeat.commission_id)
            return seat.where(
                Commission.incident_id == Incident.id,
                CommissionSeat.user_id == actor.id,
                CommissionSeat.recused_at.is_(None),
                CommissionSeat.active,
            ).exists()
