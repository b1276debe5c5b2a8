"""Calling the commission: it takes its rules from a panel, and people involved in the case can never be seated."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from pydantic import Field
from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from core.audit.entries import Fact
from core.db import new_id
from core.errors import N_, Conflict, Invalid
from core.organisation import organisation
from identity.people import person
from incidents.alerts import at, excluded, tell
from incidents.assessing.proposing import Procedure, smallness_of
from incidents.assessing.seats import commission_of, invite, lock
from incidents.case_facts import legal_clock
from incidents.commission import Position, Seat, check_can_convene, quorum
from incidents.commission_models import STANDING, Commission, CommissionSeat, Panel
from incidents.local_time import asked_which
from incidents.models import Incident
from incidents.panels.forms import NO_SECRETARY, QUORUM_TOO_LARGE, secretaries
from incidents.panels.short import shortened
from incidents.standing_panel import NO_CHAIR, PanelForm, candidates, check_people, missing_in
from incidents.states import State, move

LONGEST, SOONEST, BEFORE_DEADLINE = timedelta(hours=24), timedelta(hours=1), timedelta(hours=12)
LOWEST_QUORUM = 2
SECRETARY_CALLED = "secretary_called"
NOT_SHORT = N_("This standing commission does not use the short procedure.")
STALE = N_("The case has changed since you opened this page. Look at it again, then try once more.")


class ConveneForm(PanelForm):
    """Who is called in this case; without a time and a quorum the defaults count."""

    version: int
    panel: str = STANDING
    procedure: Procedure = Procedure.FULL
    secretary: str = ""
    quorum: int | None = Field(default=None, ge=LOWEST_QUORUM)
    due_at_date: str = ""
    due_at_time: str = ""
    due_at_asked: Literal["", "yes"] = ""
    due_at_later: Literal["", "yes"] = ""


def due_by_default(now: datetime, deadline: datetime | None) -> datetime:
    """In 24 hours, at the latest 12 before the legal deadline, but never so soon that nobody can answer."""
    latest = now + LONGEST if deadline is None else min(now + LONGEST, deadline - BEFORE_DEADLINE)
    return max(latest, now + SOONEST).replace(second=0, microsecond=0)


def convene(session: Session, actor: Actor, incident: Incident, form: ConveneForm, now: datetime) -> Commission:
    """Open a round: seats, quorum and time are set, everybody seated is told (clause 8.1).

    Raises:
        Conflict: the case is not under review, or was changed meanwhile.
        Invalid: a seat, the quorum or the time cannot be used.
    """
    incident = lock(session, incident)
    if form.version != incident.version:
        raise Conflict(STALE)
    incident.state = move(State(incident.state), State.IN_ASSESSMENT)
    return open_round(session, actor, incident, form, now)


def open_round(session: Session, actor: Actor, incident: Incident, form: ConveneForm, now: datetime) -> Commission:
    """A new round with its seats and the rules of its panel, told to everybody called; earlier rounds stay on record.

    Raises:
        Invalid: a seat, the procedure, the quorum or the time cannot be used.
    """
    panel = panel_of_form(session, form)
    seats, needed = called(session, incident, panel, form)
    due_at = due_at_of(session, incident, form, now)
    earlier = commission_of(session, incident)
    commission = Commission(
        id=new_id(), incident_id=incident.id, round=earlier.round + 1 if earlier else 1, convened_by=actor.id,
        convened_at=now, due_at=due_at, quorum=needed, panel_id=panel.id, majority=panel.majority, tie=panel.tie,
        alarm_hours=panel.alarm_hours, procedure=form.procedure, secretary_id=form.secretary or None,
    )  # fmt: skip
    session.add(commission)
    session.flush()
    members = _seat(session, commission, seats)
    facts: dict[str, Fact] = {
        "members": len(members), "quorum": needed, "round": commission.round, "procedure": form.procedure.value,
        "majority": panel.majority, "tie": panel.tie, "due_at": due_at.isoformat(timespec="minutes"),
    }  # fmt: skip
    record(session, actor, "commission:convened", incident.reference, now, case=incident.id, facts=facts)
    invite(session, incident, commission, members, now)
    _invite_secretary(session, incident, commission, members, now)
    return commission


def _invite_secretary(
    session: Session, incident: Incident, commission: Commission, members: Sequence[str], now: datetime
) -> None:
    """The secretary keeps the papers and is told where they are; whoever also judges is called once only."""
    secretary = person(session, commission.secretary_id)
    if secretary is not None and secretary.id not in members:
        due = at(session, secretary, commission.due_at)
        path = f"{incident.path}/commission"
        tell(session, incident, SECRETARY_CALLED, [secretary], commission.id, now, due=due, path=path)


def called(session: Session, incident: Incident, panel: Panel, form: ConveneForm) -> tuple[tuple[Seat, ...], int]:
    """The seats as they are called and how many must answer: in the short procedure all of the few.

    Raises:
        Invalid: a seat, the secretary, the procedure or the quorum cannot be used.
        Conflict: the quorum can never be reached.
    """
    _check_seats(session, incident, form)
    if form.procedure is Procedure.FULL:
        check_can_convene(form.seats, form.quorum or panel.quorum)
        return form.seats, quorum(form.seats, form.quorum or panel.quorum)
    small = smallness_of(session, incident, panel)
    if not small.allowed:
        raise Invalid({"procedure": small.reason or NOT_SHORT}, **small.params)
    seats = shortened(form.seats, panel.short_members)
    check_can_convene(seats, panel.short_members)
    return seats, panel.short_members


def panel_of_form(session: Session, form: ConveneForm) -> Panel:
    """
    Raises:
        Invalid: there is no such panel, or it is retired.
    """
    panel = session.get(Panel, form.panel)
    if panel is None or panel.retired_at is not None:
        raise Invalid({"panel": N_("Choose one of the standing commissions.")})
    return panel


def _seat(session: Session, commission: Commission, seats: Sequence[Seat]) -> list[str]:
    """Write the seats; substitutes wait. Returns who is called."""
    for place, seat in enumerate(seats):
        active = seat.position is not Position.SUBSTITUTE
        session.add(CommissionSeat(commission_id=commission.id, user_id=seat.member, seat=seat.position,
                                   position=place, active=active))  # fmt: skip
    session.flush()
    return [seat.member for seat in seats if seat.position is not Position.SUBSTITUTE]


def _check_seats(session: Session, incident: Incident, form: ConveneForm) -> None:
    out = excluded(session, incident)
    check_people(form, {user.id for user in candidates(session, without=out)})
    if NO_CHAIR in missing_in(form.seats):
        raise Invalid({"chair": NO_CHAIR})
    ordinary = sum(seat.position is not Position.SUBSTITUTE for seat in form.seats)
    if ordinary < LOWEST_QUORUM:
        raise Invalid({"member_1": N_("Choose at least one member beside the chair.")})
    if form.quorum is not None and form.quorum > ordinary:
        raise Invalid({"quorum": QUORUM_TOO_LARGE})
    if form.secretary and form.secretary not in {user.id for user in secretaries(session, without=out)}:
        raise Invalid({"secretary": NO_SECRETARY})


def due_at_of(session: Session, incident: Incident, form: ConveneForm, now: datetime) -> datetime:
    clock = legal_clock(incident)
    if not form.due_at_date and not form.due_at_time:
        return due_by_default(now, clock.due_at if clock else None)
    text = f"{form.due_at_date} {form.due_at_time}"
    later = form.due_at_later == "yes" if form.due_at_asked else None
    due_at = asked_which(text, organisation(session).zone, "due_at", later)
    if due_at <= now:
        raise Invalid({"due_at": N_("Choose a time that lies ahead.")})
    return due_at
