"""Two like cases are told in one notice: ticked, written, released, sent; the other case says so."""

import pytest
from playwright.sync_api import Page

from core.access import Role
from identity.sessions import open_session
from tests.fixtures.browser import DESKTOP, PHONE, Visits, axe_findings
from tests.fixtures.serving import Serve
from tests.fixtures.world import World
from tests.incidents.bundles import like, release, send
from tests.incidents.cases import Case

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("width", "javascript"), [(DESKTOP, True), (PHONE, False)])
def test_like_cases_are_told_in_one_notice(
    small_world: World, visit: Visits, serve: Serve, width: int, javascript: bool
) -> None:
    world, address = small_world, serve(small_world.app)
    lead, other = like(world, title="Lista till fel kund"), like(world, title="Lista till fel leverantör")
    page = visit(width, javascript=javascript)
    with world.change() as session:
        token = open_session(session, world.users[Role.MANAGER], world.now)
    page.context.add_cookies([{"name": "vaka", "value": token, "url": address}])

    page.goto(f"{address}{lead.path}/authority")
    page.get_by_role("link", name="Anmäl liknande ärenden tillsammans").click()
    page.get_by_role("checkbox", name=f"Anmäl {other.reference} i den här anmälan").check()
    page.get_by_role("button", name="Spara vilka ärenden som anmäls tillsammans").click()
    page.get_by_text("2 incidenter anmäls i den här anmälan.").wait_for()
    page.get_by_role("button", name="Börja anmälan").click()
    assert other.reference in page.locator("#q62").input_value()
    release(lead)
    send(lead)
    told_on_the_other_page(page, address, lead, other)
    if javascript:
        assert axe_findings(page) == []


def told_on_the_other_page(page: Page, address: str, lead: Case, other: Case) -> None:
    page.goto(f"{address}{other.path}/authority")
    page.get_by_role("heading", name="Anmält i en gemensam anmälan").wait_for()
    page.get_by_role("link", name=f"Till anmälan för {lead.reference}").click()
    page.get_by_role("heading", name="Anmäls tillsammans").wait_for()
