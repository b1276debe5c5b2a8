"""Risks as tests make them: by the verbs, in one transaction each."""

from datetime import timedelta
from functools import cache

from sqlalchemy import select
from starlette.testclient import TestClient

from core.access import Role
from identity import passwords
from identity.models import User
from notifications.models import OutboxMessage
from risk.register import service
from risk.register.form import RiskForm
from risk.register.models import Risk, RiskChange
from risk.register.service import Cause
from tests.fixtures.world import World

PASSWORD = "vakna stjärnor över hamnen"
CAUSE = Cause("accidental", "accidental.misrouting")


@cache
def hashed() -> str:
    return passwords.hashed(PASSWORD)


def typed(world: World, **changes: str) -> dict[str, str]:
    """A form that is in order, as a browser sends it."""
    return {
        "title": "Listor mejlas till fel mottagare", "cause": CAUSE.code, "likelihood": "2", "impact": "3",
        "rationale": "Listor skickas för hand.", "treatment": "reduce", "measures": "Listor delas från systemet.",
        "owner": world.users[Role.MANAGER].id, "review_on": (world.now.date() + timedelta(days=60)).isoformat(),
    } | changes  # fmt: skip


def form(world: World, **changes: object) -> RiskForm:
    return RiskForm.model_validate(typed(world) | changes)


def make(world: World, role: str = Role.MANAGER, **changes: object) -> Risk:
    """A risk that this person adds."""
    with world.change() as session:
        return service.add(session, world.actor(role), form(world, **changes), CAUSE, world.now)


def change(world: World, risk: Risk, role: str = Role.MANAGER, **changes: object) -> None:
    """What is not named stays as `typed` has it, level and version as they are now."""
    with world.change() as session:
        row = session.get_one(Risk, risk.id)
        kept = {"likelihood": row.likelihood, "impact": row.impact, "version": row.version}
        service.change(session, world.actor(role), row, form(world, **(kept | changes)), CAUSE, world.now)


def now_of(world: World, risk: Risk) -> Risk:
    with world.look() as session:
        return session.get_one(Risk, risk.id)


def kinds(world: World, risk: Risk) -> list[str]:
    """What happened to it, in order."""
    with world.look() as session:
        rows = select(RiskChange).where(RiskChange.risk_id == risk.id).order_by(RiskChange.id)
        return [one.kind for one in session.scalars(rows)]


def sent(world: World) -> list[str]:
    """The kinds of all mails about risks."""
    with world.look() as session:
        rows = select(OutboxMessage.kind).where(OutboxMessage.kind.startswith("risk_"))
        return list(session.scalars(rows))


def pages(world: World, role: str) -> TestClient:
    """A browser in English, of somebody who can sign."""
    with world.change() as session:
        session.get_one(User, world.users[role].id).password_hash = hashed()
    client = world.client(role)
    client.cookies.set("lang", "en")
    return client
