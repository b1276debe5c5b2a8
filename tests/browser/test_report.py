"""Job J1 of the interaction budget: from link to receipt on a phone, with scripts and without; then the thread."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from core.access import Role
from tests.fixtures.browser import PHONE, Visits, axe_findings
from tests.fixtures.serving import Serve
from tests.fixtures.world import World

pytestmark = pytest.mark.browser
TAPS, FIRST_LOAD = 18, 60_000
STORY = "Jag mejlade kundlistan till fel företag."


class Thumb:
    """Taps and counts, as a reporter would."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.taps = 0

    def tap(self, name: str, role: Any = "radio") -> None:
        self.page.get_by_role(role, name=name, exact=True).first.click()
        self.taps += 1

    def write(self, label: str, text: str) -> None:
        self.page.get_by_label(label).fill(text)
        self.taps += 1

    def go_on(self) -> None:
        self.tap("Fortsätt", "button")


def report(page: Page, address: str) -> int:
    """Answer the seven questions and send; says how many taps it took."""
    page.goto(f"{address}/r/nordhamn")
    thumb = Thumb(page)
    thumb.tap("Skickat till fel mottagare")
    thumb.write("Berätta kort", STORY)
    thumb.go_on()
    thumb.tap("Tidigare i dag")
    expect(page.get_by_label("Ungefär klockan")).to_be_visible()
    expect(page.get_by_label("Dag, om det var en annan dag")).to_be_hidden()
    thumb.tap("Ja")
    thumb.go_on()
    thumb.tap("Namn, adress, e-post, telefon", "checkbox")
    thumb.tap("Vet inte", "checkbox")
    thumb.tap("11 till 100")
    thumb.go_on()
    thumb.tap("Med e-post")
    thumb.write("Din e-postadress eller ditt telefonnummer", "rut@example.com")
    thumb.go_on()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kontrollera dina svar")
    thumb.tap("Skicka rapporten", "button")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tack. Vi har din rapport.")
    return thumb.taps


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_from_the_link_to_an_answered_question(
    small_world: World, serve: Serve, visit: Visits, javascript: bool
) -> None:
    address = serve(small_world.app)
    page = visit(PHONE, javascript=javascript)
    assert report(page, address) <= TAPS
    code = page.locator("#code-text").inner_text()
    assert re.fullmatch(r"([0-9A-Z]{4} ){6}[0-9A-Z]{2}", code)
    page.reload()  # the answer to a post: the browser sends it again, and gets the same receipt
    expect(page.locator("#code-text")).to_have_text(code)
    with page.expect_download() as kept:
        page.get_by_role("button", name="Spara koden").click()
    assert code in kept.value.path().read_text("utf-8")
    page.get_by_role("button", name="Följ rapporten").click()
    assert page.url == f"{address}/status/report"
    page.get_by_label("Lägg till en uppgift").fill("Filen hade 30 rader.")
    page.get_by_role("button", name="Skicka", exact=True).click()
    expect(page.get_by_text("Filen hade 30 rader.")).to_be_visible()
    ask(small_world, "Vem fick filen?")
    page.get_by_role("button", name="Lämna sidan").click()
    page.get_by_label("Kod", exact=True).fill(code.lower())
    page.get_by_role("button", name="Visa rapporten").click()
    expect(page.get_by_text("Vem fick filen?")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth") if javascript else True


def ask(world: World, text: str) -> None:
    """The manager writes to the reporter of the only case."""
    manager = world.client(Role.MANAGER)
    reference = re.search(r"PUI-2026-\w{4}", manager.get("/incidents").text)
    assert reference
    assert manager.post(f"/incidents/{reference[0]}/thread", data={"text": text}).status_code == 303


def test_going_back_and_changing_the_language_loses_no_answer(small_world: World, serve: Serve, visit: Visits) -> None:
    page = visit(PHONE, javascript=False)
    page.goto(f"{serve(small_world.app)}/r/nordhamn")
    page.get_by_label("Publicerat av misstag").check()
    page.get_by_label("Berätta kort").fill(STORY)
    page.get_by_role("button", name="en", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Report what has happened")
    expect(page.get_by_label("Published by mistake")).to_be_checked()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Back").click()
    expect(page.get_by_label("Tell us briefly")).to_have_value(STORY)


def test_the_enter_key_goes_on(small_world: World, serve: Serve, visit: Visits) -> None:
    page = visit(PHONE)
    page.goto(f"{serve(small_world.app)}/r/nordhamn")
    page.get_by_label("Publicerat av misstag").check()
    page.get_by_label("Berätta kort").fill(STORY)
    page.get_by_label("Publicerat av misstag").press("Enter")
    expect(page.get_by_text("Sida 2 av 4")).to_be_visible()


def test_the_first_page_is_light(small_world: World, serve: Serve, visit: Visits) -> None:
    page, weights = visit(PHONE), dict[str, int]()
    page.on("response", lambda answer: weights.update({answer.url: len(answer.body())}))
    page.goto(f"{serve(small_world.app)}/r/nordhamn", wait_until="networkidle")
    ours = {url: weight for url, weight in weights.items() if "/vendor/designsystemet" not in url}
    assert sum(ours.values()) <= FIRST_LOAD, ours
    assert not [url for url in weights if "htmx" in url]


def test_axe_finds_nothing_on_the_pages_of_a_reporter(small_world: World, serve: Serve, visit: Visits) -> None:
    address = serve(small_world.app)
    page = visit(PHONE)
    page.goto(f"{address}/r/nordhamn")
    assert axe_findings(page) == []
    page.get_by_role("button", name="Fortsätt").click()
    assert axe_findings(page) == []
    report(page, address)
    assert axe_findings(page) == []
    page.get_by_role("button", name="Följ rapporten").click()
    assert axe_findings(page) == []
