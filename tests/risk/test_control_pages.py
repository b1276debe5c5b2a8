"""The pages of controls: who sees what, the form that keeps what was typed, and proof that is only downloaded."""

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from core.access import Role
from core.audit.models import AuditEntry
from core.files import StoredFile
from risk.models import Control, ControlCheck
from risk.service import adopt
from tests.fixtures.world import World

PAGE = "/controls/restore_test"
TODAY = "2026-11-22"
PROOF = {"file": ("återläst.txt", b"It took 20 minutes.", "text/plain")}


@pytest.fixture
def kept(small_world: World) -> World:
    with small_world.change() as session:
        adopt(session, small_world.now)
        session.get_one(Control, "restore_test").owner_id = small_world.users[Role.CONTROL_OWNER].id
    return small_world


def english(world: World, role: Role) -> TestClient:
    client = world.client(role)
    client.cookies.set("lang", "en")
    return client


def test_before_anything_is_adopted_the_list_offers_it(small_world: World) -> None:
    manager = english(small_world, Role.MANAGER)
    assert "ready to adopt" in manager.get("/controls").text
    assert "Adopt the controls" not in english(small_world, Role.AUDITOR).get("/controls").text
    assert manager.post("/controls/adopt").status_code == 303
    assert "Restore a backup" in manager.get("/controls").text


def test_the_list_stands_in_the_order_of_the_rules(kept: World) -> None:
    text = english(kept, Role.AUDITOR).get("/controls").text
    places = [text.index(f"rule {rule}") for rule in ("3.6", "3.7", "3.9", "9.1", "9.2", "12.1")]
    assert places == sorted(places)
    assert "Kalle Kontroll" in text


@pytest.mark.parametrize(("role", "button"), [(Role.MANAGER, True), (Role.CONTROL_OWNER, True), (Role.AUDITOR, False)])
def test_only_who_keeps_a_control_gets_the_form(kept: World, role: Role, button: bool) -> None:
    text = english(kept, role).get(PAGE).text
    assert ("Save the check" in text) is button
    assert ("Change owner or interval" in text) is (role is Role.MANAGER)


def test_the_filters_show_what_they_say(kept: World) -> None:
    owner = english(kept, Role.CONTROL_OWNER)
    assert "Restore a backup" in owner.get("/controls?show=mine").text
    assert "Virus protection" not in owner.get("/controls?show=mine").text
    assert "No control matches the filter" in owner.get("/controls?show=overdue").text
    kept.later(days=40)
    owner = english(kept, Role.CONTROL_OWNER)
    assert "25 controls were not done in time" in owner.get("/controls").text


def test_a_new_control_asks_to_be_done_and_is_ok_only_then(kept: World) -> None:
    owner = english(kept, Role.CONTROL_OWNER)
    mine = owner.get("/controls?show=mine").text
    assert "Not done yet" in owner.get(PAGE).text.partition("About the control")[2].partition("Next")[0]
    assert "in 30 days" in mine
    assert f"{PAGE}#done" in mine
    owner.post(PAGE, data={"result": "pass", "done_on": TODAY, "note": "Copy of Friday, all readable."})
    assert "Restore a backup" not in owner.get("/controls?show=never").text
    assert "Ok" in owner.get(PAGE).text.partition("About the control")[2].partition("Next")[0]


def test_a_check_is_saved_shown_and_its_proof_downloaded(kept: World) -> None:
    owner = english(kept, Role.CONTROL_OWNER)
    form = {"result": "pass", "done_on": TODAY, "note": "Copy of Friday, all readable."}
    answer = owner.post(PAGE, data=form, files=PROOF)
    assert answer.headers["location"] == f"{PAGE}?saved=check"
    text = owner.get(answer.headers["location"]).text
    assert "The check is saved" in text
    assert "Copy of Friday, all readable." in text
    assert "återläst.txt" in text
    with kept.look() as session:
        file_id = session.scalars(select(ControlCheck)).one().evidence[0]
    proof = english(kept, Role.AUDITOR).get(f"{PAGE}/evidence/{file_id}")
    assert proof.content == PROOF["file"][1]
    assert proof.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in proof.headers["content-security-policy"]
    with kept.look() as session:
        assert session.scalars(select(AuditEntry).where(AuditEntry.action == "control:evidence_read")).one()


def test_nothing_typed_is_lost_when_something_is_wrong(kept: World) -> None:
    owner = english(kept, Role.CONTROL_OWNER)
    answer = owner.post(PAGE, data={"done_on": "2027-01-01", "note": "Åsa läste <b>tillbaka</b>.", "result": "fail"})
    assert answer.status_code == 422
    assert "The day is in the future" in answer.text
    assert "Åsa läste &lt;b&gt;tillbaka&lt;/b&gt;." in answer.text
    assert 'value="2027-01-01"' in answer.text


def test_a_file_of_a_strange_kind_is_refused_and_leaves_nothing(kept: World) -> None:
    form = {"result": "pass", "done_on": TODAY, "note": "See the file."}
    files = {"file": ("run.exe", b"MZ", "application/octet-stream")}
    answer = english(kept, Role.CONTROL_OWNER).post(PAGE, data=form, files=files)
    assert answer.status_code == 422
    assert "Files of this kind are not accepted" in answer.text
    with kept.look() as session:
        assert session.scalars(select(ControlCheck)).all() == []
        assert session.scalars(select(StoredFile)).all() == []


@pytest.mark.parametrize(
    ("role", "method", "path"),
    [
        (Role.CONTROL_OWNER, "POST", "/controls/antivirus"),
        (Role.CONTROL_OWNER, "POST", "/controls/nothing"),
        (Role.CONTROL_OWNER, "POST", f"{PAGE}/assign"),
        (Role.AUDITOR, "POST", PAGE),
        (Role.EMPLOYEE, "GET", "/controls"),
        (Role.EMPLOYEE, "GET", PAGE),
        (Role.AUDITOR, "GET", f"{PAGE}/evidence/00000000000000000000000000000000"),
    ],
)
def test_not_yours_and_not_there_look_alike(kept: World, role: Role, method: str, path: str) -> None:
    answer = kept.client(role).request(method, path, data={"result": "pass", "done_on": TODAY, "note": "x"})
    assert answer.status_code == 404


def test_a_file_of_a_case_is_no_proof_of_a_control(kept: World) -> None:
    from core.files import store

    with kept.change() as session:
        file = store(session, "", "receipt", "a.txt", b"other", "system", kept.now)
    assert english(kept, Role.AUDITOR).get(f"{PAGE}/evidence/{file.id}").status_code == 404


def test_a_control_is_given_away_on_its_page(kept: World) -> None:
    form = {"owner": kept.users[Role.DEPUTY].id, "deputy": "", "interval_days": "30", "version": "2"}
    manager = english(kept, Role.MANAGER)
    assert manager.post(f"{PAGE}/assign", data=form).status_code == 303
    assert manager.post(f"{PAGE}/assign", data=form).status_code == 409
    wrong = manager.post(f"{PAGE}/assign", data=form | {"version": "3", "interval_days": "0"})
    assert wrong.status_code == 422
    assert "Johan Lind" in manager.get("/controls").text
