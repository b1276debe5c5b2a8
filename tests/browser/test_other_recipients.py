"""We are the processor: the controllers are listed, told the same text in one go, and each is recorded by itself."""

import pytest
from playwright.sync_api import Page, expect

from core.access import Role
from tests.browser.test_clocks import signed_in
from tests.fixtures.browser import PHONE, Visits, axe_findings
from tests.fixtures.serving import Serve
from tests.fixtures.world import World
from tests.incidents.cases import Case

pytestmark = pytest.mark.browser
CONTROLLERS = (("Rederiet Nordhavet AB", "24"), ("Varvet i Lysekil AB", "48"))


def test_two_controllers_get_one_text_and_each_its_own_proof(small_world: World, visit: Visits, serve: Serve) -> None:
    world, address = small_world, serve(small_world.app)
    case = Case(world).take().classify()
    manager = signed_in(world, visit, address, Role.MANAGER)
    manager.goto(f"{address}{case.path}/authority")
    manager.get_by_role("link", name="Lägg till eller ta bort").click()
    for name, hours in CONTROLLERS:
        list_controller(manager, name, hours)
    assert axe_findings(manager) == []
    expect(manager.get_by_role("row", name="Varvet")).to_contain_text("senast tis 24 nov 2026 14:05 CET")

    write_once(manager)
    manager.get_by_role("button", name="Använd samma text till de andra").click()
    for name, _ in CONTROLLERS:
        expect(manager.get_by_role("row", name=name)).to_contain_text("Granskas")

    approver = signed_in(world, visit, address, Role.APPROVER, PHONE, javascript=False)
    approver.goto(f"{address}{case.path}/others")
    approver.get_by_role("row", name="Rederiet").get_by_role("link", name="Läs och godkänn").click()
    approver.get_by_label("Varvet i Lysekil AB").check()
    approver.get_by_role("button", name="Godkänn anmälan").click()
    approver.get_by_role("heading", name="Anmälan är godkänd").wait_for()

    for name, reference in (("Varvet", "V-1"), ("Rederiet", "R-2")):
        assert case.now().clock("tell_controller").stopped_at is None  # type: ignore[union-attr]
        record_sent(manager, f"{address}{case.path}", name, reference)
    manager.goto(f"{address}{case.path}/others")
    for name, reference in (("Varvet", "V-1"), ("Rederiet", "R-2")):
        row = manager.get_by_role("row", name=name)
        expect(row).to_contain_text("Underrättad i tid")
        expect(row).to_contain_text(reference)
    stopped = [case.now().clock(duty) for duty in ("tell_controller", "tell_controller_by_contract")]
    assert [clock.stop_reason for clock in stopped if clock] == ["done", "done"]


def list_controller(page: Page, name: str, hours: str) -> None:
    page.locator("label:has(input[name=kind][value=controller])").click()
    page.get_by_label("Timmar enligt avtalet").fill(hours)
    page.get_by_label("Namn", exact=True).fill(name)
    page.get_by_role("button", name="Lägg till på listan").click()
    page.get_by_role("row", name=name).wait_for()


def write_once(page: Page) -> None:
    """What only a person knows; the rest stands there already, and nothing asks for a risk."""
    page.get_by_role("link", name="Rederiet Nordhavet AB").first.click()
    page.get_by_role("button", name="Börja meddelandet").click()
    assert page.locator("[name=q89], [name=q97]").count() == 0
    page.get_by_label("Vidtagna och föreslagna åtgärder").fill("Mottagaren har raderat listan.")
    page.get_by_role("button", name="Spara och lämna för godkännande").click()
    page.get_by_role("heading", name="Anmälan väntar på godkännande").wait_for()
    assert axe_findings(page) == []


def record_sent(page: Page, case: str, name: str, reference: str) -> None:
    page.goto(f"{case}/others")
    page.get_by_role("row", name=name).get_by_role("link", name="Skicka nu").click()
    page.get_by_role("link", name="Anteckna att den är skickad").click()
    page.get_by_label("Datum").fill("2026-11-22")
    page.get_by_label("Tid", exact=True).fill("14:05")
    page.get_by_label("Deras diarienummer").fill(reference)
    page.get_by_role("button", name="Anteckna anmälan").click()
    page.get_by_role("heading", name="Fas 1 är skickad").wait_for()
