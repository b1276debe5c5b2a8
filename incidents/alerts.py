"""Telling people about a case: by role, in their language, never anyone who is excluded from it."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from core.access import LEADERS, Role
from core.i18n import absolute
from core.organisation import organisation
from identity.absence import Absences
from identity.models import User
from identity.people import holders
from incidents.models import Incident
from incidents.stand_in import excluded, stand_in
from notifications.outbox import Fact, enqueue

__all__ = ["at", "excluded", "people_for", "present", "tell"]
ALERT_PRIORITY = 1


def people_for(session: Session, incident: Incident, *roles: Role) -> list[User]:
    """Who holds one of these roles and is not involved in the case. Where a leader is asked for and every leader is
    involved, the one who stands in for them is among the answer."""
    found = holders(session, *roles, without=excluded(session, incident))
    other = stand_in(session, incident) if set(roles) & set(LEADERS) else None
    return found if other is None or other in found else [*found, other]


def present(session: Session, incident: Incident, people: Iterable[User], now: datetime) -> list[User]:
    """These people, with a deputy in the place of each who is away."""
    return Absences(session, now).without_the_absent(people, excluded(session, incident))


def tell(
    session: Session,
    incident: Incident,
    kind: str,
    people: Iterable[User],
    once: str,
    now: datetime,
    *,
    hidden_from: str | None = None,
    **facts: Fact,
) -> int:
    """Queue one mail of `kind` to each person who is not excluded; returns how many were queued. What concerns a step
    about one of us is neither sent to that person (`hidden_from`) nor shown to them in the list of mails.

    `once` is completed with the person's id. Every such mail knows `reference` and `path`; datetimes go in as text
    through `at` of this module, in the person's language.
    """
    left_out = excluded(session, incident) | {hidden_from}
    queued = 0
    for user in people:
        if user.id in left_out or user.disabled_at is not None:
            continue
        message = enqueue(
            session,
            kind,
            to=user.email,
            language=user.language,
            once=f"{kind}:{incident.id}:{once}:{user.id}",
            now=now,
            case=incident.id,
            priority=ALERT_PRIORITY,
            hidden_from=hidden_from,
            facts={"reference": incident.reference, "path": incident.path, **facts},
        )
        queued += message is not None
    return queued


def at(session: Session, user: User, moment: datetime) -> str:
    """A moment as this person reads it."""
    return absolute(moment, user.language, organisation(session).zone)
