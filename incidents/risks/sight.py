"""Who sees a risk. A draft that like cases opened is seen by whoever sees all of them, or enough of them that the draft
would be there for this person too; so nobody learns from a draft that there is a case they are involved in."""

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.errors import NotFound
from incidents.models import Incident
from incidents.queries import may_see
from risk.register.models import Risk, RiskCase
from risk.register.queries import may_use
from risk.register.rules import LIKE, State

JUDGED = (State.OPEN, State.ACCEPTED, State.CLOSED)


def visible_risks(actor: Actor, operation: Operation = Operation.LIST_RISKS) -> Select[Risk]:
    """The risks this actor may use `operation` on: for lists, files and single pages alike."""
    return select(Risk).where(may_use(actor, operation), or_(Risk.state.in_(JUDGED), _sees_what_opened_it(actor)))


def _sees_what_opened_it(actor: Actor) -> ColumnElement[bool]:
    linked = select(RiskCase.case_id).join(Incident, Incident.id == RiskCase.case_id)
    linked = linked.where(RiskCase.risk_id == Risk.id).correlate(Risk)
    seen = linked.where(may_see(actor, Operation.READ_CASE))
    unseen = linked.where(~may_see(actor, Operation.READ_CASE))
    number = seen.with_only_columns(func.count()).scalar_subquery()
    return or_(~unseen.exists(), number >= LIKE)


def sees_origin(session: Session, actor: Actor, risk: Risk) -> bool:
    """Whether this actor may know that like cases led to the risk."""
    return session.scalar(select(Risk.id).where(Risk.id == risk.id, _sees_what_opened_it(actor))) is not None


def find_risk(session: Session, actor: Actor, number: str, operation: Operation = Operation.LIST_RISKS) -> Risk:
    """A risk by its number.

    Raises:
        NotFound: there is none, or it is not for this actor; the two look alike.
    """
    known = int(number) if number.isdecimal() and len(number) < 10 else 0
    risk = session.scalar(visible_risks(actor, operation).where(Risk.id == known))
    if risk is None:
        raise NotFound()
    return risk


def find_risk_to_change(session: Session, actor: Actor, number: str, operation: Operation) -> Risk:
    """The same, locked until the transaction ends.

    Raises:
        NotFound: there is none, or it is not for this actor.
    """
    found = find_risk(session, actor, number, operation)
    session.refresh(found, with_for_update=True)
    return found


def seen_cases(session: Session, actor: Actor, risk: Risk) -> list[Incident]:
    """The linked cases that this actor may see, the latest report first."""
    linked = select(RiskCase.case_id).where(RiskCase.risk_id == risk.id)
    query = select(Incident).where(Incident.id.in_(linked), may_see(actor, Operation.READ_CASE))
    return list(session.scalars(query.order_by(Incident.reported_at.desc(), Incident.id)))


def risks_of_case(session: Session, actor: Actor, incident: Incident) -> list[Risk]:
    """The risks that a case is linked to, for its own page."""
    linked = select(RiskCase.risk_id).where(RiskCase.case_id == incident.id)
    query = visible_risks(actor).where(Risk.id.in_(linked))
    return list(session.scalars(query.order_by(Risk.score.desc(), Risk.id)))
