"""`vaka causes`: the catalogue as it stands, the company's own and the retired ones among them."""

import json

import pytest
from click.testing import CliRunner

from app.cli import vaka
from core.access import Role
from incidents.cause_drafting import retire
from incidents.cause_publishing import PublishForm, publish, seen
from incidents.causes import CAUSES, VERSION
from tests.fixtures.world import World


def test_the_catalogue_is_printed_with_its_version(small_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    manager = small_world.actor(Role.MANAGER)
    with small_world.change() as session:
        retire(session, manager, "accidental.fax_supplies", small_world.now)
        publish(session, manager, PublishForm(note="Ingen fax mer", seen=seen(session)), small_world.now)
    monkeypatch.setenv("VAKA_DATABASE_URL", small_world.settings.database)
    monkeypatch.setenv("VAKA_VAR_DIR", str(small_world.settings.var_dir))
    printed = json.loads(CliRunner().invoke(vaka, ["causes", "--json"]).stdout)
    assert printed["version"] == f"{VERSION}+1"
    assert [one["code"] for one in printed["causes"]] == list(CAUSES)
    assert [one["code"] for one in printed["causes"] if one["retired"]] == ["accidental.fax_supplies"]
    plain = CliRunner().invoke(vaka, ["causes"])
    assert plain.exit_code == 0
    assert "accidental.fax_supplies: Lack of fax supplies (retired)" in plain.stdout
