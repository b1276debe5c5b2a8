"""The clocks as people use them: an alarm that moves on, a later awareness, a late filing, the strip and the board."""

from collections import Counter

import pytest
from playwright.sync_api import Page, expect

from core.access import Role
from identity.sessions import open_session
from incidents.jobs import tick
from incidents.standing_panel import save_panel
from tests.fixtures.browser import DESKTOP, PHONE, Visits, axe_findings
from tests.fixtures.serving import Serve
from tests.fixtures.world import World
from tests.incidents.cases import PASSWORD, Case
from tests.incidents.first_notice import file_first, release_first
from tests.incidents.test_awareness import panel_of
from tests.incidents.test_clock_choices import bound_by

pytestmark = pytest.mark.browser


def signed_in(
    world: World, visit: Visits, address: str, key: str, width: int = DESKTOP, *, javascript: bool = True
) -> Page:
    page = visit(width, javascript=javascript)
    with world.change() as session:
        token = open_session(session, world.users[key], world.now)
    page.context.add_cookies([{"name": "vaka", "value": token, "url": address}])
    return page


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without"])
def test_the_manager_ignores_an_alarm_and_the_deputy_gets_and_acknowledges_it(
    small_world: World, visit: Visits, serve: Serve, javascript: bool
) -> None:
    world, address = small_world, serve(small_world.app)
    case = Case(world).take().classify()
    tick(world.database, world.later(hours=48))
    first = Counter(case.told("level_L3"))
    assert (first[Role.MANAGER], first[Role.DEPUTY]) == (1, 1)
    tick(world.database, world.later(minutes=31))
    assert Counter(case.told("level_L3")) - first == Counter([Role.DEPUTY])

    deputy = signed_in(world, visit, address, Role.DEPUTY, PHONE, javascript=javascript)
    deputy.goto(f"{address}{case.path}")
    deputy.get_by_role("heading", name="Ett larm väntar på svar").wait_for()
    deputy.get_by_role("button", name="Kvittera").click()
    deputy.get_by_role("heading", name="Du har kvitterat larmet").wait_for()
    if javascript:
        assert axe_findings(deputy) == []

    manager = signed_in(world, visit, address, Role.MANAGER)
    manager.goto(f"{address}/clocks")
    expect(manager.get_by_text("Kvitterat av Johan Lind")).to_be_visible()
    tick(world.database, world.later(hours=2))
    assert case.told("level_L3").count(Role.HEAD) == first[Role.HEAD]  # it would have moved on to the head by now


def test_awareness_moves_later_when_the_chair_agrees(small_world: World, visit: Visits, serve: Serve) -> None:
    world, address = small_world, serve(small_world.app)
    with world.change() as session:
        save_panel(session, world.actor(Role.MANAGER), panel_of(world), world.now)
    bound_by(world, "nis2")
    case = Case(world).take().classify()
    world.later(hours=40)

    manager = signed_in(world, visit, address, Role.MANAGER)
    manager.goto(f"{address}{case.path}/aware")
    manager.get_by_label("Datum").first.fill("2026-11-23")
    manager.get_by_label("Tid", exact=True).first.fill("20:05")
    manager.get_by_role("button", name="Visa fristerna").click()
    manager.get_by_role("heading", name="Vetskap mån 23 nov 2026 20:05 CET").wait_for()
    row = manager.get_by_role("row", name="Anmäl till tillsynsmyndigheten")
    expect(row).to_contain_text("ons 25 nov 2026 14:05 CET")
    expect(row).to_contain_text("tors 26 nov 2026 20:05 CET")
    assert case.now().aware_at is None
    assert axe_findings(manager) == []
    manager.get_by_role("button", name="Spara tiden").click()
    manager.get_by_role("heading", name="Något behöver rättas").wait_for()
    manager.get_by_label("Varför ändras tiden?").fill("Mottagaren svarade först då att filen var öppnad.")
    manager.get_by_role("button", name="Spara tiden").click()
    expect(manager.locator(".case-head .clock")).to_contain_text("mån 23 nov 2026 14:05 CET")

    chair = signed_in(world, visit, address, Role.COMMISSIONER, PHONE)
    with world.look() as session:
        step = case.row(session).reference
    chair.goto(f"{address}/incidents/{step}")
    chair.get_by_role("link", name="Läs och skriv under").click()
    expect(chair.get_by_text("30 h 00 min från rapporten till vetskap")).to_be_visible()
    chair.locator("label:has(input[value=sign])").click()
    chair.get_by_label("Ditt lösenord").fill(PASSWORD)
    chair.get_by_role("button", name="Lämna svaret").click()
    chair.wait_for_url(f"**{case.path}")
    manager.reload()
    expect(manager.locator(".case-head .clock")).to_contain_text("tis 24 nov 2026 20:05 CET")
    expect(manager.get_by_role("heading", name="Lång tid från rapport till vetskap")).to_be_visible()


def test_a_late_filing_asks_for_its_reasons_and_says_by_how_much(
    small_world: World, visit: Visits, serve: Serve
) -> None:
    world, address = small_world, serve(small_world.app)
    case = Case(world).take().classify()
    world.later(hours=70)
    release_first(case)
    world.later(hours=5, minutes=10)
    page = signed_in(world, visit, address, Role.MANAGER)
    page.goto(f"{address}{case.path}/authority/file")
    expect(page.get_by_text("Fristen gick ut för 3 h 10 min sedan.")).to_be_visible()
    page.get_by_label("Datum").fill("2026-11-25")
    page.get_by_label("Tid", exact=True).fill("17:15")
    page.get_by_role("button", name="Anteckna anmälan").click()
    page.get_by_role("heading", name="Något behöver rättas").wait_for()
    page.get_by_label("Varför är den sen?").fill("Portalen låg nere.")
    page.get_by_role("button", name="Anteckna anmälan").click()
    page.get_by_role("heading", name="Anteckna att den är skickad").wait_for(state="detached")
    page.goto(f"{address}{case.path}")
    expect(page.locator(".case-head .clock")).to_contain_text("Anmäld 3 h 10 min för sent")
    expect(page.locator(".case-head .clock")).to_contain_text("komplettera senast")


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_the_strip_the_board_and_the_page_of_the_clocks(
    small_world: World, visit: Visits, serve: Serve, width: int
) -> None:
    world, address = small_world, serve(small_world.app)
    bound_by(world, "nis2", "promise", "processor")
    case = Case(world).take().classify()
    world.later(hours=50)
    file_first(case)
    world.later(hours=3)
    page = signed_in(world, visit, address, Role.MANAGER, width)
    page.goto(f"{address}{case.path}/clocks")
    assert page.locator("svg.pic:visible").count() == 2
    page.get_by_text("Bilden som tabell").first.click()
    expect(page.get_by_role("row", name="Fas 1 skickad").first).to_contain_text("tis 24 nov 2026 16:05 CET")
    assert axe_findings(page) == []
    page.get_by_role("link", name="Markera gjord").first.click()
    page.get_by_role("heading", level=2).first.wait_for()
    assert axe_findings(page) == []
    page.goto(f"{address}/clocks")
    assert page.locator("tr.group").count() == 4
    assert axe_findings(page) == []


def test_a_clock_counts_on_in_silence_and_speaks_at_a_mark(small_world: World, visit: Visits, serve: Serve) -> None:
    world, address = small_world, serve(small_world.app)
    case = Case(world).take()
    world.later(hours=47, minutes=49, seconds=30)
    page = signed_in(world, visit, address, Role.MANAGER)
    page.clock.install()
    page.goto(f"{address}{case.path}")
    clock, status = page.locator(".case-head .clock"), page.locator("#sr-status")
    expect(clock).to_contain_text("24 h 10 min kvar")
    assert (clock.get_attribute("role"), clock.get_attribute("aria-live")) == ("timer", "off")
    page.clock.fast_forward("05:00")
    expect(clock).to_contain_text("24 h 05 min kvar")
    assert (clock.get_attribute("data-level"), status.text_content()) == ("calm", "")
    page.clock.fast_forward("06:00")
    expect(clock).to_contain_text("23 h 59 min kvar")
    assert clock.get_attribute("data-level") == "soon"
    page.clock.run_for(100)
    expect(status).to_have_text("Snart: 23 h 59 min kvar")
