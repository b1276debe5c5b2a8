"""Shows 3 of checklists: an account is closed, the leaver's list started with one click and ticked on a phone."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from core.access import Role
from identity.sessions import open_session
from risk.tasks.models import EventTask
from tests.fixtures.browser import PHONE, Visits, axe_findings
from tests.fixtures.serving import Serve
from tests.fixtures.world import World

pytestmark = pytest.mark.browser


def test_somebody_leaves_and_everything_is_done_the_same_day(small_world: World, visit: Visits, serve: Serve) -> None:
    address, leaver = serve(small_world.app), small_world.users[Role.EMPLOYEE]
    with small_world.change() as session:
        token = open_session(session, small_world.users[Role.HEAD], small_world.now)
    phone = visit(PHONE)
    phone.context.add_cookies([{"name": "vaka", "value": token, "url": address}])
    phone.goto(f"{address}/users/{leaver.id}")
    phone.get_by_role("button", name="Stäng kontot").click()
    phone.get_by_role("button", name="Starta checklistan").click()
    expect(phone.get_by_role("heading", name="Någon slutar")).to_be_visible()
    expect(phone.get_by_text(leaver.name)).to_be_visible()
    assert axe_findings(phone) == []
    for _ in range(4):
        phone.get_by_role("button", name="Markera gjord").first.click()
    expect(phone.get_by_role("button", name="Markera gjord")).to_have_count(0)
    expect(phone.get_by_text("Klar", exact=True).first).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE
    with small_world.look() as session:
        assert session.scalars(select(EventTask.done_at)).one() == small_world.now
