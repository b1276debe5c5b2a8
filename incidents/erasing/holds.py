"""A legal hold: a dispute, a request or an inquiry needs the case, so nothing of it is erased until the hold is lifted.

Holding errs on the safe side, so one person may do it at once. Lifting opens the way to what cannot be undone, so it
takes two.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from core.db import new_id
from core.errors import N_, Conflict, Forbidden, Invalid
from core.keys import seal, unseal
from incidents.erasing_models import ErasureItem, LegalHold
from incidents.models import Incident

THERE = N_("A legal hold is in force already.")
NONE = N_("No legal hold is in force.")
ASKED = N_("Somebody has asked already. Another person can lift the hold.")
SAME = N_("You asked for it, so somebody else must lift the hold.")
WHY = N_("Write why, so that whoever reads it in ten years understands.")


def place(session: Session, actor: Actor, incident: Incident, reason: str, now: datetime) -> LegalHold:
    """Hold the case at once. What was proposed or approved about it is put aside.

    Raises:
        Invalid: no reason.
        Conflict: one is in force.
    """
    if not reason.strip():
        raise Invalid({"reason": WHY})
    if in_force(session, incident):
        raise Conflict(THERE)
    hold = LegalHold(id=new_id(), incident_id=incident.id, placed_by=actor.id, placed_at=now)
    hold.reason_sealed = seal(session, incident.id, f"legal_hold.reason:{hold.id}", reason.strip())
    session.add(hold)
    try:
        session.flush()
    except IntegrityError:
        raise Conflict(THERE) from None
    put_aside(session, incident)
    record(session, actor, "hold:placed", incident.reference, now, case=incident.id,
           changes={"reason": (None, reason.strip())})  # fmt: skip
    return hold


def ask_to_lift(session: Session, actor: Actor, incident: Incident, reason: str, now: datetime) -> LegalHold:
    """The first of the two: why it is needed no longer.

    Raises:
        Invalid: no reason.
        Conflict: none is in force, or somebody has asked.
    """
    if not reason.strip():
        raise Invalid({"reason": WHY})
    hold = _to_change(session, incident)
    if hold.lift_asked_by is not None:
        raise Conflict(ASKED)
    hold.lift_asked_by, hold.lift_asked_at = actor.id, now
    hold.lift_reason_sealed = seal(session, incident.id, f"legal_hold.lift_reason:{hold.id}", reason.strip())
    record(session, actor, "hold:lift_asked", incident.reference, now, case=incident.id,
           changes={"reason": (None, reason.strip())})  # fmt: skip
    return hold


def answer(session: Session, actor: Actor, incident: Incident, *, lift: bool, now: datetime) -> LegalHold:
    """The second of the two lifts it; or the wish is put aside (by whoever asked, too) and the hold stays.

    Raises:
        Conflict: nobody has asked.
        Forbidden: the same person.
    """
    hold = _to_change(session, incident)
    if hold.lift_asked_by is None:
        raise Conflict(NONE)
    if lift and hold.lift_asked_by == actor.id:
        raise Forbidden(SAME)
    if lift:
        hold.lifted_by, hold.lifted_at = actor.id, now
    else:
        hold.lift_asked_by = hold.lift_asked_at = None
        hold.lift_reason_sealed = ""
    record(session, actor, "hold:lifted" if lift else "hold:kept", incident.reference, now, case=incident.id)
    return hold


def in_force(session: Session, incident: Incident) -> LegalHold | None:
    mine = LegalHold.incident_id == incident.id
    return session.scalar(select(LegalHold).where(mine, LegalHold.lifted_at.is_(None)))


def holds_of(session: Session, ids: Iterable[str]) -> dict[str, LegalHold]:
    """Case -> the hold in force."""
    query = select(LegalHold).where(LegalHold.incident_id.in_(list(ids)), LegalHold.lifted_at.is_(None))
    return {hold.incident_id: hold for hold in session.scalars(query)}


def reason_of(session: Session, hold: LegalHold) -> str:
    return unseal(session, hold.incident_id, f"legal_hold.reason:{hold.id}", hold.reason_sealed)


def lift_reason_of(session: Session, hold: LegalHold) -> str:
    return unseal(session, hold.incident_id, f"legal_hold.lift_reason:{hold.id}", hold.lift_reason_sealed)


def _to_change(session: Session, incident: Incident) -> LegalHold:
    hold = in_force(session, incident)
    if hold is None:
        raise Conflict(NONE)
    return hold


def put_aside(session: Session, incident: Incident) -> None:
    nobody = dict.fromkeys(("batch_id", "proposed_by", "proposed_at", "approved_by", "approved_at"))
    mine = update(ErasureItem).where(ErasureItem.incident_id == incident.id)
    session.execute(mine.values(**nobody).execution_options(synchronize_session=False))
