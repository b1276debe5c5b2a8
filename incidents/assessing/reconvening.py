"""Others in place of a commission that can no longer answer, so that a decision made in advance is still confirmed."""

from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Actor
from core.errors import N_, Conflict
from incidents.assessing.confirming import current_decision
from incidents.assessing.convening import STALE, ConveneForm, open_round
from incidents.assessing.counting import close
from incidents.assessing.seats import abstained, commission_of, lock, panel_of
from incidents.commission import missing_for_quorum
from incidents.commission_models import Commission
from incidents.models import Incident
from incidents.states import State


def cannot_finish(session: Session, incident: Incident) -> Commission | None:
    """The open commission of this case when too few are left for its quorum, substitutes counted."""
    commission = commission_of(session, incident)
    if commission is None or commission.closed_at is not None or commission.outcome:
        return None
    without = abstained(session, commission)
    missing = missing_for_quorum(panel_of(session, incident, commission), commission.quorum, without)
    return commission if missing else None


def to_confirm_anew(session: Session, incident: Incident) -> Commission | None:
    """The same when it was to confirm a decision made in advance: others can be called at once."""
    return cannot_finish(session, incident) if State(incident.state) is State.DECIDED else None


def reconvene(session: Session, actor: Actor, incident: Incident, form: ConveneForm, now: datetime) -> Commission:
    """End the round that cannot finish and open another; the decision stays in force and waits for the new one.

    Raises:
        Conflict: no such commission, or the case was changed meanwhile.
        Invalid: a seat, the quorum or the time cannot be used.
    """
    incident = lock(session, incident)
    if form.version != incident.version:
        raise Conflict(STALE)
    earlier = to_confirm_anew(session, incident)
    if earlier is None:
        raise Conflict(N_("The commission can still answer, so others cannot be called in its place."))
    decision = current_decision(session, earlier)
    close(earlier, now)
    commission = open_round(session, actor, incident, form, now)
    if decision is not None:
        decision.commission_id = commission.id
    return commission
