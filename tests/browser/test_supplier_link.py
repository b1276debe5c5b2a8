"""A supplier tells us on a phone, without an account, with scripts and without; our clock counts from that moment."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from core.access import Role
from identity.sessions import open_session
from tests.fixtures.browser import DESKTOP, PHONE, Visits, axe_findings
from tests.fixtures.serving import Serve
from tests.fixtures.world import World
from tests.incidents.cases import Case
from tests.incidents.suppliers import NAME, STORY, Supplier

pytestmark = pytest.mark.browser


def tell(page: Page, address: str, token: str) -> str:
    """From the link to the receipt, answering what one knows by now; the receipt code."""
    page.goto(f"{address}/tell/{token}?lang=sv")
    press(page, "Börja")
    page.get_by_label("Publicerat av misstag").check()
    page.get_by_label("Berätta vad ni vet").fill(STORY)
    press(page, "Fortsätt")
    page.locator("#noticed_at_date").fill("2026-11-21")
    page.locator("#noticed_at_time").fill("18:00")
    press(page, "Fortsätt")
    page.get_by_label("Namn, adress, e-post, telefon").check()
    page.get_by_label("Personer, ungefär").fill("1 200")
    press(page, "Fortsätt")
    page.get_by_label("Gjort hittills").fill("Ytan stängdes samma kväll.")
    press(page, "Fortsätt")
    expect(page.get_by_role("heading", level=1)).to_have_text("Kontrollera dina svar")
    press(page, "Skicka svaren")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tack. Vi har fått det ni berättade.")
    return page.locator("#code-text").inner_text()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_from_the_link_to_a_clock_that_counts_from_when_we_were_told(
    small_world: World, serve: Serve, visit: Visits, javascript: bool
) -> None:
    world, address = small_world, serve(small_world.app)
    token = Supplier(world).link()
    told_at = world.now
    page = visit(PHONE, javascript=javascript)
    code = tell(page, address, token)
    page.reload()  # the answer to a post: the browser sends it again, and gets the same receipt
    expect(page.locator("#code-text")).to_have_text(code)
    world.later(hours=2)
    page.goto(f"{address}/tell/{token}/told")
    page.get_by_label("Kod", exact=True).fill(code.lower())
    press(page, "Visa vad vi har berättat")
    press(page, "Lägg till eller ändra")
    expect(page.get_by_label("Berätta vad ni vet")).to_have_value(STORY)
    for _ in range(2):
        press(page, "Fortsätt")
    page.get_by_label("Personer, ungefär").fill("1350")
    for _ in range(2):
        press(page, "Fortsätt")
    press(page, "Skicka svaren")
    expect(page.get_by_text("Inget ni har berättat tidigare har skrivits över.")).to_be_visible()
    the_manager_sees_it(world, visit, address, told_at + timedelta(hours=72))


def the_manager_sees_it(world: World, visit: Visits, address: str, due: object) -> None:
    """The deadline by our own moment, theirs beside it, and the numbered answers with what is new."""
    page = visit(DESKTOP)
    with world.change() as session:
        token = open_session(session, world.users[Role.MANAGER], world.now)
    page.context.add_cookies([{"name": "vaka", "value": token, "url": address}])
    page.goto(f"{address}/incidents")
    reference = re.findall(r"PUI-2026-\w{4}", page.content())[0]
    assert Case.of(world, reference).due() == due
    page.goto(f"{address}/incidents/{reference}")
    expect(page.get_by_text("70 h 00 min kvar").first).to_be_visible()
    expect(page.get_by_text("De fick vetskap: lör 21 nov 2026 18:00 CET.")).to_be_visible()
    page.get_by_role("link", name="Se vad de har berättat").click()
    expect(page.get_by_role("heading", name=NAME)).to_be_visible()
    expect(page.get_by_role("heading", name="Ändrat sedan sist")).to_have_count(1)
    expect(page.get_by_text("Personer: 1\u202f350")).to_be_visible()


@pytest.mark.parametrize("language", ["sv-SE", "en-GB"])
def test_axe_finds_nothing_on_the_pages_of_a_supplier(
    small_world: World, serve: Serve, visit: Visits, language: str
) -> None:
    world, address = small_world, serve(small_world.app)
    supplier = Supplier(world)
    asked = supplier.asked_about(Case(world).take().reference)
    page = visit(PHONE, language=language)
    seen = 0
    for path in ("/tell/nobody-made-it", f"/tell/{asked}/told", f"/tell/{asked}"):
        page.goto(address + path)
        assert axe_findings(page) == [], path
        seen += 1
    page.locator("main form button").first.click()
    page.locator("#report button.ds-button").first.click()
    assert axe_findings(page) == [], "the first page refused"
    page.locator("[name=what_happened_kind]").first.check()
    page.locator("[name=what_happened_text]").fill(STORY)
    for number in range(2, 6):
        page.locator("#report button.ds-button").first.click()
        assert axe_findings(page) == [], f"page {number}"
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        seen += 1
    page.locator("button[formaction$=send]").click()
    assert axe_findings(page) == [], "receipt"
    assert seen == 7
