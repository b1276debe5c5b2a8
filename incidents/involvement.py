"""Somebody is involved in a case: from then on they see no trace of it, whatever their roles, and nobody tells them."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from core.errors import N_, Conflict, Invalid
from core.keys import seal, unseal
from identity.models import User
from identity.people import person
from incidents.alerts import excluded
from incidents.commission_models import Commission, CommissionSeat
from incidents.countersigning import waiting, withdraw
from incidents.models import Exclusion, Incident
from incidents.nobody_left import INVOLVED, tell_when_nobody_is_left
from incidents.service import restart_ladder, tell_free
from incidents.states import ENDED, State
from notifications.models import OutboxMessage

UNSENT = ("queued", "deferred")


def exclude(session: Session, actor: Actor, incident: Incident, user_id: str, reason: str, now: datetime) -> Exclusion:
    """Mark a person as involved. Their seat, their proposals and their unsent mails about the case fall away; when they
    are in charge, the case is free again. Nobody is told.

    Raises:
        Invalid: there is no such person.
        Conflict: already marked.
    """
    user = person(session, user_id)
    if user is None:
        raise Invalid({"user": N_("Choose one of the people.")})
    if user_id in excluded(session, incident):
        raise Conflict(N_("This person is already marked as involved."))
    exclusion = Exclusion(incident_id=incident.id, user_id=user_id, by_id=actor.id, at=now)
    exclusion.reason_sealed = seal(session, incident.id, f"exclusion.reason:{user_id}", reason) if reason else ""
    session.add(exclusion)
    session.flush()
    _take_away(session, actor, incident, user, now)
    record(session, actor, "incident:excluded", incident.reference, now, case=incident.id,
           changes={"person": (None, user_id)})  # fmt: skip
    return exclusion


def carry_over(session: Session, actor: Actor, source: Incident, target: Incident, now: datetime) -> None:
    """Two cases become one: who is involved in either is involved in both."""
    for one, other in ((source, target), (target, source)):
        for user_id in sorted(excluded(session, one) - excluded(session, other)):
            exclude(session, actor, other, user_id, "", now)


def exclusions(session: Session, incident: Incident) -> list[Exclusion]:
    query = select(Exclusion).where(Exclusion.incident_id == incident.id).order_by(Exclusion.at, Exclusion.user_id)
    return list(session.scalars(query))


def may_be_excluded(session: Session, incident: Incident) -> list[User]:
    """Everybody with an account who is not marked yet."""
    left_out = excluded(session, incident)
    users = session.scalars(select(User).where(User.disabled_at.is_(None)).order_by(User.name, User.id))
    return [user for user in users if user.id not in left_out]


def _take_away(session: Session, actor: Actor, incident: Incident, user: User, now: datetime) -> None:
    _seat(session, incident, user, now)
    mine = frozenset(step.kind for step in waiting(session, incident) if step.proposed_by == user.id)
    withdraw(session, actor, incident, mine, now)
    _mails(session, incident, user)
    if incident.owner_id == user.id and incident.state not in ENDED:
        _free(session, incident, now)
    if incident.state not in ENDED:
        tell_when_nobody_is_left(session, incident, INVOLVED, now)


def _free(session: Session, incident: Incident, now: datetime) -> None:
    """A case under review goes back to the reported ones; a later one keeps its state and waits for somebody."""
    incident.owner_id = None
    if State(incident.state) is State.UNDER_REVIEW:
        incident.state = State.REPORTED
    restart_ladder(session, incident, now)
    session.flush()
    tell_free(session, incident, now)


def _seat(session: Session, incident: Incident, user: User, now: datetime) -> None:
    seats = select(CommissionSeat).join(Commission, Commission.id == CommissionSeat.commission_id)
    for seat in session.scalars(seats.where(Commission.incident_id == incident.id, CommissionSeat.user_id == user.id)):
        seat.active = False
        seat.recused_at = seat.recused_at or now


def _mails(session: Session, incident: Incident, user: User) -> None:
    """What has not left yet never leaves; letters to people affected (with a mailing) are another matter."""
    query = select(OutboxMessage).where(
        OutboxMessage.case_id == incident.id, OutboxMessage.state.in_(UNSENT), OutboxMessage.mailing_id.is_(None)
    )
    for message in session.scalars(query):
        if unseal(session, incident.id, f"outbox_message.to:{message.id}", message.to_sealed) == user.email:
            message.state = "cancelled"
