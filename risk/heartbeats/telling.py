"""Alarms of machines: the mails (one a person and round, however many machines), and the second channel.

What is late is told to who keeps the control; what is missed or failed to the manager and over the second channel too;
that it is back to whoever was told before.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from core.errors import N_
from core.i18n import absolute, translate
from core.organisation import organisation
from identity.models import User
from notifications.channels.announcing import announce
from notifications.outbox import enqueue
from risk.heartbeats.models import Heartbeat
from risk.heartbeats.naming import name_of
from risk.heartbeats.rules import State
from risk.mails import keeper, keeper_and_manager
from risk.models import Control

Readers = Callable[[Session, Control], list[User]]
AWAITED = N_("expected {moment}")
SINCE = N_("since {moment}")


def tell_silent(session: Session, heartbeats: Sequence[Heartbeat], state: State, now: datetime) -> None:
    """Nothing was heard of them."""
    readers: Readers = keeper_and_manager if state is State.MISSED else keeper
    _mail(session, f"heartbeat_{state}", heartbeats, readers, AWAITED, now)
    if state is State.MISSED:
        for heartbeat in heartbeats:
            _announce(session, heartbeat, state, heartbeat.expected_at, now)


def tell_failed(session: Session, heartbeat: Heartbeat, now: datetime, *, mailed_already: bool) -> None:
    """It said so itself. When that was a failed check of the control, the mail about that is on its way already."""
    if not mailed_already:
        _mail(session, "heartbeat_failed", [heartbeat], keeper_and_manager, SINCE, now)
    _announce(session, heartbeat, State.FAILED, now, now)


def tell_back(session: Session, heartbeat: Heartbeat, before: State, now: datetime) -> None:
    _mail(session, "heartbeat_back", [heartbeat], keeper if before is State.LATE else keeper_and_manager, SINCE, now)
    if before is not State.LATE:
        _announce(session, heartbeat, "back", now, now)


def _announce(session: Session, heartbeat: Heartbeat, what: str, about: datetime, now: datetime) -> None:
    """Codes, times and a path: the name of the machine stays here."""
    event = f"control.heartbeat_{what}"
    facts = {"control": heartbeat.control_code, "at": about.isoformat(timespec="seconds"), "path": heartbeat.path}
    announce(session, event, facts, f"{event}:{heartbeat.id}:{about.isoformat()}", now)


def _mail(
    session: Session, kind: str, heartbeats: Sequence[Heartbeat], readers: Readers, when: str, now: datetime
) -> None:
    by_person: dict[str, tuple[User, list[Heartbeat]]] = {}
    for heartbeat in heartbeats:
        for user in readers(session, session.get_one(Control, heartbeat.control_code)):
            by_person.setdefault(user.id, (user, []))[1].append(heartbeat)
    for user, mine in by_person.values():
        first = mine[0]
        moments = {one.id: now if when == SINCE else one.expected_at for one in mine}
        once = "|".join(sorted(f"{one.id}:{moments[one.id].isoformat()}" for one in mine))
        enqueue(
            session,
            kind,
            to=user.email,
            language=user.language,
            once=f"{kind}:{once}:{user.id}",
            now=now,
            priority=1 if kind != "heartbeat_late" else 5,
            facts={
                "count": len(mine),
                "clause": session.get_one(Control, first.control_code).card.clause,
                "lines": [_line(session, one, user.language, when, moments[one.id]) for one in mine],
                "path": first.path if len(mine) == 1 else "/controls",
            },
        )


def _line(session: Session, heartbeat: Heartbeat, lang: str, when: str, moment: datetime) -> str:
    control = session.get_one(Control, heartbeat.control_code)
    told = translate(lang, when, moment=absolute(moment, lang, organisation(session).zone))
    return f"{name_of(session, heartbeat)} · {control.named(lang)}: {told}"
