"""An alarm for the second channel is a row, written once with what it tells of."""

from sqlalchemy import select

from notifications.channels import announce
from notifications.models import ChannelMessage
from tests.fixtures.world import World

FACTS = {"reference": "VK-2026-0001", "duty": "notify_authority", "level": "L4"}


def test_the_same_alarm_is_written_once(world: World) -> None:
    for _ in range(2):
        with world.change() as session:
            announce(session, "clock.level", FACTS, "clock:1:L4", world.now)
            announce(session, "clock.level", FACTS, "clock:1:L4", world.later(minutes=1))
    with world.look() as session:
        row = session.scalars(select(ChannelMessage)).one()
    assert (row.event, row.facts, row.state, row.taken) == ("clock.level", FACTS, "queued", [])
    assert "clock:1" not in row.idem_key
