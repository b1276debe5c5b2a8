"""The way to controls: the policy table as SQL, and what the pages of controls show."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import Session

from core.access import Actor, Operation, Relation
from core.errors import NotFound
from core.files import StoredFile
from risk.control_status import Result
from risk.controls.cards import CONTROLS, by_clause
from risk.models import Control, ControlCheck

EVIDENCE = "evidence"


def may_use(actor: Actor, operation: Operation) -> ColumnElement[bool]:
    """The controls this actor may use `operation` on, as a condition."""
    relations = actor.relations(operation)
    if Relation.ANY in relations:
        return Control.code.is_not(None)
    return own(actor) if Relation.OWN in relations else false()


def own(actor: Actor) -> ColumnElement[bool]:
    """A control belongs to its owner and to the deputy alike (clause 3.8)."""
    return or_(Control.owner_id == actor.id, Control.deputy_id == actor.id)


def find_control(session: Session, actor: Actor, code: str, operation: Operation) -> Control:
    """The control of a code.

    Raises:
        NotFound: there is none, or it is not this actor's; the two look alike.
    """
    control = session.scalar(select(Control).where(Control.code == code, may_use(actor, operation)))
    if control is None or control.code not in CONTROLS:
        raise NotFound()
    return control


def adopted(session: Session, actor: Actor, operation: Operation = Operation.LIST_CONTROLS) -> list[Control]:
    """Every adopted control of the catalogue, in the order of the policy's clauses."""
    rows = {row.code: row for row in session.scalars(select(Control).where(may_use(actor, operation)))}
    return [rows[code] for code, _ in by_clause() if code in rows]


def every_control(session: Session) -> list[Control]:
    """Every adopted control of the catalogue, for the worker."""
    return [control for control in session.scalars(select(Control).order_by(Control.code)) if control.code in CONTROLS]


def history(session: Session, control: Control) -> Sequence[ControlCheck]:
    """Every check of a control, the latest first."""
    latest = (ControlCheck.done_at.desc(), ControlCheck.recorded_at.desc(), ControlCheck.id)
    return session.scalars(
        select(ControlCheck).where(ControlCheck.control_code == control.code).order_by(*latest)
    ).all()


def checks_by_control(session: Session) -> dict[str, list[ControlCheck]]:
    """Every check, the latest first, by control: one query for the whole list."""
    found: dict[str, list[ControlCheck]] = {}
    latest = (ControlCheck.done_at.desc(), ControlCheck.recorded_at.desc(), ControlCheck.id)
    for check in session.scalars(select(ControlCheck).order_by(*latest)):
        found.setdefault(check.control_code, []).append(check)
    return found


def find_evidence(session: Session, actor: Actor, code: str, file_id: str) -> StoredFile:
    """A file that was given as proof of this very control.

    Raises:
        NotFound: no such file, or it proves something else.
    """
    control = find_control(session, actor, code, Operation.LIST_CONTROLS)
    file = session.get(StoredFile, file_id)
    known = {identity for check in history(session, control) for identity in check.evidence}
    if file is None or file.purpose != EVIDENCE or file.id not in known:
        raise NotFound()
    return file


def last_failed(session: Session, control: Control) -> bool:
    """Whether the latest check found the control not in order."""
    return any(check.result == Result.FAIL for check in history(session, control)[:1])
