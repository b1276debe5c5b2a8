"""The mails about controls (ux.md 6.2, E21 and E22): one a person, however many controls."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Role
from core.i18n import date_only
from core.organisation import organisation
from identity.models import User
from identity.people import holders, person
from notifications.outbox import enqueue
from risk.controls.cards import CONTROLS
from risk.models import Control, ControlCheck


def keeper(session: Session, control: Control) -> list[User]:
    """Who is reminded: the owner, else the deputy, else whoever is responsible for all of it."""
    for user in (person(session, control.owner_id), person(session, control.deputy_id)):
        if user is not None and user.disabled_at is None:
            return [user]
    return holders(session, Role.MANAGER, Role.DEPUTY)


def keeper_and_manager(session: Session, control: Control) -> list[User]:
    """Who is told that a control was not done: its keeper and the manager."""
    people = {user.id: user for user in (*keeper(session, control), *holders(session, Role.MANAGER))}
    return list(people.values())


def tell_due(session: Session, user: User, controls: Sequence[Control], once: str, now: datetime) -> None:
    """It is time to check: one line a control, the earliest first."""
    _tell(session, "control_due", user, controls, once, now)


def tell_overdue(session: Session, user: User, controls: Sequence[Control], once: str, now: datetime) -> None:
    """It was not done in time."""
    _tell(session, "control_overdue", user, controls, once, now)


def tell_failed(session: Session, control: Control, check: ControlCheck, now: datetime) -> None:
    """A check found something wrong: the keeper and the manager know at once."""
    for user in keeper_and_manager(session, control):
        _tell(session, "control_failed", user, [control], check.id, now)


def _tell(session: Session, kind: str, user: User, controls: Sequence[Control], once: str, now: datetime) -> None:
    ordered = sorted(controls, key=lambda control: (control.next_due_at, control.code))
    zone = organisation(session).zone
    first = ordered[0]
    enqueue(
        session,
        kind,
        to=user.email,
        language=user.language,
        once=f"{kind}:{once}:{user.id}",
        now=now,
        facts={
            "count": len(ordered),
            "clause": CONTROLS[first.code].clause,
            "day": date_only(first.next_due_at, user.language, zone),
            "lines": list(_lines(ordered, user.language, zone)),
            "path": first.path if len(ordered) == 1 else "/controls",
        },
    )


def _lines(controls: Iterable[Control], lang: str, zone: str) -> Iterable[str]:
    for control in controls:
        card = CONTROLS[control.code]
        yield f"{card.title.in_(lang)} ({card.clause}): {date_only(control.next_due_at, lang, zone)}"
