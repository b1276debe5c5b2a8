"""A commission of five as people use it: one steps aside, a substitute comes, one dissents, the manager goes another
way with the chair's signature; and what calling, assessing and deciding cost in clicks and keys (ux section 4)."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.access import Role
from identity.sessions import open_session
from incidents import panels
from incidents.commission_models import STANDING
from incidents.panels import PanelSettings
from tests.fixtures.browser import DESKTOP, PHONE, Visits, axe_findings
from tests.fixtures.effort import Budget, Effort
from tests.fixtures.pdf_text import pdf_text
from tests.fixtures.serving import Serve
from tests.fixtures.world import World
from tests.incidents.bench import PASSWORD, Bench
from tests.incidents.cases import Case
from tests.incidents.severity import stated, typed

pytestmark = pytest.mark.browser
CALL = Budget(fields=1, clicks=4, pages=1, seconds=60)
ASSESS = Budget(fields=7, clicks=14, pages=1, seconds=300)
DECIDE = Budget(fields=5, clicks=9, pages=1, seconds=150)
RISK = {"conflict": "no", "protection_level": "2", "impact_level": "3", "people_vulnerable": "no", "likelihood": "3",
        "risk_vote": "risk"}  # fmt: skip
NONE = RISK | {"protection_level": "1", "impact_level": "1", "likelihood": "1", "risk_vote": "none"}
WHY = (
    "Personnummer ihop med adress räcker för bedrägeri. Mottagaren är känd och har lovat att radera listan, men tre "
    "personer delar brevlådan."
)
DISSENT = "Filen var låst, och nyckeln har aldrig lämnat huset. Ingen kan läsa den."


def five(world: World) -> Bench:
    """A standing commission of a chair and four members, with a substitute and a secretary."""
    bench = Bench(world)
    Case.of(world, bench.reference).classify()
    for key, name in (("nils", "Nils Ask"), ("olga", "Olga Rask")):
        world.user(Role.COMMISSIONER, name, key)
    seats = {**bench.seats(), **more_seats(world), "secretary": world.users[Role.DEPUTY].id}
    settings = PanelSettings.model_validate(seats)
    with world.change() as session:
        panels.change(session, world.actor(Role.MANAGER), panels.find_panel(session, STANDING), settings, world.now)
    return bench


def more_seats(world: World) -> dict[str, str]:
    return {"member_3": world.users["nils"].id, "member_4": world.users["olga"].id}


def signed_in(world: World, visit: Visits, address: str, key: str, width: int = DESKTOP) -> Page:
    page = visit(width)
    with world.change() as session:
        token = open_session(session, world.users[key], world.now)
    page.context.add_cookies([{"name": "vaka", "value": token, "url": address}])
    return page


def pick(page: Page, **chosen: str) -> None:
    for name, value in chosen.items():
        page.locator(f"label:has(input[name={name}][value='{value}'])").click()


def press(page: Page, button: str, heading: str) -> None:
    page.get_by_role("button", name=button, exact=True).click()
    page.get_by_role("heading", name=heading).first.wait_for()


def within(effort: Effort, budget: Budget) -> None:
    taken = effort.taken()
    print(taken.line(budget))  # noqa: T201
    assert taken.over(budget) == []
    assert taken.submits == 1


def assess(page: Page, path: str, why: str, answers: dict[str, str] = RISK) -> None:
    page.goto(f"{path}/commission/assess")
    pick(page, **answers)
    page.get_by_label("Skäl", exact=True).fill(why)
    press(page, "Lämna din bedömning", "Din bedömning är lämnad")


def state_the_facts(page: Page, path: str) -> None:
    """Account numbers on an open page, beside what the classification proposes."""
    page.goto(f"{path}/severity")
    facts = {name: str(value) for name, value in typed().items() if isinstance(value, str)}
    page.get_by_text("Ekonomi", exact=False).first.click()
    pick(page, data_financial=facts.pop("data_financial"))
    for field in ("why_financial", "people"):
        page.locator(f"[name={field}]").fill(facts.pop(field))
    pick(page, **facts)
    page.get_by_role("button", name="Ange fakta").click()
    page.get_by_text("2 x 1 + 0,5 = 2,5, medelhög").first.wait_for()


def test_five_members_one_aside_one_dissents_and_the_manager_goes_another_way(
    small_world: World, visit: Visits, serve: Serve, tmp_path: Path
) -> None:
    world, bench = small_world, five(small_world)
    address = serve(world.app)
    path = f"{address}{bench.path}"
    manager = signed_in(world, visit, address, Role.MANAGER)
    manager.goto(f"{path}/commission")
    press(manager, "Kalla kommissionen", "0 av 5 har svarat, 3 behövs")
    expect(manager.get_by_text("Sekreterare: Johan Lind")).to_be_visible()

    leaving = signed_in(world, visit, address, "per", PHONE)
    leaving.goto(f"{path}/commission/assess")
    pick(leaving, conflict="yes")
    leaving.get_by_label("Varför kliver du av?").first.fill("Mottagaren är min bror.")
    leaving.get_by_role("button", name="Kliv av").first.click()
    leaving.wait_for_url("**/incidents")
    assert bench.reference not in leaving.content()
    answer = leaving.goto(path)
    assert answer
    assert answer.status == 404
    assert bench.told("convened") >= {"kim"}

    for key in ("kim", "leila", "olga", "commissioner"):
        assess(signed_in(world, visit, address, key, PHONE), path, WHY)
    dissenting = signed_in(world, visit, address, "nils", PHONE)
    assess(dissenting, path, DISSENT, NONE)
    expect(dissenting.get_by_role("heading", name="Avvikande mening")).to_be_visible()
    assert axe_findings(dissenting) == []

    state_the_facts(manager, path)
    manager.goto(f"{path}/decision")
    pick(manager, notify_authority="no", inform_people="not", ground="none")
    manager.get_by_label("Skäl", exact=True).fill("Numren står i årsredovisningen.")
    manager.get_by_label("Ditt lösenord").fill(PASSWORD)
    press(manager, "Skriv under beslutet", "Något behöver rättas")
    assert axe_findings(manager) == []
    manager.get_by_label("Varför går du emot kommissionen?").fill("Kommissionen såg inte att numren är kända.")
    manager.locator("[name=score_reason]").fill("Summan räknar numren som hemliga.")
    manager.get_by_label("Ditt lösenord").fill(PASSWORD)
    press(manager, "Skriv under beslutet", "Beslutet väntar på ordförandens underskrift")
    assert axe_findings(manager) == []
    assert bench.incident().state == "in_assessment"

    chair = signed_in(world, visit, address, "commissioner", PHONE)
    chair.goto(path)
    chair.get_by_role("link", name="Läs och skriv under").first.click()
    expect(chair.get_by_text("Kommissionen såg inte att numren är kända.")).to_be_visible()
    pick(chair, answer="sign")
    chair.get_by_label("Ditt lösenord").fill(PASSWORD)
    chair.get_by_role("button", name="Lämna svaret").click()
    chair.wait_for_url(f"**{bench.path}")

    manager.goto(f"{path}/decision")
    manager.get_by_role("link", name="Till protokollet").click()
    expect(manager.get_by_text(DISSENT).first).to_be_visible()
    assert axe_findings(manager) == []
    with manager.expect_download() as download:
        manager.get_by_role("link", name="Hämta som PDF").click()
    download.value.save_as(tmp_path / "minutes.pdf")
    words = pdf_text((tmp_path / "minutes.pdf").read_bytes())
    for said in ("Nils Ask", DISSENT, "Per Nyström", "Kommissionen såg inte att numren är kända.", "Sara Holm"):
        assert said.replace(" ", "") in words


def test_the_manager_calls_the_standing_commission(small_world: World, visit: Visits, serve: Serve) -> None:
    address, bench = serve(small_world.app), five(small_world)
    page = signed_in(small_world, visit, address, Role.MANAGER)
    effort = Effort(page, "J3")
    page.goto(f"{address}{bench.path}")
    effort.start()
    page.locator(f"main a[href='{bench.path}/commission']").first.click()
    press(page, "Kalla kommissionen", "0 av 5 har svarat, 3 behövs")
    within(effort, CALL)


def test_a_member_assesses_and_votes(small_world: World, visit: Visits, serve: Serve) -> None:
    address, bench = serve(small_world.app), five(small_world)
    bench.convene(**more_seats(small_world))
    page = signed_in(small_world, visit, address, "leila", PHONE)
    effort = Effort(page, "J4")
    page.goto(f"{address}{bench.path}")
    effort.start()
    page.locator(".case-head a.ds-button").click()
    pick(page, **RISK)
    effort.write("Skäl", WHY)
    press(page, "Lämna din bedömning", "Din bedömning är lämnad")
    within(effort, ASSESS)


def test_the_manager_decides_and_signs(small_world: World, visit: Visits, serve: Serve) -> None:
    address, bench = serve(small_world.app), five(small_world)
    bench.convene(**more_seats(small_world))
    stated(small_world, bench.reference)
    for key in ("commissioner", "per", "leila"):
        bench.vote(key, "risk")
    page = signed_in(small_world, visit, address, Role.MANAGER)
    effort = Effort(page, "J5")
    page.goto(f"{address}{bench.path}")
    effort.start()
    page.locator(".case-head a.ds-button").click()
    effort.write("Skäl", "Vi följer kommissionen. " + WHY)
    effort.write("Ditt lösenord", PASSWORD)
    press(page, "Skriv under beslutet", "Beslutet är undertecknat och gäller")
    within(effort, DECIDE)
