"""What has been sent moves the track of the authority: the first phase stops the clock, and what is not known yet keeps
a supplement expected."""

from datetime import datetime

from sqlalchemy.orm import Session

from incidents.clock_opening import start_due
from incidents.clock_rows import stop
from incidents.escalation import Duty
from incidents.models import Incident
from incidents.states import AuthorityTrack, move

PASSED = (AuthorityTrack.DRAFT, AuthorityTrack.IN_REVIEW, AuthorityTrack.APPROVED)


def advance(
    session: Session, incident: Incident, phase: int, filed_at: datetime, now: datetime, *, complete: bool
) -> None:
    """For the case whose notice it is, and for each that was told in it: that one has passed the same stages by now."""
    target = AuthorityTrack.COMPLETE if complete else AuthorityTrack.SUPPLEMENT_EXPECTED
    track = AuthorityTrack(incident.authority_track)
    if phase == 1:
        for stage in (*(PASSED if track is AuthorityTrack.NONE_YET else ()), AuthorityTrack.FILED):
            track = move(track, stage)
        stop(incident, Duty.NOTIFY_AUTHORITY, "filed", filed_at)
    incident.authority_track = track if track is target else move(track, target)
    if target is AuthorityTrack.COMPLETE:
        stop(incident, Duty.SUPPLEMENT, "filed", filed_at)
    start_due(session, incident, now)
