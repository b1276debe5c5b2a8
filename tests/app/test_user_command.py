"""`vaka user`: the first way in, and the last."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import vaka
from tests.fixtures.world import build


@pytest.fixture(autouse=True)
def company(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(database_url, tmp_path).database.dispose()
    monkeypatch.setenv("VAKA_DATABASE_URL", database_url)
    monkeypatch.setenv("VAKA_VAR_DIR", str(tmp_path))


def run(*words: str) -> Result:
    return CliRunner().invoke(vaka, ["user", *words])


def test_add_prints_a_one_time_link_and_nothing_else() -> None:
    done = run("add", "Nils@Nordhamn.example", "--role", "writer", "--role", "approver", "--name", "Nils Ny")
    assert done.exit_code == 0
    assert done.stdout.startswith("http://127.0.0.1:8000/invitation/")
    assert len(done.stdout.splitlines()) == 1
    people = {row["email"]: row for row in json.loads(run("list", "--json").stdout)}
    assert people["nils@nordhamn.example"]["roles"] == ["approver", "writer"]
    assert people["nils@nordhamn.example"]["state"] == "invited"


@pytest.mark.parametrize("words", [("nils", "--role", "writer", "--name", "Nils"),
                                   ("manager@nordhamn.example", "--role", "writer", "--name", "Nils"),
                                   ("nils@nordhamn.example", "--role", "emperor", "--name", "Nils")])  # fmt: skip
def test_wrong_input_is_one_sentence_and_exit_2(words: tuple[str, ...]) -> None:
    refused = run("add", *words)
    assert refused.exit_code == 2
    assert refused.stdout == ""
    assert refused.stderr.strip()


def test_a_lost_password_is_a_new_link() -> None:
    assert "/invitation/" in run("link", "manager@nordhamn.example").stdout
    assert run("link", "nobody@nordhamn.example").exit_code == 2
