"""Binding the organisation: signed by the manager, the deputy or the head, by the chair too when it departs."""

import json
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from core.audit.entries import Fact
from core.db import new_id
from core.errors import N_, Conflict
from core.keys import seal
from identity.service import confirm_password
from incidents.assessing.accounting import Account, account, check_reasons, reasons_given
from incidents.assessing.confirming import Confirmation, confirmation, current_decision
from incidents.assessing.convening import STALE
from incidents.assessing.decide_form import DecideForm
from incidents.assessing.departing import ask_the_chair, reasons_place
from incidents.assessing.effects import check_tracks, come_into_force
from incidents.assessing.seats import commission_of, lock
from incidents.case_facts import legal_clock
from incidents.commission_models import Commission, Decision
from incidents.models import Incident
from incidents.opinions import DECISION, ask_dpo
from incidents.states import State

__all__ = ["AlreadyDecided", "DecideForm", "decide", "may_decide_early"]
SHORT = timedelta(hours=24)
NOT_READY = N_(
    "The commission has not reached its quorum. Wait for it, or decide in advance when less than 24 h is left."
)


class AlreadyDecided(Conflict):
    """Somebody else has signed; `decision` is theirs, so that both versions can be shown."""

    def __init__(self, decision: Decision) -> None:
        super().__init__(N_("This case has already been decided. Nothing of yours was signed."))
        self.decision = decision


def may_decide_early(incident: Incident, commission: Commission, now: datetime) -> bool:
    """In advance of the commission when less than 24 hours are left, or when the policy's default was proposed in its
    place because the quorum is missing."""
    clock = legal_clock(incident)
    return commission.proposed_at is not None or (clock is not None and clock.ends_at - now < SHORT)


def decide(session: Session, actor: Actor, incident: Incident, form: DecideForm, now: datetime) -> Decision:
    """Sign with the password once more. In force at once, or when the chair has signed a departure.

    Raises:
        AlreadyDecided: somebody was first.
        Conflict: no commission, no quorum, or the case or its facts were changed meanwhile.
        Invalid: a reason or the password is missing or wrong.
    """
    incident = lock(session, incident)
    commission = _ready(session, incident, form, now)
    found = account(session, actor, incident, commission, form)
    check_reasons(form, found)
    check_tracks(incident, form.notifies, form.inform_people)
    confirm_password(session, actor, form.password, now)
    decision = _sign(session, actor, incident, commission, form, found, now)
    ask_dpo(session, incident, DECISION, now)
    if found.departing:
        ask_the_chair(session, actor, incident, decision, now)
    else:
        come_into_force(session, incident, commission, decision, now)
    return decision


def _ready(session: Session, incident: Incident, form: DecideForm, now: datetime) -> Commission:
    commission = commission_of(session, incident)
    if commission is None:
        raise Conflict(N_("No commission has been called for this case."))
    earlier = current_decision(session, commission)
    if earlier is not None and confirmation(earlier, commission) is not Confirmation.CONTRADICTED:
        raise AlreadyDecided(earlier)
    if State(incident.state) is not State.IN_ASSESSMENT and earlier is None:
        raise Conflict(N_("This case is not being assessed, so there is nothing to decide."))
    if form.version != incident.version:
        raise Conflict(STALE)
    if not commission.outcome and not may_decide_early(incident, commission, now):
        raise Conflict(NOT_READY)
    return commission


def _sign(
    session: Session, actor: Actor, incident: Incident, commission: Commission, form: DecideForm, found: Account,
    now: datetime,
) -> Decision:  # fmt: skip
    count = select(func.max(Decision.round)).where(Decision.incident_id == incident.id)
    decision = Decision(
        id=new_id(), incident_id=incident.id, commission_id=commission.id, round=(session.scalar(count) or 0) + 1,
        notify_authority=form.notifies, inform_people=form.inform_people, ground=form.article,
        follows_commission=not found.departing, in_advance=found.early, signed_by=actor.id, signed_at=now,
        statement_id=found.statement.id if found.statement else None, differs=[*found.differs],
        separation=[*found.separation],
    )  # fmt: skip
    texts = reasons_given(form, found)
    decision.reasons_sealed = seal(session, incident.id, reasons_place(decision), json.dumps(texts, ensure_ascii=False))
    session.add(decision)
    session.flush()
    _record(session, actor, incident, decision, found, texts, now)
    return decision


def _record(
    session: Session, actor: Actor, incident: Incident, decision: Decision, found: Account, texts: dict[str, str],
    now: datetime,
) -> None:  # fmt: skip
    facts: dict[str, Fact] = {
        "notify_authority": decision.notify_authority,
        "inform_people": str(decision.inform_people),
        "ground": str(decision.ground),
        "departs": found.departing,
        "in_advance": decision.in_advance,
        "round": decision.round,
        "version": found.statement.version if found.statement else 0,
        "differs": [str(code) for code in found.differs],
        "separation": [*found.separation],
    }
    changes = {name: (None, text) for name, text in texts.items() if text}
    record(session, actor, "decision:signed", incident.reference, now, case=incident.id, facts=facts, changes=changes)
