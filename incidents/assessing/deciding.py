"""Binding the organisation: signed by the manager, the deputy or the head, by the chair too when it departs."""

import json
from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel, Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from core.db import new_id
from core.errors import N_, Conflict, Invalid
from core.keys import seal
from identity.service import confirm_password
from incidents.assessing.confirming import Confirmation, Inform, against, confirmation, current_decision
from incidents.assessing.convening import STALE
from incidents.assessing.departing import ask_the_chair, reasons_place
from incidents.assessing.effects import check_tracks, come_into_force
from incidents.assessing.seats import commission_of, lock
from incidents.case_facts import legal_clock
from incidents.commission import EXEMPTIONS, Ground, Vote
from incidents.commission_models import Commission, Decision
from incidents.models import Incident
from incidents.opinions import DECISION, ask_dpo
from incidents.states import State

SHORT = timedelta(hours=24)
NOT_READY = N_(
    "The commission has not reached its quorum. Wait for it, or decide in advance when less than 24 h is left."
)
WHY_EARLY = N_("Say why you decide before the commission is done.")
WHY_DEPART = N_("Your decision departs from the commission. Say why.")
WHY_NOT_TOLD = N_("Say on which ground the people are not told.")


class DecideForm(BaseModel):
    """Two questions and the reasons; the other two texts only when the case asks for them."""

    version: int
    notify_authority: Literal["yes", "no"]
    inform_people: Inform
    ground: Literal["none", "34(3)(a)", "34(3)(b)", "34(3)(c)"] | None = None
    reasons: str = Field(min_length=10, max_length=4000)
    early_reason: str = Field(default="", max_length=1500)
    departure_reason: str = Field(default="", max_length=1500)
    password: str

    @property
    def notifies(self) -> bool:
        return self.notify_authority == "yes"

    @property
    def article(self) -> Ground:
        """The article the decision stands on."""
        if self.inform_people is Inform.INFORM:
            return Ground.INFORM
        exempt = self.inform_people is Inform.NOT and self.ground in EXEMPTIONS
        return Ground(self.ground) if exempt and self.ground else Ground.NOTIFY


class AlreadyDecided(Conflict):
    """Somebody else has signed; `decision` is theirs, so that both versions can be shown."""

    def __init__(self, decision: Decision) -> None:
        super().__init__(N_("This case has already been decided. Nothing of yours was signed."))
        self.decision = decision


def may_decide_early(incident: Incident, now: datetime) -> bool:
    """In advance of the commission only when less than 24 hours are left."""
    clock = legal_clock(incident)
    return clock is not None and clock.ends_at - now < SHORT


def decide(session: Session, actor: Actor, incident: Incident, form: DecideForm, now: datetime) -> Decision:
    """Sign with the password once more. In force at once, or when the chair has signed a departure.

    Raises:
        AlreadyDecided: somebody was first.
        Conflict: no commission, no quorum, or the case was changed meanwhile.
        Invalid: a reason or the password is missing or wrong.
    """
    incident = lock(session, incident)
    commission = _ready(session, incident, form, now)
    departing = bool(commission.outcome) and against(
        Vote(commission.outcome), form.notifies, form.inform_people, form.article
    )
    _check_reasons(form, early=not commission.outcome, departing=departing)
    check_tracks(incident, form.notifies, form.inform_people)
    confirm_password(session, actor, form.password, now)
    decision = _sign(session, actor, incident, commission, form, departing, now)
    ask_dpo(session, incident, DECISION, now)
    if departing:
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
    if not commission.outcome and not may_decide_early(incident, now):
        raise Conflict(NOT_READY)
    return commission


def _check_reasons(form: DecideForm, *, early: bool, departing: bool) -> None:
    wrong = {}
    if form.inform_people is Inform.NOT and form.ground is None:
        wrong["ground"] = WHY_NOT_TOLD
    if early and len(form.early_reason) < 3:
        wrong["early_reason"] = WHY_EARLY
    if departing and len(form.departure_reason) < 3:
        wrong["departure_reason"] = WHY_DEPART
    if wrong:
        raise Invalid(wrong)


def _sign(
    session: Session, actor: Actor, incident: Incident, commission: Commission, form: DecideForm, departing: bool,
    now: datetime,
) -> Decision:  # fmt: skip
    count = select(func.max(Decision.round)).where(Decision.incident_id == incident.id)
    texts = {
        "reasons": form.reasons,
        "early": form.early_reason,
        "departure": form.departure_reason if departing else "",
    }
    decision = Decision(
        id=new_id(), incident_id=incident.id, commission_id=commission.id, round=(session.scalar(count) or 0) + 1,
        notify_authority=form.notifies, inform_people=form.inform_people, ground=form.article,
        follows_commission=not departing, in_advance=not commission.outcome, signed_by=actor.id, signed_at=now,
    )  # fmt: skip
    decision.reasons_sealed = seal(session, incident.id, reasons_place(decision), json.dumps(texts, ensure_ascii=False))
    session.add(decision)
    session.flush()
    facts = {"notify_authority": form.notifies, "inform_people": form.inform_people.value, "ground": decision.ground,
             "departs": departing, "in_advance": decision.in_advance, "round": decision.round}  # fmt: skip
    record(session, actor, "decision:signed", incident.reference, now, case=incident.id, facts=facts,
           changes={"reasons": (None, form.reasons)})  # fmt: skip
    return decision
