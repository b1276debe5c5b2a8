"""The board: every running clock one may see, by how soon it ends, page after page, led by the index of deadlines."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from core.access import Role
from core.moment import utc
from incidents import clock_board
from incidents.clock_board import Bucket, Cursor, board, bucket, in_buckets, sums
from incidents.models import Exclusion, IncidentClock
from tests.fixtures.world import World
from tests.incidents.cases import Case
from tests.incidents.test_clock_choices import bound_by

NOW = utc(2026, 11, 22, 13, 5)


@pytest.mark.parametrize(
    ("hours", "expected"),
    [(-0.01, "overdue"), (0, "critical"), (5.9, "critical"), (6, "soon"), (24, "soon"), (24.1, "later")],
)
def test_a_clock_stands_where_its_time_left_puts_it(hours: float, expected: str) -> None:
    assert bucket(NOW + timedelta(hours=hours), NOW) == expected


def test_a_duty_without_hours_has_a_bucket_of_its_own() -> None:
    assert bucket(None, NOW) is Bucket.AS_SOON_AS_POSSIBLE


def test_the_board_goes_from_overdue_to_as_soon_as_possible_page_after_page(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    bound_by(world, "nis2", "promise")
    Case(world).take()
    world.later(hours=20)
    Case(world).take()
    world.later(hours=10)
    monkeypatch.setattr(clock_board, "PAGE", 2)
    with world.look() as session:
        actor, cursor = world.actor(Role.MANAGER), None
        seen: list[IncidentClock] = []
        for _ in range(9):
            page = board(session, actor, cursor)
            seen += page.clocks
            cursor = Cursor.read(page.next)
            if cursor is None:
                break
        numbers = sums(session, actor, world.now)
    parts = [(key, len(rows)) for key, rows in in_buckets(tuple(seen), world.now)]
    assert parts == [("overdue", 1), ("soon", 1), ("later", 4), ("as_soon_as_possible", 2)]
    assert {key: number for key, number in numbers.items() if number} == dict(parts)
    assert len({clock.id for clock in seen}) == len(seen)


def test_an_involved_person_sees_no_clock_of_the_case(small_world: World) -> None:
    case = Case(small_world).take()
    with small_world.change() as session:
        person = small_world.users[Role.DPO].id
        session.add(Exclusion(incident_id=case.now().id, user_id=person, by_id="system", at=small_world.now))
    with small_world.look() as session:
        assert board(session, small_world.actor(Role.DPO), None).clocks == ()
        assert sum(sums(session, small_world.actor(Role.DPO), small_world.now).values()) == 0
        assert len(board(session, small_world.actor(Role.HEAD), None).clocks) == 1


@pytest.mark.parametrize("altered", ["", "d.1", "x.1.a", "d.-1.a", "d.99999999999999999999.a"])
def test_an_altered_cursor_starts_from_the_top(altered: str) -> None:
    assert Cursor.read(altered) is None


def test_the_index_of_open_deadlines_leads(small_world: World) -> None:
    Case(small_world)
    with small_world.look() as session:
        query = clock_board._dated(small_world.actor(Role.MANAGER), None).limit(26)
        compiled = query.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
        plan = " ".join(row[3] for row in session.execute(text(f"EXPLAIN QUERY PLAN {compiled}")))
    assert "ix_incident_clock_open" in plan
    assert "TEMP B-TREE" not in plan or "RIGHT PART" in plan
