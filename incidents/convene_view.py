"""The page that calls a commission: who is proposed and why, the order beside it, and what a small team must know."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Actor
from core.document import Document
from core.errors import N_, NotFound
from core.i18n import translate
from core.organisation import organisation
from identity.people import names
from incidents.alerts import excluded
from incidents.assessing.convening import ConveneForm
from incidents.assessing.proposing import WHY_OUT, Procedure, Proposal, propose
from incidents.commission import NO_QUORUM, Position, Seat, missing_for_quorum
from incidents.convene_choices import Chip, panel_chips, procedure_chips
from incidents.local_time import local_parts
from incidents.models import Incident
from incidents.order_document import order_document
from incidents.order_draft import as_proposed, as_typed
from incidents.panels.forms import secretaries
from incidents.panels.keeping import panels
from incidents.separation import would_fail
from incidents.standing_panel import candidates, missing_in, slots

STEPS_IN, FROM_OUTSIDE = N_("steps in"), N_("from outside, as nobody is left")


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
    order = as_typed(session, actor, incident, panel, form, now) if form else as_proposed(
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
        panels=panel_chips(incident, live, panel, lang),
        procedures=procedure_chips(incident, panel, found, lang),
        small=found.small.sentence(lang),
        seated=_seated(seats, found, known, lang),
        out=[translate(lang, WHY_OUT[why], name=known.get(member, "")) for member, why in found.out.items()],
        missing=_missing(seats, order.quorum, found.procedure, lang),
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


def _missing(seats: tuple[Seat, ...], needed: int, procedure: Procedure, lang: str) -> list[str]:
    """What stands in the way of a call: empty seats, or a quorum that those who are left cannot reach."""
    found = [translate(lang, sentence) for sentence in missing_in(seats)] if procedure is Procedure.FULL else []
    lacking = missing_for_quorum(seats, needed)
    if lacking and not found:
        found.append(translate(lang, NO_QUORUM, quorum=needed, missing=lacking))
    return found


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
