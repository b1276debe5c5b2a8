"""A control rests for a reason and until a day: nobody is reminded meanwhile, and it goes on by itself afterwards."""

from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import SYSTEM, Actor
from core.audit import record
from core.errors import N_, Conflict, Invalid
from core.keys import INSTANCE, seal, unseal
from core.organisation import organisation
from risk.control_status import due_after_pause, end_of_day
from risk.models import Control

LONGEST_DAYS = 366
CHANGED = N_("Somebody else changed this at the same moment. Load the page again and look.")


class PauseForm(BaseModel):
    reason: Annotated[str, Field(min_length=10, max_length=2000)]
    until: date
    version: int


def pause(session: Session, actor: Actor, control: Control, form: PauseForm, now: datetime) -> None:
    """Let a control rest. What was late before stays late: a pause hides nothing.

    Raises:
        Conflict: it rests already, or somebody else has changed it.
        Invalid: the day has passed, or lies more than a year ahead.
    """
    if form.version != control.version or control.paused(now):
        raise Conflict(CHANGED)
    zone = organisation(session).zone
    _require_sensible_end(form.until, now.astimezone(ZoneInfo(zone)).date())
    ends_at = end_of_day(form.until, zone)
    control.paused_until, control.paused_by, control.due_before_pause = ends_at, actor.id, control.next_due_at
    control.pause_reason_sealed = seal(session, INSTANCE, f"control.pause_reason:{control.code}", form.reason)
    if control.next_due_at > now:
        control.next_due_at = due_after_pause(control.next_due_at, ends_at, control.interval, zone)
    until = ends_at.isoformat(timespec="minutes")
    record(session, actor, "control:paused", control.code, now, facts={"until": until},
           changes={"reason": (None, form.reason)})  # fmt: skip


def resume(session: Session, actor: Actor, control: Control, now: datetime) -> None:
    """End a pause before its day: it is due when it would have been, or within a month when that day has passed.

    Raises:
        Conflict: it does not rest.
    """
    if not control.paused(now) or control.due_before_pause is None:
        raise Conflict(N_("The control is not paused any more. Load the page again and look."))
    was_late = control.next_due_at == control.due_before_pause
    if not was_late:
        zone = organisation(session).zone
        control.next_due_at = due_after_pause(control.due_before_pause, now, control.interval, zone)
    _end(session, actor, control, now)


def wait_for_the_pause(control: Control, now: datetime, zone: str) -> None:
    """A machine goes on reporting while its control rests: the next due day waits behind the pause."""
    if control.paused_until is not None and control.paused(now):
        control.due_before_pause = control.next_due_at
        control.next_due_at = due_after_pause(control.next_due_at, control.paused_until, control.interval, zone)


def end_pauses(session: Session, now: datetime) -> None:
    """What the worker does when the day has come. The row is locked, so that of two workers one writes it down."""
    over = select(Control).where(Control.paused_until.is_not(None), Control.paused_until <= now)
    for control in session.scalars(over.with_for_update(skip_locked=True)):
        _end(session, SYSTEM, control, now)
    session.flush()


def reason_of(session: Session, control: Control) -> str:
    return unseal(session, INSTANCE, f"control.pause_reason:{control.code}", control.pause_reason_sealed)


def _end(session: Session, actor: Actor, control: Control, now: datetime) -> None:
    control.paused_until, control.paused_by, control.due_before_pause = None, "", None
    control.pause_reason_sealed = ""
    record(session, actor, "control:resumed", control.code, now,
           facts={"due_at": control.next_due_at.isoformat(timespec="minutes")})  # fmt: skip


def _require_sensible_end(until: date, today: date) -> None:
    if until < today:
        raise Invalid({"until": N_("The day has passed. Give the last day of the pause.")})
    if (until - today).days > LONGEST_DAYS:
        raise Invalid({"until": N_("A pause lasts a year at most. Pause it again when the year is over.")})
