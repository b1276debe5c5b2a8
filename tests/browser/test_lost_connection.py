"""A lost connection while saving: nothing typed is lost, and the same press works when the line is back."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Dialog, Page, Route, expect

from core.access import Role
from identity.sessions import open_session
from incidents import notifying
from notifications.filings import answers_of, filings, notices
from tests.fixtures.browser import DESKTOP, PHONE, Visits
from tests.fixtures.serving import Serve
from tests.fixtures.world import World
from tests.incidents.bench import PASSWORD, Bench
from tests.incidents.cases import Case
from tests.incidents.first_notice import release_first

pytestmark = pytest.mark.browser
STORY = "Två kundlistor gick till fel företag.\nMottagaren har svarat."
LOST = "Inte sparat: inget svar från servern. Det du skrev står kvar. Försök igen."
Cut = Callable[[Page], None]


@dataclass
class Desk:
    """The manager at one page of a case."""

    world: World
    case: Case
    page: Page
    address: str

    def open(self, path: str) -> Page:
        self.page.goto(f"{self.address}{self.case.path}{path}")
        return self.page

    def written(self, number: int) -> str:
        with self.world.look() as session:
            return answers_of(session, notices(session, self.case.row(session).id)[-1])[number].text


Sit = Callable[..., Desk]


@pytest.fixture
def sit(small_world: World, visit: Visits, serve: Serve) -> Sit:
    def sit(case: Case, width: int = DESKTOP, *, javascript: bool = True) -> Desk:
        address, page = serve(small_world.app), visit(width, javascript=javascript)
        with small_world.change() as session:
            token = open_session(session, small_world.users[Role.MANAGER], small_world.now)
        page.context.add_cookies([{"name": "vaka", "value": token, "url": address}])
        return Desk(small_world, case, page, address)

    return sit


@pytest.fixture
def begun(small_world: World) -> Case:
    case = Case(small_world).take().classify()
    case.do(lambda session, actor, one, now: notifying.draft(session, actor, one, "imy", now), Role.MANAGER)
    return case


def offline(page: Page) -> None:
    page.context.set_offline(True)


def refused(page: Page) -> None:
    page.route("**/authority/**", lambda route: route.abort("connectionrefused"))


def gateway(page: Page) -> None:
    def answer(route: Route) -> None:
        route.fulfill(status=502, content_type="text/html", body="<h1>502 Bad Gateway</h1>")

    page.route("**/authority/**", answer)


def back(page: Page) -> None:
    page.context.set_offline(False)
    page.unroute_all()


@pytest.mark.parametrize(("cut", "width"), [(offline, PHONE), (refused, DESKTOP), (gateway, PHONE)])
def test_the_notice_stays_as_it_was_typed_and_is_saved_when_the_server_answers(
    begun: Case, sit: Sit, cut: Cut, width: int
) -> None:
    desk = sit(begun, width)
    page = desk.open("/authority/edit")
    write(page, STORY)
    cut(page)
    page.get_by_role("button", name="Spara", exact=True).click()
    expect(page.locator("form .not-saved")).to_have_text(LOST)
    expect(page.locator("#sr-status")).to_have_text(LOST)
    expect(page.locator("[name=q62]")).to_have_value(STORY)
    assert page.url.endswith("/authority/edit")
    assert desk.written(62) != STORY
    back(page)
    page.get_by_role("button", name="Spara", exact=True).click()
    page.wait_for_url(f"**{begun.path}/authority")
    assert desk.written(62) == STORY


def test_what_is_wrong_is_shown_in_place_and_saving_goes_on(begun: Case, sit: Sit) -> None:
    desk = sit(begun)
    page = desk.open("/authority/edit")
    write(page, STORY)
    page.locator("[name=q48_time]").fill("")
    page.get_by_role("button", name="Spara och lämna för godkännande").click()
    expect(page.locator(".ds-error-summary")).to_be_focused()
    expect(page.locator("[name=q62]")).to_have_value(STORY)
    refused(page)
    page.locator("[name=q48_time]").fill("14:05")
    page.get_by_role("button", name="Spara", exact=True).click()
    expect(page.locator("form .not-saved")).to_be_visible()
    back(page)
    page.get_by_role("button", name="Spara och skriv vidare").click()
    expect(page.locator(".ds-error-summary")).to_have_count(0)
    page.wait_for_load_state()
    assert desk.written(62) == STORY


def test_leaving_asks_only_when_something_is_unsaved(begun: Case, sit: Sit) -> None:
    page = sit(begun).open("/authority/edit")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.locator("a.ref").first.click()
    page.wait_for_url(f"**{begun.path}")
    assert asked == []
    page.go_back()
    write(page, STORY)
    page.locator("a.ref").first.click(no_wait_after=True)
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    expect(page.locator("[name=q62]")).to_have_value(STORY)
    page.get_by_role("link", name="Tillbaka utan att spara").click()
    page.wait_for_url(f"**{begun.path}/authority")
    assert asked == ["beforeunload"]


@pytest.mark.parametrize("cookie", ["kept", "gone"])
def test_a_session_that_ended_while_writing_takes_nothing(begun: Case, sit: Sit, cookie: str) -> None:
    desk = sit(begun)
    page = desk.open("/authority/edit")
    write(page, STORY)
    desk.world.later(minutes=31)
    if cookie == "gone":
        page.context.clear_cookies()
    page.get_by_role("button", name="Spara", exact=True).click()
    page.get_by_role("heading", name="Du blev utloggad").wait_for()
    page.get_by_label("E-postadress").fill("manager@nordhamn.example")
    page.get_by_label("Lösenord").fill(PASSWORD)
    offline(page)
    page.get_by_role("button", name="Logga in").click()
    expect(page.locator("form .not-saved")).to_have_text(LOST)
    back(page)
    page.get_by_role("button", name="Logga in").click()
    page.get_by_role("button", name="Skicka det jag skrev").click()
    page.wait_for_url(f"**{begun.path}/authority")
    assert desk.written(62).replace("\r", "") == STORY


def test_a_filing_keeps_its_receipt_until_it_is_recorded(begun: Case, sit: Sit) -> None:
    release_first(begun)
    desk = sit(begun)
    page = desk.open("/authority/file")
    page.locator("[name=filed_at_date]").fill("2026-11-22")
    page.locator("[name=filed_at_time]").fill("14:05")
    page.locator("[name=authority_reference]").fill("IMY-2026-1")
    page.locator("[name=receipt]").set_input_files({"name": "kvitto.pdf", "mimeType": "application/pdf",
                                                   "buffer": b"%PDF-1.4 confirmation"})  # fmt: skip
    refused(page)
    page.get_by_role("button", name="Anteckna anmälan").click()
    expect(page.locator("form .not-saved")).to_have_text(LOST)
    expect(page.locator("[name=authority_reference]")).to_have_value("IMY-2026-1")
    back(page)
    page.get_by_role("button", name="Anteckna anmälan").click()
    page.wait_for_url(f"**{begun.path}/authority")
    with desk.world.look() as session:
        assert filings(session, begun.row(session).id)[0].receipt_file_id


def test_a_decision_keeps_its_reasons_until_it_is_signed(small_world: World, sit: Sit) -> None:
    bench = Bench(small_world)
    bench.convene()
    for key in ("commissioner", "per", "leila"):
        bench.vote(key, "risk")
    desk = sit(Case.of(small_world, bench.reference))
    page = desk.open("/decision")
    page.locator("[name=reasons]").fill(STORY)
    page.locator("[name=password]").fill(PASSWORD)
    offline(page)
    page.get_by_role("button", name="Skriv under beslutet").click()
    expect(page.locator("form .not-saved")).to_have_text(LOST)
    expect(page.locator("[name=reasons]")).to_have_value(STORY)
    back(page)
    page.get_by_role("button", name="Skriv under beslutet").click()
    page.locator("#signed").wait_for()


def test_without_scripts_the_way_back_leads_to_the_form_as_it_was_typed(begun: Case, sit: Sit) -> None:
    page = sit(begun, javascript=False).open("/authority/edit")
    write(page, STORY)
    page.wait_for_timeout(1500)  # a browser writes down what is typed about once a second
    offline(page)
    page.get_by_role("button", name="Spara", exact=True).click()
    page.wait_for_url("chrome-error://**")
    back(page)
    page.go_back()
    expect(page.locator("[name=q62]")).to_have_value(STORY)
    page.get_by_role("button", name="Spara", exact=True).click()
    page.wait_for_url(f"**{begun.path}/authority")


def write(page: Page, text: str) -> None:
    for name in ("q62", "q48_time"):
        fold = page.locator(f"details:has([name={name}]):not([open]) > summary")
        if fold.count():
            fold.click()
    page.locator("[name=q62]").fill(text)
