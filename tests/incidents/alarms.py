"""Alarms as people get them, for the tests of the tick: who was told what, and how often."""

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import select

from core.organisation import organisation
from incidents.clock_opening import first_clocks
from incidents.models import ClockLevel, Incident
from notifications.mail import written
from notifications.models import ChannelMessage, OutboxMessage
from notifications.opening import open_message
from tests.fixtures.world import World


def told(world: World) -> Counter[tuple[str, str]]:
    """(kind, key of the person) of every alarm in the outbox."""
    people = {user.email: key for key, user in world.users.items()}
    with world.look() as session:
        rows = session.scalars(select(OutboxMessage).where(OutboxMessage.kind.startswith("level")))
        return Counter((row.kind, str(people[open_message(session, row).to])) for row in rows)


def texts(world: World, kind: str, to: str) -> list[tuple[str, str]]:
    """Subject and text of every mail of this kind to one person."""
    with world.look() as session:
        rows = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == kind).order_by(OutboxMessage.due_at))
        opened = [open_message(session, row) for row in rows]
        company = organisation(session)
        return [written(mail, company, world.settings) for mail in opened if mail.to == world.users[to].email]


def levels_of(world: World) -> dict[str, ClockLevel]:
    """The levels on record, for a world with one clock of interest: the latest round counts."""
    with world.look() as session:
        rows = session.scalars(select(ClockLevel).order_by(ClockLevel.round, ClockLevel.due_at))
        return {row.level: row for row in rows}


def announced(world: World) -> list[dict[str, object]]:
    with world.look() as session:
        return [row.facts for row in session.scalars(select(ChannelMessage).order_by(ChannelMessage.created_at))]


def accept_all(world: World) -> None:
    """A relay takes everything that waits."""
    with world.change() as session:
        for row in session.scalars(select(OutboxMessage).where(OutboxMessage.state == "queued")):
            row.state, row.accepted_at = "accepted", world.now


def many_cases(world: World, count: int, first: datetime, letter: str = "M") -> None:
    """Cases with the clocks that a report starts, one every minute."""
    with world.change() as session:
        company = organisation(session)
        for number in range(count):
            at = first + number * timedelta(minutes=1)
            session.add(
                Incident(reference=f"PUI-{letter}-{number:05d}", reported_at=at, clocks=first_clocks(company, at))
            )
