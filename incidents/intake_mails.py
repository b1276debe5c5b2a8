"""The mails of a new report: who must act, who must know that somebody was left out, and thanks to the reporter."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import LEADERS, Role
from identity.models import User
from identity.people import holders
from incidents.alerts import at, excluded, people_for, present, tell
from incidents.commission import Position
from incidents.commission_models import STANDING, PanelSeat
from incidents.escalation import Duty
from incidents.models import Incident
from incidents.reporter_mails import ToReporter, mail_reporter

RECEIVED_ONCE = "reported"
IN_TURN = ((Role.MANAGER, Role.DEPUTY), (Role.HEAD,))


def receivers(session: Session, incident: Incident) -> Sequence[User]:
    """Manager and deputy; when both are involved the head, then who stands in for them all together with the DPO."""
    left_out = excluded(session, incident)
    for roles in IN_TURN:
        if people := holders(session, *roles, without=left_out):
            return people
    return people_for(session, incident, *LEADERS, Role.DPO)


def tell_receivers(session: Session, incident: Incident, now: datetime, *, someone_left_out: bool) -> None:
    """E4 to who takes reports; the head, or else the chair, learns that somebody was left out."""
    for user in present(session, incident, receivers(session, incident), now):
        tell(session, incident, "new_report", [user], RECEIVED_ONCE, now,
             take_by=at(session, user, read_by(incident)), due=at(session, user, decide_by(incident)))  # fmt: skip
    if someone_left_out:
        people = people_for(session, incident, Role.HEAD) or _chair(session)
        tell(session, incident, "involved_person", people, RECEIVED_ONCE, now)


def thank_reporter(session: Session, incident: Incident, now: datetime) -> None:
    """E1, when an address was given. Never with the secret code: a mailbox may be what was breached."""
    mail_reporter(session, incident, ToReporter.RECEIVED, f"{incident.id}:{RECEIVED_ONCE}", now,
                  received=incident.reported_at, by=read_by(incident))  # fmt: skip


def ask_reporter(session: Session, incident: Incident, message_id: str, now: datetime) -> None:
    """E2: a question waits on the status page. The mail says nothing about the case."""
    mail_reporter(session, incident, ToReporter.QUESTION, f"{incident.id}:{message_id}", now)


def read_by(incident: Incident) -> datetime:
    """When somebody has read the report at the latest."""
    clock = incident.clock(Duty.ACKNOWLEDGE)
    return clock.ends_at if clock else incident.reported_at


def decide_by(incident: Incident) -> datetime:
    """When it is settled at the latest whether the authority is told."""
    clock = incident.clock(Duty.NOTIFY_AUTHORITY)
    return clock.ends_at if clock else incident.reported_at


def _chair(session: Session) -> list[User]:
    seat = select(PanelSeat.user_id).where(PanelSeat.panel_id == STANDING, PanelSeat.seat == Position.CHAIR)
    return list(session.scalars(select(User).where(User.id.in_(seat), User.disabled_at.is_(None))))
