"""The first start: one page, on this machine, with the token of the terminal, once."""

import re
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from app import first_run
from core.access import Role
from core.keys import INSTANCE, unseal
from core.organisation import organisation
from identity.models import User
from notifications.relay import PLACE
from tests.fixtures.browser import DESKTOP, PHONE, Visits, axe_findings
from tests.fixtures.databases import Databases
from tests.fixtures.serving import Serve
from tests.fixtures.smtp import Postbox
from tests.fixtures.world import World, build

PASSWORD = "blå häst sover under bordet"
ANSWERS = {
    "name": "Nordhamn Verktyg AB",
    "phone": "031-390 06 42",
    "number": "556000-0000",
    "authority": "imy",
    "language": "sv",
    "zone": "Europe/Stockholm",
    "manager_name": "Anna Berg",
    "manager_email": "Anna.Berg@nordhamn.example",
    "head_name": "Harald Huvud",
    "head_email": "harald@nordhamn.example",
    "oneself": "manager",
    "smtp_url": "",
    "mail_from": "",
    "password": PASSWORD,
}


FAULTS = [
    {"phone": "ring mig"},
    {"head_email": "harald"},
    {"password": "kort"},
    {"zone": "Europe/Atlantis"},
    {"authority": "nsa"},
    {"oneself": ""},
    {"smtp_url": "http://mail.example"},
    {"mail_from": "x"},
]


@pytest.fixture
def empty(database_url: str, tmp_path: Path) -> Iterator[World]:
    """An installation that was started for the first time."""
    world = build(database_url, tmp_path, people=False)
    yield world
    world.database.dispose()


def browser(world: World, peer: str = "127.0.0.1", base: str = "http://127.0.0.1:8000") -> TestClient:
    return TestClient(world.app, base_url=base, client=(peer, 50_000), headers={"sec-fetch-site": "same-origin"},
                      follow_redirects=False, raise_server_exceptions=False)  # fmt: skip


def set_up(world: World, **answers: str) -> Response:
    token = first_run.token(world.settings)
    return browser(world).post("/set-up", data=ANSWERS | {"token": token} | answers)


def test_every_page_leads_to_the_set_up(empty: World) -> None:
    for page in ("/", "/sign-in", "/incidents", "/r/nordhamn", "/nothing"):
        assert browser(empty).get(page).headers["location"] == "/set-up"
    assert browser(empty).get("/health/live").status_code == 200


def test_the_page_asks_for_the_token_of_the_terminal(empty: World) -> None:
    token = first_run.token(empty.settings)
    assert stat.S_IMODE(first_run.token_file(empty.settings).stat().st_mode) == 0o600
    line = first_run.invitation_line(empty.settings, empty.database)
    assert f"http://127.0.0.1:8000/set-up?token={token}" in line
    assert 'name="manager_email"' not in browser(empty).get("/set-up").text
    assert browser(empty).get("/set-up?token=wrong").status_code == 422
    assert 'name="manager_email"' in browser(empty).get(f"/set-up?token={token}").text
    assert browser(empty).post("/set-up", data=ANSWERS | {"token": "wrong"}).status_code == 404


@pytest.mark.parametrize(
    ("peer", "base", "headers"),
    [
        ("192.0.2.7", "http://127.0.0.1:8000", {}),
        ("127.0.0.1", "http://127.0.0.1:8000", {"x-forwarded-for": "192.0.2.7"}),
        ("127.0.0.1", "http://127.0.0.1:8000", {"forwarded": "for=192.0.2.7"}),
        ("127.0.0.1", "http://evil.example:8000", {}),
    ],
)
def test_only_this_machine_may_set_up(empty: World, peer: str, base: str, headers: dict[str, str]) -> None:
    client = browser(empty, peer, base)
    client.headers.update(headers)
    token = first_run.token(empty.settings)
    assert client.get("/").status_code == 503
    assert client.get(f"/set-up?token={token}").status_code == 503
    assert client.post("/set-up", data=ANSWERS | {"token": token}).status_code == 503


def test_the_one_who_sits_here_is_let_in_and_the_other_gets_a_link(empty: World) -> None:
    shown = set_up(empty)
    assert shown.status_code == 200
    links = re.findall(r"http://127\.0\.0\.1:8000(/invitation/[\w-]+)", shown.text)
    assert len(links) == 1
    with empty.look() as session:
        people = {user.email: user for user in session.query(User)}
        company = organisation(session)
    assert people["anna.berg@nordhamn.example"].roles == {Role.MANAGER, Role.ADMIN}
    assert people["harald@nordhamn.example"].roles == {Role.HEAD}
    assert f"/r/{company.intake_code}" in shown.text
    here = browser(empty)
    here.cookies.set("vaka", shown.cookies["vaka"])
    assert here.get("/").headers["location"] == "/incidents"
    head = browser(empty)
    assert head.post(links[0], data={"password": "korta ben på gröna stolar"}).status_code == 303
    assert head.get("/users").status_code == 200


def test_it_happens_once(empty: World) -> None:
    token = first_run.token(empty.settings)
    assert set_up(empty).status_code == 200
    assert browser(empty).get("/sign-in").status_code == 200
    assert browser(empty).get(f"/set-up?token={token}").status_code == 404
    assert browser(empty).post("/set-up", data=ANSWERS | {"token": token}).status_code == 404
    assert not first_run.token_file(empty.settings).exists()
    assert first_run.invitation_line(empty.settings, empty.database) == ""


def test_a_small_company_has_one_person_for_both(empty: World) -> None:
    shown = set_up(empty, head_email="anna.berg@nordhamn.example", oneself="head")
    assert "/invitation/" not in shown.text
    with empty.look() as session:
        assert session.query(User).one().roles == {Role.MANAGER, Role.HEAD, Role.ADMIN}


def test_a_wrong_answer_keeps_what_was_typed_and_makes_nothing(empty: World) -> None:
    for fault in FAULTS:
        shown = set_up(empty, **fault)
        assert shown.status_code == 422, fault
        assert "Nordhamn Verktyg AB" in shown.text
        assert PASSWORD not in shown.text
    with empty.look() as session:
        assert session.query(User).all() == []


def test_the_relay_is_tried_for_real_and_kept_sealed(empty: World, postbox: Postbox) -> None:
    tried = set_up(empty, smtp_url=postbox.url, step="try")
    assert "Mejlservern svarar och släpper in oss." in tried.text
    assert "Anna Berg" in tried.text
    postbox.stop()
    assert "Mejlservern svarar inte." in set_up(empty, smtp_url=postbox.url, step="try").text
    url = "smtp://vaka:hemligt-ord@mail.example.test:587?tls=required"
    assert set_up(empty, smtp_url=url).status_code == 200
    with empty.look() as session:
        company = organisation(session)
        assert "hemligt-ord" not in company.smtp_url_sealed
        assert unseal(session, INSTANCE, PLACE, company.smtp_url_sealed) == url


@pytest.mark.browser
def test_a_newcomer_sets_up_and_signs_in_with_a_browser(
    databases: Databases, tmp_path: Path, serve: Serve, visit: Visits, postbox: Postbox
) -> None:
    world = build(databases.fresh("sqlite"), tmp_path, people=False)
    address = serve(world.app)
    page = visit(DESKTOP)
    page.goto(f"{address}/set-up?token={first_run.token(world.settings)}")
    for name, answer in ANSWERS.items():
        if name in {"authority", "zone"}:
            page.locator(f"[name={name}]").select_option(answer)
        elif name in {"language", "oneself"}:
            page.locator(f"[name={name}][value={answer}]").check()
        else:
            page.locator(f"[name={name}]").fill(answer)
    page.locator("[name=smtp_url]").fill(postbox.url)
    page.get_by_role("button", name="Prova mejlservern").click()
    page.get_by_text("Mejlservern svarar och släpper in oss.").wait_for()
    assert page.locator("[name=password]").input_value() == PASSWORD
    assert axe_findings(page) == []
    page.get_by_role("button", name="Ställ in och logga in").click()
    page.get_by_role("heading", name="Vaka är klart").wait_for()
    assert axe_findings(page) == []
    phone = visit(PHONE, javascript=False)
    phone.goto(f"{address}/profile")
    phone.get_by_label("E-postadress").fill("anna.berg@nordhamn.example")
    phone.get_by_label("Lösenord").fill(PASSWORD)
    phone.get_by_role("button", name="Logga in").click()
    phone.get_by_role("heading", name="Min profil").wait_for()
    phone.get_by_text("Meny", exact=True).click()
    phone.get_by_role("link", name="en", exact=True).first.click()
    phone.get_by_role("heading", name="My profile").wait_for()
    phone.goto(f"{address}/profile?theme=dark")
    phone.goto(f"{address}/profile")
    assert phone.locator("html").get_attribute("data-color-scheme") == "dark"
    assert phone.get_by_role("heading", name="My profile").is_visible()
    world.database.dispose()
