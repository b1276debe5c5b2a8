"""A notice from its first, incomplete phase to the complete one, in the browser: every step stands in the log, and the
bytes that are kept are the ones whose digest it holds. A late one says by how much and why; one is withdrawn.
"""

import hashlib
import json
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from core.access import Role
from core.audit.models import AuditEntry
from core.audit.verify import verify
from identity.sessions import open_session
from notifications.authorities import AUTHORITIES
from notifications.edpb.answers import Answer, Answers, known
from notifications.edpb.exchange import from_json
from notifications.filings import answers_of, notices
from tests.fixtures.browser import DESKTOP, Visits
from tests.fixtures.serving import Serve
from tests.fixtures.world import World
from tests.incidents.cases import Case
from tests.incidents.test_notifying import COMPLETE, READY

pytestmark = pytest.mark.browser
RECEIPT = b"%PDF-1.4 IMY har tagit emot er anmalan."
WHY = "E-tjänsten låg nere hela natten."


class Office:
    """The people of the company, each in a browser of their own, at the notice of one case."""

    def __init__(self, world: World, address: str, visit: Visits) -> None:
        self.world, self.case = world, Case(world).take().classify()
        self.address, self.base = address, f"{address}{self.case.path}/authority"
        self.pages: dict[str, Page] = {key: visit(DESKTOP) for key in (Role.MANAGER, Role.APPROVER)}

    def at(self, key: str, path: str = "") -> Page:
        """A page of the notice; whoever was away so long is signed in again."""
        page = self.pages[key]
        with self.world.change() as session:
            token = open_session(session, self.world.users[key], self.world.now)
        page.context.add_cookies([{"name": "vaka", "value": token, "url": self.address}])
        page.goto(self.base + path)
        return page

    def begin(self) -> None:
        page = self.at(Role.MANAGER)
        page.get_by_role("button", name="Börja anmälan").click()
        page.wait_for_url("**/authority/edit")
        self.fill(READY)

    def fill(self, answers: Answers) -> None:
        """What a person would tick and type; the sections are opened first."""
        page = self.pages[Role.MANAGER]
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        for number, answer in answers.items():
            field = page.locator(f"main [name=q{number}]")
            match field.first.get_attribute("type") or field.first.evaluate("one => one.localName"):
                case "checkbox":
                    for box in field.all():
                        box.set_checked(box.get_attribute("value") in answer.values)
                case "radio":
                    field.and_(page.locator(f"[value={answer.text}]")).check()
                case "select":
                    field.select_option(answer.text)
                case _:
                    field.fill(answer.text)

    def hand_over(self) -> None:
        page = self.pages[Role.MANAGER]
        page.get_by_role("button", name="Spara och lämna för godkännande").click()
        page.get_by_role("heading", name="Anmälan väntar på godkännande").wait_for()

    def release(self) -> None:
        page = self.at(Role.APPROVER)
        page.get_by_role("button", name="Godkänn anmälan").click()
        page.get_by_role("heading", name="Anmälan är godkänd").wait_for()

    def file(self, number: str = "", reasons: str = "") -> Page:
        """As sent at this moment, with a receipt."""
        page = self.at(Role.MANAGER, "/file")
        local = self.world.now.astimezone(ZoneInfo("Europe/Stockholm"))
        page.locator("input[name=filed_at_date]").fill(f"{local:%Y-%m-%d}")
        page.locator("input[name=filed_at_time]").fill(f"{local:%H:%M}")
        page.locator("input[name=authority_reference]").fill(number)
        page.locator("input[name=receipt]").set_input_files(
            {"name": "kvittens.pdf", "mimeType": "application/pdf", "buffer": RECEIPT}
        )
        if reasons:
            page.locator("textarea[name=delay_reasons]").fill(reasons)
        page.get_by_role("button", name="Anteckna anmälan").click()
        return page

    def logged(self, action: str) -> list[dict[str, Any]]:
        """The facts of each entry of this kind, in the order of the log."""
        with self.world.look() as session:
            rows = session.scalars(select(AuditEntry.entry).where(AuditEntry.action == action).order_by(AuditEntry.seq))
            return [json.loads(row)["facts"] for row in rows]


@pytest.fixture
def office(small_world: World, visit: Visits, serve: Serve) -> Office:
    return Office(small_world, serve(small_world.app), visit)


def test_a_notice_goes_in_phases_and_the_log_proves_each_step_and_the_bytes(office: Office) -> None:
    first_phase(office)
    supplement(office)
    assert [action for action in office.case.log() if action.startswith("notice:")] == [
        "notice:drafted", "notice:edited", "notice:submitted", "notice:approved", "notice:edited", "notice:submitted",
        "notice:approved", "notice:filed", "notice:drafted", "notice:edited", "notice:submitted", "notice:approved",
        "notice:filed",
    ]  # fmt: skip
    assert [facts["voided"] for facts in office.logged("notice:edited")] == [False, True, False]
    bytes_are_the_ones_of_the_log(office)


def first_phase(office: Office) -> None:
    """Incomplete, inside the limit; an edit takes the release away, and it is released anew."""
    office.begin()
    office.hand_over()
    office.release()
    page = office.at(Role.MANAGER, "/edit")
    expect(page.get_by_role("heading", name="En ändring tar bort godkännandet")).to_be_visible()
    office.fill({62: known("En kundlista gick till två företag.")})
    page.get_by_role("button", name="Spara", exact=True).click()
    expect(page.get_by_role("heading", name="Den första anmälan kan lämnas för godkännande")).to_be_visible()
    expect(page.get_by_role("link", name="Anteckna att den är skickad")).to_have_count(0)
    office.at(Role.MANAGER, "/edit")
    office.hand_over()
    office.release()
    office.world.later(hours=3)
    sent = office.file("IMY-2026-4711")
    expect(sent.get_by_role("heading", name="Fas 1 är skickad")).to_be_visible()
    expect(sent.get_by_text("Anmäld i tid").first).to_be_visible()
    assert downloaded(sent, "Hämta kvittensen") == RECEIPT


def supplement(office: Office) -> None:
    """Only what is new is marked at the copy desk; then nothing is open any more."""
    page = office.at(Role.MANAGER)
    page.get_by_role("button", name="Börja en komplettering").click()
    page.wait_for_url("**/authority/edit")
    office.fill({number: answer for number, answer in COMPLETE.items() if number not in READY})
    office.hand_over()
    office.release()
    rows = office.at(Role.MANAGER, "/copy").locator("main tr:has(.kept[id^=a])")
    marks = {row.locator(".fno").inner_text(): "sedan fas 1" in row.inner_text() for row in rows.all()}
    assert marks == {heading: marked for heading, marked in news(office).items() if heading in marks}
    assert set(marks.values()) == {True, False}
    sent = office.file("IMY-2026-4711")
    expect(sent.get_by_role("heading", name="Fas 2 är skickad")).to_be_visible()
    assert office.case.now().authority_track == "complete"


def news(office: Office) -> dict[str, bool]:
    """The questions of the authority's form, and whether an answer to one differs from the phase before."""
    with office.world.look() as session:
        first, second = (answers_of(session, one) for one in notices(session, office.case.now().id))
    changed = {number for number, answer in second.items() if answer.values != first.get(number, Answer()).values}
    return {
        f"{one.number}\n{one.label.sv}".strip(): bool(changed & set(one.fields)) for one in AUTHORITIES["imy"].question
    }


def bytes_are_the_ones_of_the_log(office: Office) -> None:
    with office.world.look() as session:
        answers = [answers_of(session, notice) for notice in notices(session, office.case.now().id)]
        assert verify(session).result == "ok"
    page = office.at(Role.MANAGER)
    for number, facts in enumerate(office.logged("notice:filed")):
        text = downloaded(page, "JSON", number)
        assert hashlib.sha256(text).hexdigest() == facts["json_sha256"]
        assert hashlib.sha256(downloaded(page, "PDF", number)).hexdigest() == facts["pdf_sha256"]
        assert from_json(text.decode()) == answers[number]


def downloaded(page: Page, link: str, number: int = 0) -> bytes:
    """What a link in the list of what has been sent leads to."""
    with page.expect_download() as got:
        page.locator("section[aria-labelledby=sent]").get_by_role("link", name=link, exact=True).nth(number).click()
    return got.value.path().read_bytes()


def test_a_late_notice_says_by_how_much_and_why(office: Office) -> None:
    office.begin()
    office.pages[Role.MANAGER].get_by_role("button", name="Spara", exact=True).click()
    office.pages[Role.MANAGER].get_by_role("heading", name="Den första anmälan kan lämnas").wait_for()
    office.world.later(hours=74)
    page = office.at(Role.MANAGER)
    expect(page.get_by_role("link", name="Skäl till förseningen")).to_be_visible()
    office.at(Role.MANAGER, "/edit")
    office.fill({49: known(WHY)})
    office.hand_over()
    office.release()
    office.world.later(minutes=20)
    page = office.at(Role.MANAGER, "/file")
    expect(page.get_by_text("Fristen gick ut för 2 h 20 min sedan.")).to_be_visible()
    page = office.file()
    expect(page.get_by_text("Fristen hade gått ut då. Skriv skälen.").first).to_be_visible()
    page = office.file(reasons=WHY)
    expect(page.get_by_text("Skickad 2 h 20 min efter fristen")).to_be_visible()
    expect(page.get_by_text(WHY)).to_be_visible()
    assert [facts["late"] for facts in office.logged("notice:filed")] == [True]


def test_a_notice_is_withdrawn_with_its_reason_and_stays_on_record(office: Office) -> None:
    office.begin()
    office.hand_over()
    office.release()
    page = office.file("IMY-2026-4711")
    page.get_by_text("Återkalla anmälan").first.click()
    page.get_by_role("button", name="Återkalla anmälan").click()
    expect(page.get_by_text("Skriv varför anmälan återkallas.").first).to_be_visible()
    page.locator("textarea[name=reason]").fill("Mottagaren var en kollega.")
    page.get_by_role("button", name="Återkalla anmälan").click()
    expect(page.get_by_text("Återkallad").first).to_be_visible()
    expect(page.get_by_text("IMY-2026-4711")).to_be_visible()
    expect(page.get_by_role("button", name="Börja en komplettering")).to_have_count(0)
    assert office.case.log()[-1] == "notice:withdrawn"
    assert "kollega" not in json.dumps(office.logged("notice:withdrawn"))
