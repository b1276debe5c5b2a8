"""The page that calls a commission: who is proposed and why, the order beside it, and what a small team must know."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from core.access import Actor
from core.document import Document
from core.errors import N_, NotFound
from core.i18n import translate
from core.organisation import organisation
from identity.people import names
from incidents.alerts import excluded
from incidents.assessing.convening import ConveneForm, called, due_at_of, due_by_default
from incidents.assessing.proposing import WHY_OUT, Procedure, Proposal, propose
from incidents.assessing.seats import commission_of
from incidents.case_facts import legal_clock
from incidents.commission import Position, Seat
from incidents.commission_models import Panel
from incidents.local_time import local_parts
from incidents.models import Incident
from incidents.order_document import PROCEDURES, Order, order_document
from incidents.panels.forms import secretaries
from incidents.panels.keeping import panel_name, panels
from incidents.separation import would_fail
from incidents.standing_panel import candidates, missing_in, slots

STEPS_IN, FROM_OUTSIDE = N_("steps in"), N_("from outside, as nobody is left")


@dataclass(frozen=True, slots=True)
class Chip:
    label: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class ConveneView:
    """`seated` is (seat, name, note). `small` says why the short procedure is offered or not; `fails` which separations
    of duties would, if this reader also signs the decision."""

    panel: str
    procedure: str
    panels: list[Chip]
    procedures: list[Chip]
    small: str
    seated: list[tuple[str, str, str]]
    out: list[str]
    missing: list[str]
    slots: dict[str, str]
    people: list[tuple[str, str]]
    readers: list[tuple[str, str]]
    secretary: str
    secretary_name: str
    quorum: int | None
    due: tuple[str, str]
    due_at: datetime
    fails: list[str]
    order: Document


def convene_view(
    session: Session, actor: Actor, incident: Incident, chosen: tuple[str, str], lang: str, now: datetime,
    form: ConveneForm | None = None,
) -> ConveneView:  # fmt: skip
    """`chosen` is the panel and the procedure asked for; with a `form` its people, time and rules are shown instead.

    Raises:
        NotFound: no such panel, or a retired one.
        Invalid: the form cannot be used.
    """
    live = panels(session)
    panel = next((one for one in live if one.id == chosen[0]), None)
    if panel is None:
        raise NotFound()
    wanted = Procedure.SHORT if chosen[1] == Procedure.SHORT else Procedure.FULL
    found = propose(session, incident, panel, wanted, now)
    order = _as_typed(session, actor, incident, panel, form, now) if form else _proposed(
        session, actor, incident, panel, found, now)  # fmt: skip
    out = excluded(session, incident)
    people = [(user.id, user.name) for user in candidates(session, without=out)]
    known = names(session, [*found.out, *(member for _, member in order.seats), order.secretary])
    seats = tuple(Seat(member, Position(position)) for position, member in order.seats)
    judging = [seat.member for seat in seats if seat.position is not Position.SUBSTITUTE]
    chair = next((seat.member for seat in seats if seat.position is Position.CHAIR), "")
    return ConveneView(
        panel=panel.id,
        procedure=found.procedure,
        panels=_panels(incident, live, panel, lang),
        procedures=_procedures(incident, panel, found, lang),
        small=found.small.sentence(lang),
        seated=_seated(seats, found, known, lang),
        out=[translate(lang, WHY_OUT[why], name=known.get(member, "")) for member, why in found.out.items()],
        missing=missing_in(seats) if found.procedure is Procedure.FULL else [],
        slots=slots(_as_full(seats, found)),
        people=people,
        readers=[(user.id, user.name) for user in secretaries(session, without=out)],
        secretary=order.secretary or "",
        secretary_name=known.get(order.secretary or "", ""),
        quorum=panel.quorum if found.procedure is Procedure.FULL else None,
        due=local_parts(order.due_at, organisation(session).zone),
        due_at=order.due_at,
        fails=[one.sentence(lang) for one in would_fail(session, actor, incident, chair, judging, order.secretary)],
        order=order_document(session, incident, order, lang, now),
    )


def _proposed(
    session: Session, actor: Actor, incident: Incident, panel: Panel, found: Proposal, now: datetime
) -> Order:
    clock = legal_clock(incident)
    due_at = due_by_default(now, clock.due_at if clock else None)
    return _order(
        session, actor, incident, panel, (found.seats, found.quorum), found.procedure, found.secretary, due_at
    )


def _as_typed(
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


def _as_full(seats: tuple[Seat, ...], found: Proposal) -> tuple[Seat, ...]:
    """The form names the whole panel; the short procedure makes its choice among them when it is called."""
    return found.whole if found.procedure is Procedure.SHORT else seats


def _seated(
    seats: tuple[Seat, ...], found: Proposal, known: Mapping[str, str], lang: str
) -> list[tuple[str, str, str]]:
    notes = dict.fromkeys(found.moved_up, STEPS_IN) | dict.fromkeys(found.outside, FROM_OUTSIDE)
    return [
        (seat.position, known.get(seat.member, ""), translate(lang, notes.get(seat.member, "")))
        for seat in seats
    ]  # fmt: skip


def _panels(incident: Incident, live: list[Panel], current: Panel, lang: str) -> list[Chip]:
    if len(live) < 2:
        return []
    return [Chip(panel_name(one, lang), _href(incident, one, Procedure.FULL), one.id == current.id) for one in live]


def _procedures(incident: Incident, panel: Panel, found: Proposal, lang: str) -> list[Chip]:
    if not found.small.allowed:
        return []
    return [
        Chip(translate(lang, label), _href(incident, panel, code), code is found.procedure)
        for code, label in PROCEDURES.items()
    ]


def _href(incident: Incident, panel: Panel, procedure: Procedure) -> str:
    asked = {"panel": panel.id} | ({"procedure": procedure.value} if procedure is Procedure.SHORT else {})
    return f"{incident.path}/commission?{urlencode(asked)}"
