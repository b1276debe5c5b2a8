"""The bench's big company is a real one: its log verifies and its cases are found."""

import json

from sqlalchemy import func, select

from bench.archive import OLD, RARE, SOME, archive, reference
from bench.long_log import long_log
from core.access import Role
from core.audit.head import canonical
from core.audit.models import AuditEntry
from core.audit.verify import verify
from incidents.models import Incident
from incidents.queue import listed
from incidents.queue_filters import Filter
from tests.fixtures.world import World

CASES, ENTRIES = 2_000, 3_000


def test_the_archive_verifies_and_is_found(world: World) -> None:
    archive(world.database, CASES, world.now)
    long_log(world.database, ENTRIES, CASES, world.now)
    with world.look() as session:
        verdict = verify(session)
        assert (verdict.result, verdict.size) == ("ok", ENTRIES)
        for entry in session.scalars(select(AuditEntry).where(AuditEntry.seq % 97 == 0)):
            assert entry.entry == canonical(json.loads(entry.entry))
        assert session.scalar(select(func.count()).select_from(Incident)) == CASES
        deputy, manager = world.actor(Role.DEPUTY), world.actor(Role.MANAGER)
        for asked, chosen, number in ((RARE, Filter.OPEN, 1), (SOME, Filter.OPEN, 2), (OLD, Filter.ENDED, 25)):
            assert len(listed(session, manager, chosen, asked, None, world.now).incidents) == number, asked
        assert len(listed(session, deputy, Filter.OPEN, reference(0), None, world.now).incidents) == 0
