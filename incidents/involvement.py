"""Somebody is involved in a case: from then on they see no trace of it, whatever their roles, and nobody tells them.

This is what follows. Two others bring it about (incidents/excluding.py), or at once the reporter, who named somebody
who must not even see the report (incidents/intake.py); merging carries it over.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from core.audit.entries import Change
from core.errors import N_, Conflict, Invalid
from core.keys import seal, unseal
from identity.models import User
from identity.people import person
from incidents.alerts import excluded
from incidents.assessing.confirming import current_decision
from incidents.assessing.counting import CLOSED, after_a_change_of_seats
from incidents.assessing.seats import commission_of
from incidents.commission_models import Commission, CommissionSeat
from incidents.countersigning import waiting, withdraw
from incidents.models import Countersign, Exclusion, Incident
from incidents.nobody_left import INVOLVED, tell_when_nobody_is_left
from incidents.service import restart_ladder, tell_free
from incidents.states import ENDED, State
from notifications.models import OutboxMessage

UNSENT, OPEN = ("queued", "deferred"), "open"
NOBODY = N_("Choose one of the people.")
ALREADY = N_("This person is already marked as involved.")


def exclude(
    session: Session, actor: Actor, incident: Incident, user_id: str, reason: str, now: datetime,
    step: Countersign | None = None,
) -> Exclusion:  # fmt: skip
    """Mark a person as involved. Their seat, their proposals and their unsent mails about the case fall away; when they
    are in charge, the case is free again. Nobody is told. `step` is what two others have signed.

    Raises:
        Invalid: there is no such person.
        Conflict: already marked.
    """
    user = person(session, user_id)
    if user is None:
        raise Invalid({"user": NOBODY})
    if user_id in excluded(session, incident):
        raise Conflict(ALREADY)
    exclusion = Exclusion(incident_id=incident.id, user_id=user_id, by_id=actor.id, at=now)
    say_why(session, exclusion, reason, step)
    session.add(exclusion)
    session.flush()
    _take_away(session, actor, incident, user, now)
    changes: dict[str, Change] = {"person": (None, user_id)}
    if step is not None:
        changes |= {"proposed_by": (None, step.proposed_by), "reason": (None, reason)}
    record(session, actor, "incident:excluded", incident.reference, now, case=incident.id, changes=changes,
           hidden_from=user_id)  # fmt: skip
    return exclusion


def say_why(session: Session, exclusion: Exclusion, reason: str, step: Countersign | None) -> None:
    """Why, and on whose signatures; a mark that stood on the reporter's word gets both when two have confirmed it."""
    if step is not None:
        exclusion.step_id, exclusion.by_id = step.id, step.proposed_by
    if reason:
        place = f"exclusion.reason:{exclusion.user_id}"
        exclusion.reason_sealed = seal(session, exclusion.incident_id, place, reason)


def reason_of(session: Session, exclusion: Exclusion) -> str:
    return unseal(session, exclusion.incident_id, f"exclusion.reason:{exclusion.user_id}", exclusion.reason_sealed)


def carry_over(session: Session, actor: Actor, source: Incident, target: Incident, now: datetime) -> None:
    """Two cases become one: who is involved in either is involved in both, on the same signatures."""
    for one, other in ((source, target), (target, source)):
        there = excluded(session, other)
        for marked in exclusions(session, one):
            if marked.user_id not in there:
                step = session.get(Countersign, marked.step_id) if marked.step_id else None
                exclude(session, actor, other, marked.user_id, reason_of(session, marked), now, step)


def exclusions(session: Session, incident: Incident) -> list[Exclusion]:
    query = select(Exclusion).where(Exclusion.incident_id == incident.id).order_by(Exclusion.at, Exclusion.user_id)
    return list(session.scalars(query))


def may_be_excluded(session: Session, actor: Actor, incident: Incident) -> list[User]:
    """Everybody with an account, whatever the role, who is not marked yet; it takes two others, so never oneself."""
    left_out = excluded(session, incident) | {actor.id}
    users = session.scalars(select(User).where(User.disabled_at.is_(None)).order_by(User.name, User.id))
    return [user for user in users if user.id not in left_out]


def _take_away(session: Session, actor: Actor, incident: Incident, user: User, now: datetime) -> None:
    _seat(session, incident, user, now)
    mine = [step for step in waiting(session, incident) if step.proposed_by == user.id]
    withdraw(session, actor, incident, mine, now)
    _mails(session, incident, user)
    _commission(session, actor, incident, user, now)
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
    session.flush()


def _commission(session: Session, actor: Actor, incident: Incident, user: User, now: datetime) -> None:
    """A commission whose answer still counts is brought up to date at once: a substitute is called, the votes are
    counted again. What has been decided on stays as it was on record."""
    commission = commission_of(session, incident)
    if commission is None or not _counts(session, incident, commission):
        return
    if commission.secretary_id == user.id:
        commission.secretary_id = None
    if session.get(CommissionSeat, (commission.id, user.id)) is not None:
        commission.state, commission.closed_at = OPEN, None  # the count closes it again when nobody owes an answer
        after_a_change_of_seats(session, actor, incident, commission, now)


def _counts(session: Session, incident: Incident, commission: Commission) -> bool:
    if commission.state != CLOSED:
        return incident.state not in ENDED
    return State(incident.state) is State.IN_ASSESSMENT and current_decision(session, commission) is None


def _mails(session: Session, incident: Incident, user: User) -> None:
    """What has not left yet never leaves; letters to people affected (with a mailing) are another matter."""
    query = select(OutboxMessage).where(
        OutboxMessage.case_id == incident.id, OutboxMessage.state.in_(UNSENT), OutboxMessage.mailing_id.is_(None)
    )
    for message in session.scalars(query):
        if unseal(session, incident.id, f"outbox_message.to:{message.id}", message.to_sealed) == user.email:
            message.state = "cancelled"
