"""The log is read by members of the commission too, who may be auditors as well: it tells them nothing too early."""

from sqlalchemy import select

from core.access import Role
from core.audit.models import AuditEntry
from identity.models import UserRole
from tests.fixtures.world import World
from tests.incidents.bench import Bench


def test_who_still_owes_an_answer_does_not_read_in_the_log_what_the_others_came_to(small_world: World) -> None:
    bench = Bench(small_world)
    with small_world.change() as session:
        session.add(UserRole(user_id=small_world.users["leila"].id, role=Role.AUDITOR))
    bench.convene()
    bench.vote("commissioner", "high")
    bench.vote("per", "high")
    with small_world.look() as session:
        counted = session.scalars(select(AuditEntry.seq).where(AuditEntry.action == "commission:counted")).one()
    reader = small_world.client("leila")
    assert reader.get(f"/log/{counted}").status_code == 404
    assert f"/log/{counted}" not in reader.get("/log").text
    bench.vote("leila", "none")
    assert "high" in reader.get(f"/log/{counted}").text
