"""What follows by law when a decision comes into force: states, tracks, and the clock of a notice nobody owes."""

from datetime import datetime

from sqlalchemy.orm import Session

from core.access import SYSTEM
from core.audit import record
from core.errors import N_, Conflict
from incidents.assessing.afterwards import afterwards
from incidents.assessing.confirming import Inform, go_into_remedy
from incidents.assessing.counting import close
from incidents.clock_opening import note_event, start_due
from incidents.clock_rows import resume, stop
from incidents.commission import Ground
from incidents.commission_models import Commission, Decision
from incidents.escalation import Duty
from incidents.models import Incident
from incidents.rules import Anchor
from incidents.states import AUTHORITY_TOLD, AuthorityTrack, PeopleTrack, State, move

NOT_REQUIRED = "not_required"
_UNTOUCHED = {AuthorityTrack.NONE_YET, AuthorityTrack.DRAFT}
_SETTLED = {AuthorityTrack.NOT_REQUIRED, AuthorityTrack.WITHDRAWN, *AUTHORITY_TOLD}


def check_tracks(incident: Incident, notifies: bool, inform: Inform) -> None:
    """Refuse to declare unnecessary what is already on its way.

    Raises:
        Conflict: a notice waits for release, or letters are being sent.
    """
    if not notifies and AuthorityTrack(incident.authority_track) not in _UNTOUCHED | _SETTLED:
        raise Conflict(N_("A notice to the authority waits for release. Take it back to a draft first."))
    people = PeopleTrack(incident.people_track)
    if inform is Inform.NOT and people not in {PeopleTrack.PREPARING, PeopleTrack.NOT_REQUIRED}:
        raise Conflict(N_("Letters to the people affected are under way. Stop them first."))


def come_into_force(
    session: Session, incident: Incident, commission: Commission, decision: Decision, now: datetime
) -> None:
    """The decision binds, and each track knows whether it is needed (Art. 33, 34). The case goes into remedy, or rests
    as decided until the commission has confirmed a decision made in advance (ux section 3)."""
    check_tracks(incident, decision.notify_authority, Inform(decision.inform_people))
    decision.in_force_at = now
    if State(incident.state) is State.IN_ASSESSMENT:
        incident.state = move(State.IN_ASSESSMENT, State.DECIDED)
    if commission.outcome:
        go_into_remedy(incident)
    _authority(incident, decision.notify_authority, now)
    _people(session, incident, decision, now)
    if commission.outcome:
        close(commission, now)
    session.flush()
    facts = {"authority_track": str(incident.authority_track), "people_track": str(incident.people_track)}
    record(session, SYSTEM, "decision:in_force", incident.reference, now, case=incident.id, facts=facts)
    afterwards(session, incident, commission, decision, now)


def _authority(incident: Incident, notifies: bool, now: datetime) -> None:
    track = AuthorityTrack(incident.authority_track)
    if not notifies and track in _UNTOUCHED:
        incident.authority_track = move(track, AuthorityTrack.NOT_REQUIRED)
        stop(incident, Duty.NOTIFY_AUTHORITY, NOT_REQUIRED, now)
    elif notifies and track is AuthorityTrack.NOT_REQUIRED:
        incident.authority_track = move(track, AuthorityTrack.DRAFT)
        for clock in incident.clocks:
            if clock.stop_reason == NOT_REQUIRED:
                resume(clock, now)


def _people(session: Session, incident: Incident, decision: Decision, now: datetime) -> None:
    track, inform = PeopleTrack(incident.people_track), Inform(decision.inform_people)
    if inform is Inform.NOT and decision.ground == Ground.PUBLIC_INSTEAD:
        if track is PeopleTrack.NOT_REQUIRED:
            incident.people_track = move(track, PeopleTrack.PREPARING)
        return  # nobody gets a letter, and the duty ends only when the public is told (R23)
    if inform is Inform.NOT and track is PeopleTrack.PREPARING:
        incident.people_track = move(track, PeopleTrack.NOT_REQUIRED)
        stop(incident, Duty.INFORM_PEOPLE, NOT_REQUIRED, now)
    elif inform is not Inform.NOT and track is PeopleTrack.NOT_REQUIRED:
        incident.people_track = move(track, PeopleTrack.PREPARING)
    if inform is not Inform.NOT:
        note_event(session, incident, Anchor.DECIDED, decision.signed_at, decision.signed_by, now)
        start_due(session, incident, now)
