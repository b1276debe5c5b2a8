"""The letters in a real browser: CSV, letter, test, another person's approval, the wait, and progress to the end."""

from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Page, expect

from core.access import Role
from identity.sessions import open_session
from tests.fixtures.browser import DESKTOP, PHONE, Visits, axe_findings
from tests.fixtures.serving import Serve
from tests.fixtures.smtp import Postbox
from tests.fixtures.world import World
from tests.incidents.letters import LIST, PASSWORD, REFERENCE, Letters, letters_of

HERE = f"/incidents/{REFERENCE}/people"
CUT_OFF = """() => {
  const canvas = document.createElement('canvas').getContext('2d')
  return [...document.querySelectorAll('select[name^=column-]')].flatMap(one => {
    const style = getComputedStyle(one)
    canvas.font = style.font
    const room = one.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight)
    return [...one.options].map(answer => answer.text).filter(text => canvas.measureText(text).width > room)
  })
}"""
pytestmark = pytest.mark.browser


@pytest.fixture
def letters(small_world: World, postbox: Postbox) -> Letters:
    return letters_of(small_world, postbox)


def as_person(letters: Letters, page: Page, address: str, who: Role) -> Page:
    with letters.world.change() as session:
        token = open_session(session, letters.world.users[who], letters.world.now)
    page.context.add_cookies([{"name": "vaka", "value": token, "url": address}])
    return page


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_what_a_column_holds_can_be_read_beside_long_rows(
    letters: Letters, serve: Serve, visit: Visits, width: int
) -> None:
    address = serve(letters.world.app)
    page = as_person(letters, visit(width), address, Role.MANAGER)
    page.goto(f"{address}{HERE}/import")
    rows = [f"Anna-Karin {n};anna-karin.andersson.med.langt.namn{n}@kund.example.com" for n in range(3)]
    page.fill("#pasted", "\n".join(["Namn;E-postadress", *rows]))
    press(page, "Läs listan")
    assert page.evaluate(CUT_OFF) == []


def test_from_a_list_to_everybody_told(letters: Letters, serve: Serve, visit: Visits, tmp_path: Path) -> None:
    address = serve(letters.world.app)
    writer = as_person(letters, visit(DESKTOP), address, Role.MANAGER)
    broken = tmp_path / "fel.csv"
    broken.write_bytes((LIST + "Kaj;kaj@;sv;;\n").encode("cp1252", errors="replace"))
    writer.goto(f"{address}{HERE}/import")
    writer.set_input_files("#list", broken)
    press(writer, "Läs listan")
    expect(writer.get_by_role("heading", name="1 rad har fel")).to_be_visible()
    expect(writer.get_by_role("rowheader", name="Rad 6")).to_be_visible()
    right = tmp_path / "rätt.csv"
    right.write_bytes(LIST.encode("utf-8-sig"))
    writer.get_by_role("link", name="Välj en annan fil").click()
    writer.set_input_files("#list", right)
    press(writer, "Läs listan")
    press(writer, "Importera 4 personer")
    writer.get_by_role("link", name="Skriv brevet", exact=True).click()
    writer.fill("#what_happened_sv", "Läs mer på https://fel.example.")
    writer.fill("#what_happened_en", "We sent a list to the wrong company.")
    writer.fill("#measures_sv", "De har raderat listan.")
    writer.fill("#measures_en", "They have deleted the list.")
    writer.locator("#measures_en").blur()
    expect(writer.locator("#faults")).to_contain_text("ett brev har inga länkar")
    press(writer, "Spara brevet")
    assert writer.title().startswith("Fel: ")
    expect(writer.locator("#what_happened_sv")).to_have_value("Läs mer på https://fel.example.")
    writer.fill("#what_happened_sv", "Vi mejlade en lista till fel företag.")
    press(writer, "Spara brevet")
    writer.get_by_label("Johan Lind").check()
    writer.get_by_label("Harald Huvud").check()
    press(writer, "Skicka testet")
    press(writer, "Be om godkännande")

    approver = as_person(letters, visit(DESKTOP), address, Role.APPROVER)
    approver.goto(f"{address}{HERE}/approve")
    assert axe_findings(approver) == []
    approver.fill("#count", "4")
    approver.fill("#password", PASSWORD)
    press(approver, "Godkänn breven")
    expect(approver.locator(".ds-error-summary")).to_contain_text("Det är inte antalet mejl")
    approver.fill("#count", "3")
    approver.fill("#password", PASSWORD)
    press(approver, "Godkänn breven")
    expect(approver.get_by_text("Inget är skickat än")).to_be_visible()
    letters.world.later(minutes=10)
    worker = Thread(target=letters.work)
    worker.start()
    expect(approver.get_by_role("heading", name="3 av 3 skickade")).to_be_visible(timeout=15_000)
    expect(approver.locator("#sr-status")).to_have_text("3 av 3 skickade")
    worker.join()
    assert sorted(one.recipients[0] for one in letters.sent()) == [
        "asa@kund.example.com", "bo@kund.example.com", "zofia@kund.example.com"
    ]  # fmt: skip
    assert "Hej Åsa Öberg," in letters.postbox.to("asa@kund.example.com")[0].text


def test_approving_twice_mails_nobody_twice(letters: Letters) -> None:
    letters.prepared()
    browser = letters.world.client(Role.APPROVER)
    form = {"count": "3", "password": PASSWORD}
    assert [browser.post(f"{HERE}/approve", data=form).status_code for _ in range(2)] == [303, 409]
    letters.world.later(minutes=10)
    letters.work()
    assert len(letters.sent()) == 3


@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "dark"), (DESKTOP, "light")])
def test_the_pages_are_for_everybody(letters: Letters, serve: Serve, visit: Visits, width: int, scheme: str) -> None:
    letters.prepared().approve()
    letters.world.later(minutes=10)
    letters.postbox.refuse("bo@kund.example.com")
    letters.work()
    address = serve(letters.world.app)
    page = as_person(letters, visit(width, scheme=scheme), address, Role.MANAGER)  # type: ignore[arg-type]
    for language in ("sv", "en"):
        for path in (HERE, f"{HERE}/list", f"{HERE}/preview", f"/notice/{REFERENCE}"):
            page.goto(f"{address}{path}?lang={language}")
            assert axe_findings(page) == [], path
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_the_list_of_the_unreached_is_safe_in_a_spreadsheet_and_names_nobody_protected(letters: Letters) -> None:
    rows = "=1+1;;;;Väg 1\n"
    letters.import_list(LIST.replace("Siv Brev;;sv;;Påhittsvägen 1, 999 01 Påhittstad\n", rows))
    letters.write()
    letters.test()
    letters.approve()
    answer = letters.world.client(Role.MANAGER).get(f"{HERE}/not-reached.csv")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "'=1+1" in answer.text
    assert letters.world.client(Role.COMMISSIONER).get(f"{HERE}/not-reached.csv").status_code == 404
