"""The order before it is given: as it is proposed, or as somebody has filled in the form."""

from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Actor
from incidents.assessing.convening import ConveneForm, called, due_at_of, due_by_default
from incidents.assessing.proposing import Procedure, Proposal
from incidents.assessing.seats import commission_of
from incidents.case_facts import legal_clock
from incidents.commission import Seat
from incidents.commission_models import Panel
from incidents.models import Incident
from incidents.order_document import Order


def as_proposed(
    session: Session, actor: Actor, incident: Incident, panel: Panel, found: Proposal, now: datetime
) -> Order:
    clock = legal_clock(incident)
    due_at = due_by_default(now, clock.due_at if clock else None)
    return _order(
        session, actor, incident, panel, (found.seats, found.quorum), found.procedure, found.secretary, due_at
    )


def as_typed(
    session: Session, actor: Actor, incident: Incident, panel: Panel, form: ConveneForm, now: datetime
) -> Order:
    due_at = due_at_of(session, incident, form, now)
    seats = called(session, incident, panel, form)
    return _order(session, actor, incident, panel, seats, form.procedure, form.secretary, due_at)


def _order(
    session: Session, actor: Actor, incident: Incident, panel: Panel, seats: tuple[tuple[Seat, ...], int],
    procedure: Procedure, secretary: str, due_at: datetime,
) -> Order:  # fmt: skip
    earlier = commission_of(session, incident)
    return Order(
        panel=panel,
        seats=[(seat.position, seat.member) for seat in seats[0]],
        secretary=secretary or None,
        called_by=actor.id,
        called_at=None,
        due_at=due_at,
        quorum=seats[1],
        majority=panel.majority,
        tie=panel.tie,
        procedure=procedure,
        round=earlier.round + 1 if earlier else 1,
    )
