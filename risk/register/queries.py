"""The way to risks: the policy table as SQL, a page of the list by key, and what hangs on one risk."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true
from sqlalchemy.orm import Session

from core.access import Actor, Operation, Relation
from core.errors import NotFound
from risk.register.models import Risk, RiskChange, RiskControl, RiskRaise
from risk.register.rules import LIVING, State

PAGE = 25


def may_use(actor: Actor, operation: Operation = Operation.LIST_RISKS) -> ColumnElement[bool]:
    """The risks this actor may use `operation` on, as a condition; of drafts see `incidents.risks.sight`."""
    relations = actor.relations(operation)
    if Relation.ANY in relations:
        return true()
    return Risk.owner_id == actor.id if Relation.OWN in relations else false()


def find_living(session: Session, actor: Actor, risk_id: int, operation: Operation) -> Risk:
    """A risk by its number, locked until the transaction ends, so that a verb decides on what is really there.

    Raises:
        NotFound: there is none, or it is not for this actor; the two look alike.
    """
    query = select(Risk).where(Risk.id == risk_id, may_use(actor, operation)).with_for_update()
    risk = session.scalar(query, execution_options={"populate_existing": True})
    if risk is None:
        raise NotFound()
    return risk


@dataclass(frozen=True, slots=True)
class Place:
    """The last row of the page before: its score and its number."""

    score: int
    id: int

    def __str__(self) -> str:
        return f"{self.score}.{self.id}"

    @classmethod
    def read(cls, text: str) -> "Place | None":
        """A place that was altered counts as none: the list starts from the top."""
        score, _, number = text.partition(".")
        if not (score.isdecimal() and number.isdecimal() and len(score) < 3 and len(number) < 10):
            return None
        return cls(int(score), int(number))


def page_of(session: Session, query: Select[Risk], after: Place | None, most: int = PAGE) -> tuple[list[Risk], str]:
    """So many rows, the highest first, and where the next begin."""
    if after is not None:
        query = query.where(or_(Risk.score < after.score, and_(Risk.score == after.score, Risk.id > after.id)))
    found = list(session.scalars(query.order_by(Risk.score.desc(), Risk.id).limit(most + 1)))
    shown = found[:most]
    return shown, str(Place(shown[-1].score, shown[-1].id)) if len(found) > most else ""


def history(session: Session, risk: Risk) -> Sequence[RiskChange]:
    """Everything that happened to a risk, the latest first."""
    query = select(RiskChange).where(RiskChange.risk_id == risk.id)
    return session.scalars(query.order_by(RiskChange.id.desc())).all()


def controls_of(session: Session, risk: Risk) -> list[str]:
    """The codes of the controls that a risk leans on."""
    query = select(RiskControl.control_code).where(RiskControl.risk_id == risk.id)
    return list(session.scalars(query.order_by(RiskControl.control_code)))


def failing(session: Session, risk: Risk) -> list[RiskRaise]:
    """What raises a risk now, the oldest first."""
    query = select(RiskRaise).where(RiskRaise.risk_id == risk.id, RiskRaise.lifted_at.is_(None))
    return list(session.scalars(query.order_by(RiskRaise.since, RiskRaise.control_code)))


def leaning_on(session: Session, code: str) -> list[Risk]:
    """The living risks that lean on a control, by number, locked: whoever else asks for them waits."""
    on = select(RiskControl.risk_id).where(RiskControl.control_code == code)
    query = select(Risk).where(Risk.id.in_(on), Risk.state.in_(LIVING)).order_by(Risk.id).with_for_update()
    return list(session.scalars(query, execution_options={"populate_existing": True}))


def risks_on(session: Session, actor: Actor, code: str) -> list[Risk]:
    """The living risks that lean on a control and that this actor may see, for the page of the control."""
    if not actor.may(Operation.LIST_RISKS):
        return []
    on = select(RiskControl.risk_id).where(RiskControl.control_code == code)
    query = select(Risk).where(Risk.id.in_(on), may_use(actor), of_state(LIVING))
    return list(session.scalars(query.order_by(Risk.score.desc(), Risk.id)))


def of_state(states: frozenset[State]) -> ColumnElement[bool]:
    return Risk.state.in_(sorted(states))
