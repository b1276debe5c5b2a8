"""The way to controls: the policy table as SQL, and what the pages of controls show."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, exists, false, or_, select
from sqlalchemy.orm import Session, aliased

from core.access import Actor, Operation, Relation
from core.errors import N_, NotFound
from core.files import StoredFile
from core.i18n import translate
from risk.control_status import Result
from risk.controls.cards import CONTROLS
from risk.models import OWN, Control, ControlCheck

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
    if control is None or not control.has_card:
        raise NotFound()
    return control


def reaches(session: Session, actor: Actor, control: Control, operation: Operation) -> bool:
    """Whether this actor may use the operation on this control."""
    found = select(Control.code).where(Control.code == control.code, may_use(actor, operation))
    return session.scalar(found) is not None


def adopted(session: Session, actor: Actor, operation: Operation = Operation.LIST_CONTROLS) -> list[Control]:
    """Every control this actor may use, in the order of the clauses; the company's own after the catalogue's."""
    found = session.scalars(select(Control).where(may_use(actor, operation)))
    return sorted((control for control in found if control.has_card), key=_order)


def every_control(session: Session) -> list[Control]:
    """Every control, for the worker."""
    return [control for control in session.scalars(select(Control).order_by(Control.code)) if control.has_card]


def by_rule(session: Session) -> list[Control]:
    """Every control, in the order of the policy's clauses."""
    return sorted(every_control(session), key=_order)


def _order(control: Control) -> tuple[tuple[int, int, str], bool, str]:
    return control.card.place, control.is_own, control.code


def control_titles(session: Session, actor: Actor, codes: Iterable[str], lang: str) -> dict[str, str]:
    """Code -> title, for who may see controls; others read of the company's own only that they are its own."""
    known = set(codes)
    seen = own_titles(session, known) if actor.may(Operation.LIST_CONTROLS) else {}
    hidden = translate(lang, N_("One of our own controls"))
    cards = {code: CONTROLS[code].title.in_(lang) for code in known if code in CONTROLS}
    return {code: hidden if code.startswith(OWN) else code for code in known} | cards | seen


def own_titles(session: Session, codes: Iterable[str]) -> dict[str, str]:
    """Code -> title of those among `codes` that are the company's own controls."""
    wanted = [code for code in codes if code.startswith(OWN)]
    if not wanted:
        return {}
    found = session.scalars(select(Control).where(Control.code.in_(wanted)))
    return {control.code: control.card.title.en for control in found if control.is_own}


def every_own_title(session: Session) -> dict[str, str]:
    """The same of all of them, for what is too long to be asked piece by piece."""
    return own_titles(session, session.scalars(select(Control.code)).all())


def history(session: Session, control: Control) -> Sequence[ControlCheck]:
    """Every check of a control, the latest first."""
    latest = (ControlCheck.done_at.desc(), ControlCheck.recorded_at.desc(), ControlCheck.id)
    return session.scalars(
        select(ControlCheck).where(ControlCheck.control_code == control.code).order_by(*latest)
    ).all()


def last_check(until: datetime | None = None) -> ScalarSelect[str]:
    """The last check of a control (by that moment) in the statement around it; found by its index."""
    one = aliased(ControlCheck)
    latest = (one.done_at.desc(), one.recorded_at.desc(), one.id)
    last = select(one.id).where(one.control_code == Control.code).order_by(*latest).limit(1)
    if until is not None:
        last = last.where(one.done_at <= until)
    return last.correlate(Control).scalar_subquery()


def last_checks(session: Session, until: datetime) -> dict[str, ControlCheck]:
    """The last check of each control by that moment; one that was not done by then has none."""
    query = select(ControlCheck).select_from(Control).join(ControlCheck, ControlCheck.id == last_check(until))
    return {check.control_code: check for check in session.scalars(query)}


def was_done() -> ColumnElement[bool]:
    """Whether a control was ever done, in the statement around it."""
    return exists().where(ControlCheck.control_code == Control.code).correlate(Control)


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
