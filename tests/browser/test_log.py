"""J8 of the interaction budget: who changed the moment of awareness, is the log whole, take it along."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from core.access import Role
from core.audit import record
from identity.models import User
from identity.passwords import hashed
from identity.sessions import open_session
from incidents.models import Incident
from tests.fixtures.browser import DESKTOP, PHONE, Visits, axe_findings
from tests.fixtures.effort import Budget, Effort
from tests.fixtures.serving import Serve
from tests.fixtures.world import World

pytestmark = pytest.mark.browser
CASE, PASSWORD = "PUI-2026-7K3Q", "blå häst sover under bordet"
J8 = Budget(fields=2, clicks=7, pages=3, seconds=60)


@pytest.mark.parametrize(("width", "scheme", "minutes"), [(DESKTOP, "light", 0), (PHONE, "dark", 11)])
def test_an_auditor_finds_a_change_checks_the_log_and_takes_it_along(
    small_world: World, visit: Visits, serve: Serve, width: int, scheme: str, minutes: int
) -> None:
    """`minutes`: since the password was given. After ten it is asked for where the file is offered."""
    changed(small_world)
    address = serve(small_world.app)
    with small_world.change() as session:
        session.execute(update(User).values(password_hash=hashed(PASSWORD)))
        token = open_session(session, small_world.users[Role.AUDITOR], small_world.now - timedelta(minutes=minutes))
    page = visit(width, scheme=scheme)  # type: ignore[arg-type]
    page.context.add_cookies([{"name": "vaka", "value": token, "url": address}])
    effort = Effort(page, "J8")
    page.goto(f"{address}/log")
    assert axe_findings(page) == []
    effort.start()

    page.get_by_role("link", name="Ändrade vetskapstid", exact=True).click()
    expect(page.locator(".chips a")).to_have_count(1)
    page.get_by_role("row").filter(has_text="Ändrade vetskapstid").get_by_role("link").first.click()
    expect(page.locator("del")).to_have_text(["sön 22", "15:05"])
    expect(page.locator("ins")).to_have_text(["lör 21", "10:40", "Mejlet kom förr."])
    expect(page.get_by_text("Mejlet kom förr.")).to_be_visible()
    expect(page.get_by_text("Anna Berg").first).to_be_visible()
    assert axe_findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.locator(".back a").click()
    page.get_by_role("button", name="Kontrollera loggen").click()
    expect(page.get_by_role("heading", name="hel logg")).to_be_visible()
    expect(page.locator(".chips a")).to_have_count(1)
    if minutes:
        page.get_by_label("Ditt lösenord").click()
        page.keyboard.type(PASSWORD)
    with page.expect_download() as download:
        page.get_by_role("button" if minutes else "link", name="CSV").click()
    expect(page.locator(".chips a")).to_have_count(1)
    taken = effort.taken()
    table = download.value.path().read_text("utf-8-sig")
    assert "Anna Berg" in table
    assert "Filter,Ändrade vetskapstid" in table.replace(";", ",")
    print(taken.line(J8))  # noqa: T201
    assert taken.over(J8) == []
    assert axe_findings(page) == []


def changed(world: World) -> None:
    """A case whose moment of awareness was moved, and enough else to look through."""
    with world.change() as session:
        session.add(Incident(id="a" * 32, reference=CASE, reported_at=world.now))
    with world.change() as session:
        actor = world.actor(Role.MANAGER)
        moved = {"aware_at": "2026-11-21T09:40:00+00:00", "before": "2026-11-22T14:05:00+00:00"}
        record(session, actor, "incident:aware_set", CASE, world.now, case="a" * 32, facts=moved,
               changes={"reason": (None, "Mejlet kom förr.")})  # fmt: skip
        for _ in range(60):
            record(session, actor, "incident:read", CASE, world.now, case="a" * 32)
