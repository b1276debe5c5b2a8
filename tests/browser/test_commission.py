"""Members assess and the manager decides, on a phone: every tap counted, nothing sealed in the page."""

import pytest
from playwright.sync_api import Page

from core.access import Role
from identity.sessions import open_session
from tests.fixtures.browser import PHONE, Visits, axe_findings
from tests.fixtures.serving import Serve
from tests.fixtures.world import World
from tests.incidents.bench import PASSWORD, Bench

pytestmark = pytest.mark.browser
TAPS = 14  # ux section 4, J4


def signed_in(world: World, visit: Visits, address: str, key: str, *, javascript: bool = True) -> Page:
    page = visit(PHONE, javascript=javascript)
    with world.change() as session:
        token = open_session(session, world.users[key], world.now)
    page.context.add_cookies([{"name": "vaka", "value": token, "url": address}])
    return page


def assess(page: Page, address: str, bench: Bench, vote: str) -> int:
    """Answer as a member does; returns the taps it took."""
    page.goto(f"{address}{bench.path}/commission/assess")
    choices = {"conflict": "no", "protection_level": "2", "impact_level": "3", "people_vulnerable": "no",
               "likelihood": "3", "risk_vote": vote}  # fmt: skip
    for name, value in choices.items():
        page.locator(f"label:has(input[name={name}][value='{value}'])").click()
    page.get_by_label("Skäl").click()
    page.get_by_label("Skäl").fill("Personnummer ihop med adress räcker för bedrägeri.")
    page.get_by_role("button", name="Lämna din bedömning").click()
    page.get_by_role("heading", name="Din bedömning är lämnad").wait_for()
    return len(choices) + 2


def test_the_commission_assesses_and_the_manager_decides_on_a_phone(
    small_world: World, visit: Visits, serve: Serve
) -> None:
    world = small_world
    address = serve(world.app)
    bench = Bench(world)

    manager = signed_in(world, visit, address, Role.MANAGER)
    manager.goto(f"{address}{bench.path}/commission")
    manager.get_by_role("button", name="Kalla kommissionen").click()
    manager.get_by_role("heading", name="0 av 3 har svarat, 2 behövs").wait_for()
    assert axe_findings(manager) == []

    first = signed_in(world, visit, address, "per")
    assert assess(first, address, bench, "high") <= TAPS
    waiting = signed_in(world, visit, address, "leila", javascript=False)
    waiting.goto(f"{address}{bench.path}/commission")
    assert "hög risk" not in waiting.content().lower()
    assess(waiting, address, bench, "high")
    assert waiting.get_by_role("heading", name="Kommissionen ser en hög risk").is_visible()

    manager.goto(f"{address}{bench.path}/decision")
    assert manager.locator("input[name=notify_authority][value=yes]").is_checked()
    assert manager.locator("input[name=inform_people][value=inform]").is_checked()
    manager.get_by_label("Skäl", exact=False).first.fill("Vi följer kommissionen.")
    manager.get_by_label("Ditt lösenord").fill(PASSWORD)
    manager.get_by_role("button", name="Skriv under beslutet").click()
    manager.get_by_role("heading", name="Beslutet är undertecknat och gäller").wait_for()
    assert axe_findings(manager) == []
    assert bench.incident().state == "in_remedy"


def test_an_error_keeps_the_answers_and_the_focus_goes_to_the_summary(
    small_world: World, visit: Visits, serve: Serve
) -> None:
    address = serve(small_world.app)
    bench = Bench(small_world)
    bench.convene()
    page = signed_in(small_world, visit, address, "per")
    page.goto(f"{address}{bench.path}/commission/assess")
    page.get_by_label("Skäl").fill("För kort.")
    page.get_by_role("button", name="Lämna din bedömning").click()
    page.get_by_role("heading", name="Något behöver rättas").wait_for()
    assert page.title().startswith("Fel:")
    assert page.get_by_label("Skäl").input_value() == "För kort."
    assert axe_findings(page) == []
