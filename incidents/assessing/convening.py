"""Calling the commission: the standing panel is proposed, people involved in the case can never be seated."""

from collections.abc import Collection, Sequence
from dataclasses import replace
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
from incidents.alerts import excluded
from incidents.assessing.seats import commission_of, invite, lock
from incidents.case_facts import legal_clock
from incidents.commission import Position, Seat, check_can_convene, quorum, sitting
from incidents.commission_models import Commission, CommissionSeat
from incidents.local_time import asked_which
from incidents.models import Incident
from incidents.standing_panel import NO_CHAIR, PanelForm, candidates, check_people, missing_in
from incidents.states import State, move

LONGEST, SOONEST, BEFORE_DEADLINE = timedelta(hours=24), timedelta(hours=1), timedelta(hours=12)
LOWEST_QUORUM = 2
STALE = N_("The case has changed since you opened this page. Look at it again, then try once more.")


class ConveneForm(PanelForm):
    """The panel of this case; without a time and a quorum the defaults count."""

    version: int
    quorum: int | None = Field(default=None, ge=LOWEST_QUORUM)
    due_at_date: str = ""
    due_at_time: str = ""
    due_at_asked: Literal["", "yes"] = ""
    due_at_later: Literal["", "yes"] = ""


def due_by_default(now: datetime, deadline: datetime | None) -> datetime:
    """In 24 hours, at the latest 12 before the legal deadline, but never so soon that nobody can answer."""
    latest = now + LONGEST if deadline is None else min(now + LONGEST, deadline - BEFORE_DEADLINE)
    return max(latest, now + SOONEST).replace(second=0, microsecond=0)


def proposed(panel: Sequence[Seat], out: Collection[str]) -> tuple[Seat, ...]:
    """The standing panel without the people involved: substitutes move up, and somebody presides."""
    able = [replace(seat, recused=seat.member in out) for seat in panel]
    ordinary = list(sitting(able))
    if not any(seat.position is Position.CHAIR for seat in ordinary) and ordinary:
        ordinary[0] = replace(ordinary[0], position=Position.CHAIR)
    seated = {seat.member for seat in ordinary}
    moved_up = [replace(s, position=Position.MEMBER) if s.position is Position.SUBSTITUTE else s for s in ordinary]
    return (*moved_up, *(seat for seat in able if seat.can_sit and seat.member not in seated))


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
    """A new round with its seats, told to everybody who sits in it; earlier rounds stay on record.

    Raises:
        Invalid: a seat, the quorum or the time cannot be used.
    """
    _check_seats(session, incident, form)
    due_at = _due_at(session, incident, form, now)
    earlier = commission_of(session, incident)
    commission = Commission(
        id=new_id(), incident_id=incident.id, round=earlier.round + 1 if earlier else 1, convened_by=actor.id,
        convened_at=now, due_at=due_at, quorum=quorum(form.seats, form.quorum),
    )  # fmt: skip
    session.add(commission)
    session.flush()
    called = _seat(session, commission, form.seats)
    facts: dict[str, Fact] = {"members": len(called), "quorum": commission.quorum, "round": commission.round,
             "due_at": due_at.isoformat(timespec="minutes")}  # fmt: skip
    record(session, actor, "commission:convened", incident.reference, now, case=incident.id, facts=facts)
    invite(session, incident, commission, called, now)
    return commission


def _seat(session: Session, commission: Commission, seats: Sequence[Seat]) -> list[str]:
    """Write the seats; substitutes wait. Returns who is called."""
    for place, seat in enumerate(seats):
        active = seat.position is not Position.SUBSTITUTE
        session.add(CommissionSeat(commission_id=commission.id, user_id=seat.member, seat=seat.position,
                                   position=place, active=active))  # fmt: skip
    session.flush()
    return [seat.member for seat in seats if seat.position is not Position.SUBSTITUTE]


def _check_seats(session: Session, incident: Incident, form: ConveneForm) -> None:
    check_people(form, {user.id for user in candidates(session, without=excluded(session, incident))})
    missing = missing_in(form.seats)
    if NO_CHAIR in missing:
        raise Invalid({"chair": NO_CHAIR})
    ordinary = sum(seat.position is not Position.SUBSTITUTE for seat in form.seats)
    if ordinary < LOWEST_QUORUM:
        raise Invalid({"member_1": N_("Choose at least one member beside the chair.")})
    if form.quorum is not None and form.quorum > ordinary:
        raise Invalid({"quorum": N_("The quorum cannot be larger than the number of members.")})
    check_can_convene(form.seats, form.quorum)


def _due_at(session: Session, incident: Incident, form: ConveneForm, now: datetime) -> datetime:
    clock = legal_clock(incident)
    if not form.due_at_date and not form.due_at_time:
        return due_by_default(now, clock.due_at if clock else None)
    text = f"{form.due_at_date} {form.due_at_time}"
    later = form.due_at_later == "yes" if form.due_at_asked else None
    due_at = asked_which(text, organisation(session).zone, "due_at", later)
    if due_at <= now:
        raise Invalid({"due_at": N_("Choose a time that lies ahead.")})
    return due_at
