"""Another moment of awareness while a notice is written: its answer follows, and a release of the old one falls.

What waits for release, or is released, was read and signed with the old moment. So it goes back to who writes it, also
when somebody has written another moment than the case's on purpose; the page then says that the two differ.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from identity.people import person
from incidents.alerts import tell
from incidents.models import Incident
from incidents.notifying.addressee import Addressee
from incidents.notifying.correcting import corrected, differs, follows
from incidents.notifying.drafting import back_to_draft, write
from incidents.notifying.whom import addressee
from incidents.states import AuthorityTrack
from notifications.filings import answers_of, notices
from notifications.notice_models import Notice
from notifications.others import recipients


def follow_awareness(session: Session, actor: Actor, incident: Incident, before: datetime, now: datetime) -> None:
    """Called when the case has another moment of awareness than `before`. What was sent stays word for word."""
    for whom in ("", *(row.id for row in recipients(session, incident.id))):
        _follow(session, actor, addressee(session, incident, whom), before, now)


def _follow(session: Session, actor: Actor, to: Addressee, before: datetime, now: datetime) -> None:
    incident = to.incident
    phases = notices(session, incident.id, to.id)
    if not phases or AuthorityTrack(phases[-1].state) is AuthorityTrack.FILED:
        return
    notice, answers = phases[-1], answers_of(session, phases[-1])
    if not differs(incident, answers):
        return
    followed = follows(answers, before)
    if followed:
        sent = answers_of(session, phases[-2]) if len(phases) > 1 else {}
        write(session, incident, notice, corrected(to, answers, sent, before), now)
        notice.edited_at = now
    voided = AuthorityTrack(notice.state) is not AuthorityTrack.DRAFT
    if voided:
        _tell(session, actor, incident, notice, now)
        back_to_draft(to, notice)
    record(session, actor, "notice:awareness_moved", incident.reference, now, case=incident.id,
           facts={"phase": notice.phase, "followed": followed, "voided": voided, **to.facts})  # fmt: skip


def _tell(session: Session, actor: Actor, incident: Incident, notice: Notice, now: datetime) -> None:
    """Who wrote it, who released it, and who is in charge."""
    ids = {*notice.editors, notice.submitted_by, notice.approved_by, incident.owner_id} - {actor.id}
    people = [user for user in (person(session, one) for one in sorted(filter(None, ids))) if user]
    tell(session, incident, "notice_overtaken", people, f"{notice.id}:{notice.version}", now)
