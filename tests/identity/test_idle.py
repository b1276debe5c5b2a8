"""The idle end takes nothing away: a warning first, and what was typed waits behind the sign-in (WCAG 2.2.1)."""

import html
import re
from pathlib import Path

import pytest
from sqlalchemy import update

from core.access import Role
from identity.models import User
from identity.passwords import hashed
from tests.fixtures.browser import DESKTOP, Visits
from tests.fixtures.serving import Serve
from tests.fixtures.world import World

PASSWORD = "blå häst sover under bordet"
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


@pytest.fixture
def company(small_world: World) -> World:
    with small_world.change() as session:
        session.execute(update(User).values(password_hash=hashed(PASSWORD)))
    return small_world


def carried(page: str) -> dict[str, str]:
    return {html.unescape(name): html.unescape(value) for name, value in HIDDEN.findall(page)}


def test_what_was_typed_is_sent_after_signing_in_again(company: World) -> None:
    client = company.client(Role.MANAGER)
    company.later(minutes=31)
    typed = {"name": 'Anna "Ann" Bergström', "phone": "", "language": "sv", "theme": "dark", "old_password": "hemligt"}
    asked = client.post("/profile", data=typed)
    assert asked.status_code == 401
    assert "hemligt" not in asked.text
    wrong = client.post("/sign-in", data=carried(asked.text) | {"email": "x@y.example", "password": "wrong"})
    assert wrong.status_code == 422
    again = client.post(
        "/sign-in", data=carried(wrong.text) | {"email": "manager@nordhamn.example", "password": PASSWORD}
    )
    assert again.status_code == 200
    assert 'action="/profile"' in again.text
    client.cookies.clear()
    client.cookies.set("vaka", again.cookies["vaka"])
    assert client.post("/profile", data=carried(again.text)).status_code == 303
    assert "Anna &#34;Ann&#34; Bergström" in client.get("/profile").text


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_part_of_a_page_that_comes_too_late_leads_the_whole_page_to_sign_in(company: World, method: str) -> None:
    client = company.client(Role.MANAGER)
    company.later(minutes=31)
    asks = {"hx-request": "true", "hx-current-url": "http://127.0.0.1:8000/settings?done=relay"}
    answer = client.request(method, "/settings/relay" if method == "POST" else "/incidents", headers=asks)
    assert (answer.status_code, answer.headers["hx-redirect"], answer.text) == (401, "/sign-in?next=/settings", "")


def test_a_form_is_never_carried_to_another_site(company: World) -> None:
    typed = {"email": "manager@nordhamn.example", "password": PASSWORD, "kept_path": "//evil.example", "kept.a": "b"}
    answer = company.client().post("/sign-in", data=typed)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


@pytest.mark.browser
def test_a_warning_comes_before_the_idle_end_and_one_press_stays(
    company: World, serve: Serve, visit: Visits, tmp_path: Path
) -> None:
    address = serve(company.app)
    page = visit(DESKTOP)
    page.goto(f"{address}/sign-in?next=/profile")
    page.get_by_label("E-postadress").fill("manager@nordhamn.example")
    page.get_by_label("Lösenord").fill(PASSWORD)
    page.clock.install()
    page.get_by_role("button", name="Logga in").click()
    page.get_by_role("heading", name="Min profil").wait_for()
    warning = page.get_by_role("heading", name="Du loggas snart ut")
    assert warning.is_hidden()
    page.clock.fast_forward("25:01")
    warning.wait_for()
    company.later(minutes=25)
    page.get_by_role("button", name="Förbli inloggad").click()
    warning.wait_for(state="hidden")
    company.later(minutes=25)
    page.reload()
    page.get_by_role("heading", name="Min profil").wait_for()
