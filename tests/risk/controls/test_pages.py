"""Adopting card by card, adding a control, and pausing one, on their pages."""

import pytest
from sqlalchemy import select

from core.access import Role
from risk.controls.cards import CONTROLS
from risk.models import Control
from risk.service import adopt
from tests.fixtures.world import World
from tests.risk.controls.test_own import CLEAN_DESK
from tests.risk.test_control_pages import english


def test_cards_are_adopted_one_by_one_or_all_at_once(small_world: World) -> None:
    manager = english(small_world, Role.MANAGER)
    assert "ready to adopt" in manager.get("/controls").text
    assert manager.get("/controls/catalogue").text.count('name="code"') == len(CONTROLS)
    answer = manager.post("/controls/adopt", data={"code": "antivirus"})
    assert answer.headers["location"] == "/controls/catalogue?adopted=antivirus"
    assert "The control is adopted" in manager.get(answer.headers["location"]).text
    assert f"{len(CONTROLS) - 1} controls of the rules are not adopted yet" in manager.get("/controls").text
    assert manager.post("/controls/adopt", data={"code": "no_such_card"}).status_code == 404
    manager.post("/controls/adopt")
    assert "Every control of the rules is adopted" in manager.get("/controls/catalogue").text
    with small_world.look() as session:
        assert len(session.scalars(select(Control)).all()) == len(CONTROLS)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.CONTROL_OWNER, Role.DPO, Role.EMPLOYEE])
def test_only_leaders_adopt_and_add(small_world: World, role: Role) -> None:
    client = english(small_world, role)
    assert client.get("/controls/catalogue").status_code == 404
    assert client.get("/controls/new").status_code == 404
    assert client.post("/controls/adopt").status_code == 404
    assert client.post("/controls/new", data=CLEAN_DESK).status_code == 404
    assert "Add a control" not in client.get("/controls").text


def test_an_own_control_is_added_shown_and_changed(small_world: World) -> None:
    manager = english(small_world, Role.MANAGER)
    wrong = manager.post("/controls/new", data=CLEAN_DESK | {"grace_days": "40", "title": "<b>Rena</b> skrivbord"})
    assert wrong.status_code == 422
    assert "The days of grace must be fewer" in wrong.text
    assert "&lt;b&gt;Rena&lt;/b&gt; skrivbord" in wrong.text
    path = manager.post("/controls/new", data=CLEAN_DESK).headers["location"].partition("?")[0]
    assert "Our own controls" in manager.get("/controls").text
    text = manager.get(path).text
    assert "Rena skrivbord" in text
    assert "Vad låg framme?" in text
    form = manager.get(f"{path}/edit").text
    assert "Vilka rum?\nVad låg framme?" in form
    assert manager.post(f"{path}/edit", data=CLEAN_DESK | {"version": "1", "title": "Rent bord"}).status_code == 303
    assert manager.post(f"{path}/edit", data=CLEAN_DESK | {"version": "1"}).status_code == 409
    assert "Rent bord" in manager.get("/controls").text
    assert "Rent bord" in english(small_world, Role.AUDITOR).get("/log?group=control").text


def test_a_card_of_the_catalogue_is_not_edited(small_world: World) -> None:
    with small_world.change() as session:
        adopt(session, small_world.now)
    assert english(small_world, Role.HEAD).get("/controls/antivirus/edit").status_code == 404


def test_a_control_is_paused_and_the_pause_is_ended_on_its_page(small_world: World) -> None:
    with small_world.change() as session:
        adopt(session, small_world.now)
    manager, page = english(small_world, Role.MANAGER), "/controls/antivirus"
    form = {"reason": "Programmet byts i januari.", "until": "2026-11-01", "version": "1"}
    wrong = manager.post(f"{page}/pause", data=form)
    assert wrong.status_code == 422
    assert "The day has passed" in wrong.text
    assert "Programmet byts i januari." in wrong.text
    answer = manager.post(f"{page}/pause", data=form | {"until": "2027-01-31"})
    assert "The control is paused" in manager.get(answer.headers["location"]).text
    assert "Programmet byts i januari." in manager.get(page).text
    assert "until 31 Jan 2027" in manager.get("/controls?show=paused").text
    assert english(small_world, Role.CONTROL_OWNER).post(f"{page}/resume").status_code == 404
    answer = manager.post(f"{page}/resume")
    assert "The control goes on" in manager.get(answer.headers["location"]).text
    assert "No control matches" in manager.get("/controls?show=paused").text
