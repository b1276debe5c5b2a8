"""Job J2 (ux section 4): from the queue to a first notice that can be handed over, taking and classifying included."""

import pytest
from playwright.sync_api import Page

from core.access import Role
from identity.sessions import open_session
from tests.fixtures.browser import DESKTOP, Visits
from tests.fixtures.effort import Budget, Effort
from tests.fixtures.serving import Serve
from tests.fixtures.world import World
from tests.incidents.reporting import reported

pytestmark = pytest.mark.browser
NOTIFY = Budget(fields=12, clicks=25, pages=8, seconds=420)
DIFFERENT_PAGES = 4


def test_j2_from_the_queue_to_a_first_notice(small_world: World, visit: Visits, serve: Serve) -> None:
    world, address = small_world, serve(small_world.app)
    reported(world)
    page = visit(DESKTOP)
    with world.change() as session:
        token = open_session(session, world.users[Role.MANAGER], world.now)
    page.context.add_cookies([{"name": "vaka", "value": token, "url": address}])
    effort = Effort(page, "J2")
    page.goto(f"{address}/incidents")
    seen: list[str] = []
    page.on("framenavigated", lambda frame: seen.append(frame.url.partition("?")[0]))
    effort.start()
    take_and_classify(page, effort)
    write_first_notice(page, effort)
    taken = effort.taken()
    print(taken.line(NOTIFY))  # noqa: T201
    assert taken.over(NOTIFY) == []
    assert len(set(seen)) <= DIFFERENT_PAGES


def take_and_classify(page: Page, effort: Effort) -> None:
    page.get_by_role("button", name="Ta hand om rapporten").first.click()
    page.get_by_role("link", name="Klassificera").first.click()
    effort.write("Titel", "Kundlista till fel företag")
    page.locator("label:has(input[name=subject_groups][value=customers])").click()
    page.get_by_role("button", name="Spara klassningen").click()


def write_first_notice(page: Page, effort: Effort) -> None:
    """What only a person knows; the rest stands there already."""
    page.get_by_role("link", name="Myndighet").first.click()
    page.get_by_role("button", name="Börja anmälan").click()
    for question, answer in (("38", "no"), ("50", "controller"), ("113", "no")):
        page.locator(f"label:has(input[name=q{question}][value={answer}])").click()
    effort.write("Upptäckten, beskrivning", "En kollega märkte det.")
    effort.write("Åtgärder för att hantera och lindra", "Mottagaren har raderat listan.")
    page.get_by_role("button", name="Spara", exact=True).click()
    page.get_by_role("heading", name="Den första anmälan kan lämnas för godkännande").wait_for()
