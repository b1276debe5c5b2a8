"""E25: whoever watches over the log is told that it does not match or cannot be read, once for each change of the
answer."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.log_words import KINDS_OF_DAMAGE
from core.access import Role
from core.audit.verify import Verdict
from core.db import new_id
from core.i18n import translate
from core.organisation import organisation
from identity.models import User
from identity.people import holders
from notifications.channels.announcing import announce
from notifications.outbox import Fact, enqueue

BROKEN, UNREADABLE, WHOLE_AGAIN = "log_broken", "log_unread", "log_whole_again"
EVENT = "service.log_broken"
UNREAD = "unread"
KINDS = {"bad": BROKEN, UNREAD: UNREADABLE}  # what is an alarm
URGENT = 1


def tell_of_change(session: Session, before: tuple[str, int | None], verdict: Verdict, now: datetime) -> int:
    """Queue the mails when the answer is another than last time; returns how many.

    Also when the log matches again: what was wrong was put back by somebody, and the log does not say by whom.
    """
    kind, was = KINDS.get(verdict.result, ""), KINDS.get(before[0], "")
    if (kind, verdict.first_bad) == (was, before[1]) or not (kind or was):
        return 0
    change = new_id()
    if kind:
        facts = {"first_bad": verdict.first_bad, "kind": verdict.kind or verdict.result, "path": "/log"}
        announce(session, EVENT, facts, f"{EVENT}:{change}", now)
    number = verdict.first_bad if kind else before[1]
    people = holders(session, Role.AUDITOR, Role.DPO, Role.ADMIN)
    return sum(_mail(session, person, kind or WHOLE_AGAIN, number, verdict, change, now) for person in people)


def to_call(session: Session) -> list[User]:
    """Who decides what is done about a log that does not match."""
    return holders(session, Role.DPO, Role.HEAD)


def _mail(
    session: Session, person: User, kind: str, number: int | None, verdict: Verdict, change: str, now: datetime
) -> bool:
    facts: dict[str, Fact] = {
        "number": "" if number is None else str(number),
        "damage": translate(person.language, KINDS_OF_DAMAGE.get(verdict.kind or "", "")),
        "call": [", ".join(part for part in (one.name, one.phone) if part) for one in to_call(session)]
        + [", ".join(part for part in (organisation(session).name, organisation(session).phone) if part)],
        "path": "/log",
    }
    queued = enqueue(session, kind, to=person.email, language=person.language, once=f"{kind}:{change}:{person.id}",
                     now=now, priority=URGENT, facts=facts)  # fmt: skip
    return queued is not None
