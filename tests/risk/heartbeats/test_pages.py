"""The pages of machines: the token is seen once, the form keeps what was typed, the recipes hold the real address."""

import re

import pytest
from starlette.testclient import TestClient

from core.access import Role
from risk.heartbeats.models import Heartbeat
from risk.heartbeats.recipes import RECIPES, filled
from risk.heartbeats.rules import Kind, State
from tests.fixtures.world import World
from tests.risk.heartbeats.machine import CONTROL, Machine, look

HERE = f"/controls/{CONTROL}"
NEW = f"{HERE}/heartbeats/new"
FORM = {"name": "db2 <b>", "how": "cron", "cron": "30 2 * * *", "zone": "Europe/Oslo", "grace": "2",
        "grace_unit": "hours", "every_unit": "hours"}  # fmt: skip


@pytest.fixture
def machine(small_world: World) -> Machine:
    return Machine(small_world)


def english(world: World, role: Role) -> TestClient:
    client = world.client(role)
    client.cookies.set("lang", "en")
    return client


def test_a_machine_is_added_and_its_token_is_shown_once(machine: Machine) -> None:
    owner = english(machine.world, Role.CONTROL_OWNER)
    assert "Add a machine" in owner.get(HERE).text
    answer = owner.post(NEW, data=FORM)
    assert answer.status_code == 201
    token = re.search(r'id="token">([\w-]{32})<', answer.text)
    assert token
    assert answer.text.count(token[1]) == 5  # itself, the plain address, the file, and twice in the line for cron
    page = owner.get(re.search(rf"{HERE}/heartbeats/[0-9a-f]{{32}}", answer.text)[0])  # type: ignore[index]
    assert page.status_code == 200
    assert token[1] not in page.text
    assert "db2 &lt;b&gt;" in page.text
    assert "30 2 * * * (Europe/Oslo)" in page.text
    with machine.world.look() as session:
        assert not [row for row in session.query(Heartbeat) if row.token_hash and token[1] in row.token_hash]
    curl = machine.world.client()
    assert curl.get(f"/ping/{token[1]}").status_code == 200


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"cron": "0 0 31 2 *"}, "cron", "This line never comes"),
        ({"cron": "60 * * * *"}, "cron", "The first part, the minute, cannot be read"),
        ({"cron": "<script>"}, "cron", "A cron line has five parts"),
        ({"zone": "Europe/Nowhere"}, "zone", "There is no such time zone"),
        ({"zone": "../../etc/passwd"}, "zone", "There is no such time zone"),
        ({"how": "interval", "every": ""}, "every", "Answer this question"),
        ({"how": "interval", "every": "400", "every_unit": "days"}, "every", "At most 366 days"),
        ({"how": "interval", "every": "0"}, "every", "The number is too small"),
        ({"grace": "one"}, "grace", "Write a whole number with digits"),
        ({"name": " "}, "name", "Answer this question"),
    ],
)
def test_what_cannot_be_is_named_at_its_field_and_nothing_is_lost(
    machine: Machine, change: dict[str, str], field: str, sentence: str
) -> None:
    manager = english(machine.world, Role.MANAGER)
    for place in (NEW, machine.row.path):
        typed = FORM | {"version": "1"} | change
        answer = manager.post(place, data=typed)
        assert answer.status_code == 422, answer.text
        assert sentence in answer.text
        fault = answer.text.partition(f'id="{field}-error"')[2]
        assert sentence in fault.partition("</p>")[0]
        if field != "name":
            assert 'value="db2 &lt;b&gt;"' in answer.text
        assert "<script>" not in answer.text.partition("<main")[2].replace("&lt;script&gt;", "")
    assert machine.row.cron == ""


def test_a_page_says_how_it_stands_also_when_no_worker_looks(machine: Machine) -> None:
    machine.says(Kind.FAIL, "line 1\n<i>line 2</i>", exit_status=3)
    auditor = english(machine.world, Role.AUDITOR)
    text = auditor.get(machine.row.path).text
    assert "&lt;i&gt;line 2&lt;/i&gt;" in text
    assert "exit status 3" in text
    assert "Change name" not in text
    machine.says()
    machine.world.later(hours=2)
    assert machine.state == State.OK
    auditor = english(machine.world, Role.AUDITOR)
    assert "Missed" in auditor.get(machine.row.path).text.partition("About the machine")[0]
    control = auditor.get(HERE).text
    assert "Missed" in control.partition('id="machines"')[2]
    assert "Missed" in control.partition("<h2")[0].partition("<h1")[2]


def test_it_is_changed_renewed_and_taken_back(machine: Machine) -> None:
    manager, path = english(machine.world, Role.MANAGER), machine.row.path
    assert manager.post(path, data=FORM | {"version": "1", "answers": "yes"}).headers["location"].endswith("change")
    assert machine.row.answers
    assert manager.post(path, data=FORM | {"version": "1"}).status_code == 409
    assert manager.post(f"{path}/token").status_code == 201
    assert machine.world.client().get(machine.ping).status_code == 404
    assert manager.post(f"{path}/token/revoke").status_code == 303
    assert "Taken back" in manager.get(f"{path}?saved=revoked").text
    assert look(machine.world, hours=3) == 0


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.DPO, Role.EMPLOYEE])
def test_who_keeps_nothing_changes_nothing(machine: Machine, role: Role) -> None:
    client, path = machine.world.client(role), machine.row.path
    for place in (NEW, path, f"{path}/token", f"{path}/token/revoke"):
        assert client.post(place, data=FORM).status_code == 404
    assert client.get(NEW).status_code == 404


def test_every_recipe_holds_the_address_of_this_very_control() -> None:
    for recipe in filled("https://vaka.nordhamn.example", CONTROL, "secret-token"):
        assert "@API@" not in recipe.text
        assert "@PING@" not in recipe.text
        assert "https://vaka.nordhamn.example/" in recipe.text, recipe.code
        assert ("secret-token" in recipe.text) is (recipe.code == "cron")
    assert {recipe.code for recipe in RECIPES} == {"shell", "cron", "systemd", "pg_dump", "restic", "borg", "freshclam"}
