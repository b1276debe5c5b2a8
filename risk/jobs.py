"""What the worker does for controls: end pauses, remind, and say what was not done. Any number of schedulers may
run it: each reminder is a row that only one of them can write."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from core.access import SYSTEM
from core.audit import record
from core.db import Database
from core.organisation import is_set_up
from identity.models import User
from risk.control_status import Reminder, reminders
from risk.controls.pausing import end_pauses
from risk.controls.proofs import erase_old_proofs, remind_of_proofs
from risk.mails import keeper, keeper_and_manager, tell_due, tell_overdue
from risk.models import Control, ControlReminder
from risk.once import insert_once
from risk.queries import every_control
from risk.register.learning import look_again

Given = tuple[Control, Reminder]
OVERDUE = {Reminder.LATE, Reminder.MISSED}


def remind(database: Database, now: datetime) -> int:
    """Give every reminder whose moment has come, once; after a pause only the latest of each control is mailed."""
    with database.transaction() as session:
        if not is_set_up(session):
            return 0
        remind_of_proofs(session, now)
        erase_old_proofs(session, now)
        return remind_due(session, now)


def remind_due(session: Session, now: datetime) -> int:
    """The same in the caller's transaction. Nobody is reminded of a control while it is paused."""
    end_pauses(session, now)
    awake = [control for control in every_control(session) if not control.paused(now)]
    given = [(control, kind) for control in awake if (kind := _next(session, control, now))]
    _mail(session, [pair for pair in given if pair[1] not in OVERDUE], keeper, tell_due, now)
    _mail(session, [pair for pair in given if pair[1] in OVERDUE], keeper_and_manager, tell_overdue, now)
    return len(given)


def _next(session: Session, control: Control, now: datetime) -> Reminder | None:
    """Write down what has come due since the last time; the latest of it is to be mailed."""
    kinds = reminders(control.next_due_at, control.interval, control.grace, now)
    fresh = [kind for kind in kinds if _given_now(session, control, kind, now)]
    for kind in fresh:
        if kind in OVERDUE:
            due = control.next_due_at.isoformat(timespec="minutes")
            record(session, SYSTEM, f"control:{kind}", control.code, now, facts={"due_at": due})
            look_again(session, control, now)
    return kinds[-1] if fresh and kinds[-1] in fresh else None


def _given_now(session: Session, control: Control, kind: Reminder, now: datetime) -> bool:
    return insert_once(
        session,
        ControlReminder,
        control_code=control.code,
        due_at=control.next_due_at,
        kind=kind.value,
        given_at=now,
    )


def _mail(
    session: Session,
    given: Sequence[Given],
    people: Callable[[Session, Control], list[User]],
    tell: Callable[[Session, User, Sequence[Control], str, datetime], None],
    now: datetime,
) -> None:
    by_person: dict[str, tuple[User, list[Given]]] = {}
    for pair in given:
        for user in people(session, pair[0]):
            by_person.setdefault(user.id, (user, []))[1].append(pair)
    for user, pairs in by_person.values():
        tell(session, user, [control for control, _ in pairs], _once(pairs), now)


def _once(given: Iterable[Given]) -> str:
    """The same reminders make the same key, whichever scheduler asks."""
    parts = sorted(f"{control.code}:{control.next_due_at.isoformat()}:{kind}" for control, kind in given)
    return "|".join(parts)
