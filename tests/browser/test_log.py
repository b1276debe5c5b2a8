"""J8 of the interaction budget: who changed the moment of awareness, is the log whole, take it along."""

import pytest
from playwright.sync_api import expect

from core.access import Role
from core.audit import record
from identity.sessions import open_session
from incidents.models import Incident
from tests.fixtures.browser import DESKTOP, PHONE, Visits, axe_findings
from tests.fixtures.serving import Serve
from tests.fixtures.world import World

pytestmark = pytest.mark.browser
CASE = "PUI-2026-7K3Q"


@pytest.mark.parametrize(("width", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")])
def test_an_auditor_finds_a_change_checks_the_log_and_takes_it_along(
    small_world: World, visit: Visits, serve: Serve, width: int, scheme: str
) -> None:
    with small_world.change() as session:
        session.add(Incident(id="a" * 32, reference=CASE, reported_at=small_world.now))
    with small_world.change() as session:
        changes = {"aware_at": ("2026-11-22 14:05", "2026-11-21 09:40")}
        actor = small_world.actor(Role.MANAGER)
        record(session, actor, "incident:taken", CASE, small_world.now, case="a" * 32)
        record(session, actor, "incident:aware_set", CASE, small_world.now, case="a" * 32, changes=changes)
    address = serve(small_world.app)
    with small_world.change() as session:
        token = open_session(session, small_world.users[Role.AUDITOR], small_world.now)
    page = visit(width, scheme=scheme)  # type: ignore[arg-type]
    page.context.add_cookies([{"name": "vaka", "value": token, "url": address}])
    page.goto(f"{address}/log")
    assert axe_findings(page) == []

    page.get_by_role("row").filter(has_text="Ändrade vetskapstid").get_by_role("link").first.click()
    expect(page.get_by_text("2026-11-21 09:40")).to_be_visible()
    expect(page.get_by_text("Anna Berg").first).to_be_visible()
    assert axe_findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.locator(".back a").click()
    page.get_by_role("button", name="Kontrollera loggen").click()
    expect(page.get_by_role("heading", name="hel logg")).to_be_visible()
    assert axe_findings(page) == []
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert "Anna Berg" in download.value.path().read_text("utf-8-sig")
