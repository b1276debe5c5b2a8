"""The main job from end to end, as people do it: a report from a phone, the commission, the authority, the people.

A real browser against a real server, a real database, and a real mail server that keeps what it accepts.
"""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.worker import JOBS, Worker
from core.access import Role
from core.audit.verify import verify
from identity.passwords import hashed
from incidents.standing_panel import PanelForm, save_panel
from risk.service import adopt
from tests.browser.test_report import report as send_report
from tests.fixtures.browser import DESKTOP, PHONE, Visits
from tests.fixtures.databases import Databases
from tests.fixtures.serving import Serve
from tests.fixtures.smtp import Postbox
from tests.fixtures.world import World, build

pytestmark = pytest.mark.browser
PASSWORD = "vakna stjärnor över hamnen"
PEOPLE = """\
namn;e-post;språk
Bäärit Testånder;baarit@post.example.com;sv
Eglė Netikrūnienė;egle@pavyzdys.example.com;lt
Zoë Exempelsson;zoe@post.example.com;en
"""

LETTER = {
    "what_happened_sv": "Vi skickade en lista med era adresser till fel företag.",
    "what_happened_en": "We sent a list with your addresses to the wrong company.",
    "what_happened_lt": "Išsiuntėme sąrašą su jūsų adresais ne tai įmonei.",
    "measures_sv": "Företaget har raderat filen.",
    "measures_en": "The company has erased the file.",
    "measures_lt": "Įmonė ištrynė failą.",
    "when_sv": "fredag 20 november 2026",
    "when_en": "Friday 20 November 2026",
    "when_lt": "2026 m. lapkričio 20 d., penktadienis",
    "data_sv": "namn\nadress",
    "data_en": "name\naddress",
    "data_lt": "vardas\nadresas",
}


class Office:
    """The company at work: its people sign in by name and password, its worker knocks when the test says so."""

    def __init__(self, world: World, address: str, visit: Visits, width: int) -> None:
        self.world, self.address, self.visit, self.width = world, address, visit, width
        self.worker = Worker(world.database, world.settings, clock=lambda: world.now)
        self.reference = ""

    def work(self) -> None:
        """One round of every job of the worker."""
        for job, _ in JOBS:
            job(self.worker)

    def open(self, key: str, path: str = "") -> Page:
        """A page of the case for somebody who signs in with the password."""
        page = self.visit(self.width)
        page.goto(f"{self.address}/sign-in")
        page.locator("input[name=email]").fill(self.world.users[key].email)
        page.locator("input[name=password]").fill(PASSWORD)
        page.get_by_role("button", name="Logga in").click()
        page.wait_for_url(lambda url: "/sign-in" not in url)
        if self.reference:
            page.goto(f"{self.address}/incidents/{self.reference}{path}")
        return page


@pytest.fixture(params=[PHONE, pytest.param(DESKTOP, marks=pytest.mark.long)], ids=["phone", "desktop"])
def office(
    request: pytest.FixtureRequest, databases: Databases, postbox: Postbox, serve: Serve, visit: Visits, tmp_path: Path
) -> Office:
    world = build(databases.fresh("sqlite"), tmp_path, smtp_url=postbox.url, mail_from="vaka@nordhamn.example")
    for key in ("second", "third"):
        world.user(Role.COMMISSIONER, f"Ledamot {key.title()}", key)
    secret = hashed(PASSWORD)
    with world.change() as session:
        for user in world.users.values():
            session.merge(user).password_hash = secret
        adopt(session, world.now)
        panel = PanelForm(chair=world.users[Role.COMMISSIONER].id, member_1=world.users["second"].id,
                          member_2=world.users["third"].id)  # fmt: skip
        save_panel(session, world.actor(Role.MANAGER), panel, world.now)
    return Office(world, serve(world.app), visit, request.param)


def test_the_main_job_from_a_report_to_people_told(office: Office, postbox: Postbox) -> None:
    reported(office, postbox)
    taken_and_classified(office)
    assessed_and_decided(office)
    notified(office)
    told(office, postbox)
    control_ticked(office)
    log_verified(office)


def reported(office: Office, postbox: Postbox) -> None:
    """From a phone, without an account; the manager and the deputy are alerted by mail."""
    page = office.visit(PHONE)
    send_report(page, office.address)
    found = re.search(r"PUI-2026-[0-9A-Z]{4}", page.content())
    assert found
    office.reference = found[0]
    office.work()
    alerted = {letter.recipients[0] for letter in postbox.letters}
    assert alerted == {"manager@nordhamn.example", "deputy@nordhamn.example", "rut@example.com"}
    assert all("fel företag" not in letter.text for letter in postbox.letters)
    assert office.reference in postbox.to("manager@nordhamn.example")[0].subject


def taken_and_classified(office: Office) -> None:
    page = office.open(Role.MANAGER)
    page.get_by_role("button", name="Ta hand om rapporten").first.click()
    page.goto(f"{office.address}/incidents/{office.reference}/classify")
    page.locator("input[name=title]").fill("Kundlista mejlad till fel företag")
    page.locator("select[name=cause]").select_option("accidental.misrouting")
    page.locator("input[name=breach_types][value=confidentiality]").check()
    page.locator("input[name=subject_groups][value=customers]").check()
    page.locator("input[name=people_known][value=exact]").check()
    page.locator("input[name=people_min]").fill("3")
    page.locator("input[name=people_max]").fill("")
    page.get_by_role("button", name="Spara klassningen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kundlista mejlad till fel företag")
    page.goto(f"{office.address}/incidents/{office.reference}/contain")
    page.locator("input[name=contained_at_date]").fill("2026-11-22")
    page.locator("input[name=contained_at_time]").fill("14:05")
    page.locator("textarea[name=how]").fill("Mottagaren har raderat filen och intygat det.")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(f"**/incidents/{office.reference}")


def assessed_and_decided(office: Office) -> None:
    manager = office.open(Role.MANAGER, "/commission")
    manager.get_by_role("button", name="Kalla kommissionen").click()
    manager.get_by_role("heading", name="0 av").wait_for()
    for key in (Role.COMMISSIONER, "second"):
        member = office.open(key, "/commission/assess")
        answers = {
            "conflict": "no",
            "protection_level": 2,
            "impact_level": 3,
            "people_vulnerable": "no",
            "likelihood": 3,
            "risk_vote": "high",
        }
        for name, value in answers.items():
            member.locator(f"label:has(input[name={name}][value='{value}'])").click()
        member.locator("textarea[name=rationale]").fill("Adresser och telefonnummer hos en känd mottagare.")
        member.get_by_role("button", name="Lämna din bedömning").click()
        member.get_by_role("heading", name="Din bedömning är lämnad").wait_for()
    manager.goto(f"{office.address}/incidents/{office.reference}/decision")
    manager.locator("textarea[name=reasons]").fill("Vi följer kommissionen: myndigheten och de berörda får veta.")
    manager.locator("input[name=password]").fill(PASSWORD)
    manager.get_by_role("button", name="Skriv under beslutet").click()
    manager.get_by_role("heading", name="Beslutet är undertecknat och gäller").wait_for()


def notified(office: Office) -> None:
    """Drafted by the manager, released by somebody else, recorded as filed."""
    manager = office.open(Role.MANAGER, "/authority")
    manager.get_by_role("button", name="Börja anmälan").click()
    for question in ("38", "113"):
        manager.locator(f"input[name=q{question}][value=no]").check()
    manager.locator("input[name=q50][value=controller]").check()
    manager.locator("textarea[name=q51]").fill("En kollega märkte det.")
    manager.get_by_role("button", name="Spara och lämna för godkännande").click()
    manager.get_by_role("heading", name="Anmälan väntar på godkännande").wait_for()
    approver = office.open(Role.APPROVER, "/authority")
    approver.get_by_role("button", name="Godkänn anmälan").click()
    approver.get_by_role("heading", name="Anmälan är godkänd").wait_for()
    manager.goto(f"{office.address}/incidents/{office.reference}/authority/file")
    manager.locator("input[name=filed_at_date]").fill("2026-11-22")
    manager.locator("input[name=filed_at_time]").fill("14:05")
    manager.locator("input[name=authority_reference]").fill("IMY-2026-4711")
    manager.get_by_role("button", name="Anteckna anmälan").click()
    expect(manager.get_by_text("IMY-2026-4711")).to_be_visible()
    expect(manager.get_by_text("Anmäld i tid").first).to_be_visible()


def told(office: Office, postbox: Postbox) -> None:
    """A list, a letter in each language, a test, another person’s approval, ten minutes, and one mail a person."""
    base = f"{office.address}/incidents/{office.reference}/people"
    writer = office.open(Role.WRITER, "/people/import")
    writer.locator("textarea[name=pasted]").fill(PEOPLE)
    writer.get_by_role("button", name="Läs listan").click()
    writer.get_by_role("button", name="Importera 3 personer").click()
    writer.goto(f"{base}/letter")
    for field, text in LETTER.items():
        writer.locator(f"[name={field}]").fill(text)
    writer.locator("[name=contact_name]").fill("Disa Ombud")
    writer.locator("[name=contact_phone]").fill("031-390 06 40")
    writer.get_by_role("button", name="Spara brevet").click()
    writer.goto(base)
    for box in writer.locator("input[name=colleagues]").all()[:2]:
        box.check()
    writer.get_by_role("button", name="Skicka testet").click()
    writer.get_by_role("button", name="Be om godkännande").click()
    approver = office.open(Role.APPROVER, "/people/approve")
    approver.locator("input[name=count]").fill("3")
    approver.locator("input[name=password]").fill(PASSWORD)
    approver.get_by_role("button", name="Godkänn breven").click()
    office.work()
    assert postbox.to("zoe@post.example.com") == []
    office.world.later(minutes=11)
    for _ in range(3):
        office.work()
    approver.goto(base)
    expect(approver.get_by_role("heading", name="3 av 3 skickade")).to_be_visible()
    each_told_once(postbox)


def each_told_once(postbox: Postbox) -> None:
    words = {
        "baarit@post.example.com": ("Bäärit Testånder", "Vad har hänt?"),
        "egle@pavyzdys.example.com": ("Eglė Netikrūnienė", ""),
        "zoe@post.example.com": ("Zoë Exempelsson", "What happened?"),
    }
    for address, (name, heading) in words.items():
        (letter,) = postbox.to(address)
        assert name in letter.text
        assert heading in letter.text
        assert letter.recipients == (address,)
    assert all(len(letter.recipients) == 1 for letter in postbox.letters)


def control_ticked(office: Office) -> None:
    page = office.open(Role.MANAGER)
    page.goto(f"{office.address}/controls/antivirus")
    page.locator("input[name=result][value=pass]").check()
    page.locator("input[name=done_on]").fill("2026-11-22")
    page.locator("textarea[name=note]").fill("Alla datorer har dagens signaturer.")
    page.get_by_role("button", name="Spara kontrollen").click()
    expect(page.get_by_text("Alla datorer har dagens signaturer.").first).to_be_visible()


def log_verified(office: Office) -> None:
    page = office.open(Role.AUDITOR)
    page.goto(f"{office.address}/log")
    page.get_by_role("button", name="Kontrollera loggen").click()
    expect(page.get_by_text("hel", exact=False).first).to_be_visible()
    with office.world.look() as session:
        assert verify(session).result == "ok"
