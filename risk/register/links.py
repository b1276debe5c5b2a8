"""What a risk leans on and where it showed itself. A link is a row that is there once, whoever comes first."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import delete, select, union
from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from risk.models import Control
from risk.once import insert_once
from risk.register.learning import lift, raise_for, stands_now
from risk.register.models import ControlCase, Risk, RiskCase, RiskControl
from risk.register.queries import controls_of
from risk.register.rules import LIVING, ControlStands


def link_controls(session: Session, actor: Actor, risk: Risk, wanted: Collection[str], now: datetime) -> None:
    """Lean on exactly these controls. One that fails at this moment raises the risk at once, and one that is let go
    raises it no longer."""
    known = set(controls_of(session, risk))
    for code in sorted(set(wanted) - known):
        link_control(session, actor, risk, session.get_one(Control, code), now)
    for code in sorted(known - set(wanted)):
        session.execute(delete(RiskControl).where(RiskControl.risk_id == risk.id, RiskControl.control_code == code))
        record(session, actor, "risk:control_unlinked", risk.name, now, facts={"control": code})
        lift(session, risk, code, now)


def link_control(session: Session, actor: Actor, risk: Risk, control: Control, now: datetime) -> None:
    """Lean on one more control; doing it again does nothing."""
    made = insert_once(
        session, RiskControl, risk_id=risk.id, control_code=control.code, linked_by=actor.id, linked_at=now
    )
    if not made:
        return
    record(session, actor, "risk:control_linked", risk.name, now, facts={"control": control.code})
    standing = stands_now(session, control, now)
    if standing is not ControlStands.IN_ORDER and risk.state in LIVING:
        raise_for(session, risk, control, standing, now)


def link_cases(
    session: Session, actor: Actor, risk: Risk, cases: Iterable[str], now: datetime, *, told: bool = True
) -> list[str]:
    """The risk showed itself in these cases; returns the ids that were not linked before. Each link is told under its
    case, so that whoever may not know of the case reads nothing of it in the log; the cases that open a draft are told
    together by whoever opens it (`told=False`)."""
    fresh = [
        case
        for case in cases
        if insert_once(session, RiskCase, risk_id=risk.id, case_id=case, linked_by=actor.id, linked_at=now)
    ]
    for case in fresh if told else ():
        record(session, actor, "risk:case_linked", risk.name, now, case=case)
    return fresh


def unlink_case(session: Session, actor: Actor, risk: Risk, case: str, now: datetime) -> None:
    """It was not this risk after all."""
    gone = session.execute(delete(RiskCase).where(RiskCase.risk_id == risk.id, RiskCase.case_id == case))
    if gone.rowcount:  # type: ignore[attr-defined]
        record(session, actor, "risk:case_unlinked", risk.name, now, case=case)


def cases_of(session: Session, risk: Risk) -> list[str]:
    """The ids of the linked cases, for the floor above, which knows who may see them."""
    query = select(RiskCase.case_id).where(RiskCase.risk_id == risk.id)
    return list(session.scalars(query.order_by(RiskCase.linked_at, RiskCase.case_id)))


def leading_to_changes(session: Session, cases: Collection[str]) -> set[str]:
    """Those of the cases that a risk or a control is linked to: they taught something."""
    risks, controls = (select(link.case_id).where(link.case_id.in_(cases)) for link in (RiskCase, ControlCase))
    return set(session.scalars(union(risks, controls))) if cases else set()
