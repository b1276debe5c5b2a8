"""Lateness is frozen at the first filing: whatever awareness becomes later, what was done stays as it was judged."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from core.access import Role
from incidents.awareness import set_aware
from notifications.notice_models import Filing
from tests.fixtures.world import START, World
from tests.incidents.cases import Case
from tests.incidents.first_notice import file_first
from tests.incidents.test_clock_choices import bound_by

THREE_DAYS = timedelta(hours=72)


@pytest.mark.parametrize("moved", [timedelta(hours=30), -timedelta(hours=10)], ids=["later", "earlier"])
def test_lateness_is_frozen_at_the_first_filing_whatever_awareness_becomes_later(
    world: World, moved: timedelta
) -> None:
    case = Case(world).take()
    world.later(hours=75)
    file_first(case, "Portalen låg nere.")
    before = frozen(case)
    assert before[:2] == (3 * 3600, START + THREE_DAYS)
    aware_at = START + moved
    case.know(Role.MANAGER, aware_at, detected_at=min(START, aware_at), reason="Utredningen visade en annan tid.")
    if moved > timedelta(0):
        case.sign(Role.HEAD)
    assert case.now().aware_at == aware_at
    assert frozen(case) == before


def test_a_clock_still_running_moves_where_a_filed_one_stays(small_world: World) -> None:
    bound_by(small_world, "nis2")
    case = Case(small_world).take()
    small_world.later(hours=70)
    file_first(case)
    case.do(set_aware, Role.MANAGER, START + timedelta(hours=2), "Utredningen blev klar då.")
    case.sign(Role.HEAD)
    ends = {clock.duty: clock.due_at for clock in case.now().clocks}
    assert ends["notify_authority"] == START + THREE_DAYS
    assert ends["incident_notification"] == START + THREE_DAYS + timedelta(hours=2)


def frozen(case: Case) -> tuple[int | None, datetime | None, bool, datetime | None]:
    clock = case.now().clock("notify_authority")
    assert clock is not None
    with case.world.look() as session:
        filing = session.scalars(select(Filing).where(Filing.incident_id == case.now().id)).one()
    return clock.late_seconds, clock.due_at, filing.late, filing.due_at
