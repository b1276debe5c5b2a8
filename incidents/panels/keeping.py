"""The panels of the company: made, changed, retired, and brought back. Commissions already called keep what they were
called with."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from core.audit.entries import Fact
from core.db import new_id
from core.errors import N_, Conflict, NotFound
from core.i18n import translate
from incidents.commission_models import STANDING, Panel
from incidents.panels.forms import PanelSettings, check
from incidents.standing_panel import seat

UNNAMED = N_("Standing commission")
RULES = ("majority", "tie", "quorum", "short_people", "short_members", "alarm_hours")


def panels(session: Session, *, retired: bool = False) -> list[Panel]:
    """Those that can be called, the standing one first; or those that are retired."""
    chosen = Panel.retired_at.is_not(None) if retired else Panel.retired_at.is_(None)
    return list(session.scalars(select(Panel).where(chosen).order_by(Panel.position, Panel.name, Panel.id)))


def find_panel(session: Session, panel_id: str) -> Panel:
    """
    Raises:
        NotFound: there is no such panel.
    """
    panel = session.get(Panel, panel_id)
    if panel is None:
        raise NotFound()
    return panel


def panel_name(panel: Panel, lang: str) -> str:
    return panel.name or translate(lang, UNNAMED)


def create(session: Session, actor: Actor, form: PanelSettings, now: datetime) -> Panel:
    """One more panel beside the standing one.

    Raises:
        Invalid: with the field of each fault.
    """
    panel = Panel(id=new_id(), name="", position=1, majority="", tie="")
    session.add(panel)
    _keep(session, actor, panel, form, "panel:created", now)
    return panel


def change(session: Session, actor: Actor, panel: Panel, form: PanelSettings, now: datetime) -> None:
    """Other people or other rules from the next call on.

    Raises:
        Invalid: with the field of each fault.
        Conflict: the panel is retired.
    """
    if panel.retired_at is not None:
        raise Conflict(N_("It is retired. Bring it back first."))
    _keep(session, actor, panel, form, "panel:changed", now)


def retire(session: Session, actor: Actor, panel: Panel, now: datetime) -> None:
    """Propose it no longer. Nothing is erased, and it can be brought back.

    Raises:
        Conflict: the standing panel, whose chair signs where a case has no commission.
    """
    if panel.id == STANDING:
        raise Conflict(N_("The standing commission cannot be retired. Its chair signs where a case has none."))
    if panel.retired_at is None:
        panel.retired_at = now
        record(session, actor, "panel:retired", _object(panel), now)


def restore(session: Session, actor: Actor, panel: Panel, now: datetime) -> None:
    """
    Raises:
        Conflict: another panel has taken its name.
    """
    if panel.retired_at is None:
        return
    if panel.name.casefold() in {other.name.casefold() for other in panels(session)}:
        raise Conflict(N_("Another one has taken its name. Change that one first."))
    panel.retired_at = None
    record(session, actor, "panel:restored", _object(panel), now)


def _keep(session: Session, actor: Actor, panel: Panel, form: PanelSettings, action: str, now: datetime) -> None:
    taken = [other.name for other in panels(session) if other.id != panel.id]
    check(session, form, taken, needs_name=panel.id != STANDING)
    before = {"name": panel.name or None, "secretary": panel.secretary_id}
    panel.name, panel.secretary_id = form.name, form.secretary or None
    for rule in RULES:
        setattr(panel, rule, getattr(form, rule))
    session.flush()
    seats = seat(session, panel.id, form.seats)
    changes: dict[str, tuple[str | None, str | None]] = {
        "name": (before["name"], panel.name or None),
        "secretary": (before["secretary"], panel.secretary_id),
        "seats": seats,
    }
    facts: dict[str, Fact] = {rule: getattr(form, rule) for rule in RULES} | {"seats": len(form.seats)}
    changed = {field: sides for field, sides in changes.items() if sides[0] != sides[1]}
    record(session, actor, action, _object(panel), now, facts=facts, changes=changed)


def _object(panel: Panel) -> str:
    return f"panel:{panel.id}"
