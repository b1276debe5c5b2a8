"""A notice by e-mail on a phone: read, signed, and settled when nobody knows whether it arrived."""

import pytest
from playwright.sync_api import Page

from core.access import Role
from identity.sessions import open_session
from tests.fixtures.browser import PHONE, Visits, axe_findings
from tests.fixtures.serving import Serve
from tests.fixtures.smtp import Postbox
from tests.fixtures.world import World
from tests.incidents.cases import PASSWORD
from tests.incidents.notice_mails import DENMARK, Sender, through

pytestmark = pytest.mark.browser


def test_a_person_sends_the_notice_and_settles_the_doubt(
    small_world: World, postbox: Postbox, visit: Visits, serve: Serve
) -> None:
    world = small_world
    world.settings = through(world, postbox)
    sender = Sender(world, postbox)
    address = serve(world.app)
    page = signed_in(world, visit, address)
    page.goto(f"{address}{sender.case.path}/authority")
    page.get_by_role("link", name="Skicka med e-post från Vaka").click()
    confirm(page)
    page.get_by_role("heading", name="Mejlet går i väg").wait_for()
    postbox.hang_up_on.add(DENMARK)
    sender.leave()
    page.goto(f"{address}{sender.case.path}")
    page.get_by_role("link", name="Red ut om den kom fram").click()
    page.get_by_role("heading", name="Ingen vet om mejlet kom fram").wait_for()
    assert fits(page)
    page.get_by_label("Hur vet du det?").fill("Myndigheten har bekräftat det.")
    page.get_by_role("button", name="Anteckna att det kom fram").click()
    page.get_by_role("heading", name="Fas 1 är skickad").wait_for()
    assert len(sender.letters()) == 1
    assert sender.filing() is not None


def confirm(page: Page) -> None:
    """Everything that leaves is on the page; what is forgotten is asked for, and what was written stays."""
    page.get_by_label("Varför inte den vanliga vägen?").fill("Vi har ingen dansk inloggning.")
    page.get_by_label("Ditt lösenord").fill(PASSWORD)
    page.get_by_role("button", name="Skicka anmälan").click()
    page.get_by_role("heading", name="Något behöver rättas").wait_for()
    assert page.get_by_label("Varför inte den vanliga vägen?").input_value() == "Vi har ingen dansk inloggning."
    assert fits(page)
    page.get_by_label("Skicka bilagorna okrypterade").check()
    page.get_by_label("Ditt lösenord").fill(PASSWORD)
    page.get_by_role("button", name="Skicka anmälan").click()


def fits(page: Page) -> bool:
    """Nothing sticks out of a phone, and axe has nothing against it."""
    return page.evaluate("document.documentElement.scrollWidth") <= PHONE and axe_findings(page) == []


def signed_in(world: World, visit: Visits, address: str) -> Page:
    page = visit(PHONE)
    with world.change() as session:
        token = open_session(session, world.users[Role.MANAGER], world.now)
    page.context.add_cookies([{"name": "vaka", "value": token, "url": address}])
    return page
