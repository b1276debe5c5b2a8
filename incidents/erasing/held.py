"""The legal holds in force, the latest first, page by page."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from identity.people import names
from incidents.case_view import shown_title
from incidents.erasing_models import LegalHold
from incidents.models import Incident
from incidents.queries import may_see
from incidents.queue import Cursor


@dataclass(frozen=True, slots=True)
class Held:
    reference: str
    href: str
    title: str
    by: str
    at: datetime
    asked: str


def in_force(actor: Actor) -> Select[LegalHold, Incident]:
    """Those that this person may see."""
    query = select(LegalHold, Incident).join(Incident, Incident.id == LegalHold.incident_id)
    return query.where(LegalHold.lifted_at.is_(None), may_see(actor, Operation.READ_RETENTION))


def held(session: Session, actor: Actor, after: Cursor | None, size: int, lang: str) -> tuple[tuple[Held, ...], str]:
    """One page, and where the next begins."""
    query = in_force(actor)
    if after is not None:
        earlier = and_(LegalHold.placed_at == after.at, LegalHold.id < after.id)
        query = query.where(or_(LegalHold.placed_at < after.at, earlier))
    found = session.execute(query.order_by(LegalHold.placed_at.desc(), LegalHold.id.desc()).limit(size + 1)).all()
    shown = [(row[0], row[1]) for row in found[:size]]
    who = names(session, {one for hold, _ in shown for one in (hold.placed_by, hold.lift_asked_by)})
    rows = tuple(
        Held(
            case.reference, f"{case.path}/hold", shown_title(case, lang), who.get(hold.placed_by, ""),
            hold.placed_at, who.get(hold.lift_asked_by or "", ""),
        )
        for hold, case in shown
    )  # fmt: skip
    last = shown[-1][0] if len(found) > size else None
    return rows, str(Cursor(False, last.placed_at, last.id)) if last else ""
