"""A machine that reports to a control, as the tests use it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select

from core.access import Role
from core.audit.models import AuditEntry
from core.organisation import organisation
from notifications.mail import written
from notifications.models import ChannelMessage, OutboxMessage
from notifications.opening import open_message
from notifications.service_state import remember
from risk.heartbeats.beating import Word, take
from risk.heartbeats.jobs import NAME as LOOKED
from risk.heartbeats.jobs import look_for_silence
from risk.heartbeats.keeping import HeartbeatForm, add
from risk.heartbeats.models import Heartbeat, HeartbeatBeat
from risk.heartbeats.rules import Kind
from risk.heartbeats.tokens import locked
from risk.models import Control
from risk.service import adopt
from tests.fixtures.world import World

CONTROL = "backup_copies"
NAME = "db1 <nightly>"


@dataclass
class Machine:
    """One heartbeat of the backup control: a sign each hour, half an hour of grace."""

    world: World
    form: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        form = {"name": NAME, "how": "interval", "every": 1, "every_unit": "hours", "grace": 30} | dict(self.form)
        with self.world.change() as session:
            adopt(session, self.world.now)
            control = session.get_one(Control, CONTROL)
            control.owner_id = self.world.users[Role.CONTROL_OWNER].id
            made = add(session, self.world.actor(Role.MANAGER), control, HeartbeatForm.model_validate(form),
                       self.world.now)  # fmt: skip
            self.id, self.token = made[0].id, made[1]

    @property
    def row(self) -> Heartbeat:
        with self.world.look() as session:
            return session.get_one(Heartbeat, self.id)

    @property
    def state(self) -> str:
        return self.row.state

    @property
    def ping(self) -> str:
        return f"/ping/{self.token}"

    def says(self, kind: Kind = Kind.SUCCESS, message: str = "", **more: object) -> None:
        with self.world.change() as session:
            heartbeat = locked(session, self.token)
            assert heartbeat
            take(session, heartbeat, Word(kind, message, **more), self.world.now)  # type: ignore[arg-type]

    def beats(self) -> list[HeartbeatBeat]:
        with self.world.look() as session:
            query = select(HeartbeatBeat).where(HeartbeatBeat.heartbeat_id == self.id)
            return list(session.scalars(query.order_by(HeartbeatBeat.number)))


def look(world: World, **later: float) -> int:
    """The worker's looks until then, none of them after what would count as a pause; over many hours more seldom."""
    start, end = world.now, world.later(**later)
    step = timedelta(minutes=4) if end - start < timedelta(hours=3) else timedelta(minutes=30)
    world.now, raised = start, 0
    while world.now < end:
        with world.change() as session:
            remember(session, LOOKED, {}, min(world.now + step, end))
        world.now = min(world.now + step, end)
        raised += look_for_silence(world.database, world.now)
    return raised


def mails(world: World, kind: str) -> list[tuple[str, str, str]]:
    """Who gets which subject and body."""
    with world.look() as session:
        rows = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == kind).order_by(OutboxMessage.id))
        found = [(mail.to, *written(mail, organisation(session), world.settings)) for row in rows
                 if (mail := open_message(session, row))]  # fmt: skip
    return sorted(found)


def announced(world: World) -> list[str]:
    with world.look() as session:
        return list(session.scalars(select(ChannelMessage.event).order_by(ChannelMessage.created_at)))


def logged(world: World) -> list[str]:
    """What the log says of machines."""
    with world.look() as session:
        query = select(AuditEntry.action).where(AuditEntry.action.like("heartbeat:%")).order_by(AuditEntry.seq)
        return [action.removeprefix("heartbeat:") for action in session.scalars(query)]
