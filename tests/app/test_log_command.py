"""`vaka log`: checks without a web framework, answers by its exit code, makes a bundle that others can check."""

import hashlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from core.access import SYSTEM
from core.audit import record
from core.audit.tree import grow, leaf_hash, root
from tests.core.test_audit import tamper
from tests.fixtures.world import World

WITHOUT_WEB = (
    "import sys; from app.cli import main\n"
    "try: main()\n"
    "except SystemExit as end: code = end.code\n"
    "print([name for name in ('fastapi', 'starlette', 'jinja2') if name in sys.modules], file=sys.stderr)\n"
    "sys.exit(code)"
)


def vaka(
    world: World, *arguments: str, program: str = "from app.cli import main; main()"
) -> subprocess.CompletedProcess[str]:
    settings = {"VAKA_DATABASE_URL": world.database.url, "VAKA_VAR_DIR": str(world.settings.var_dir)}
    return subprocess.run(
        [sys.executable, "-c", program, *arguments], env=settings, capture_output=True, text=True, check=False
    )


@pytest.fixture
def logged(world: World) -> World:
    with world.change() as session:
        for number in range(7):
            record(session, SYSTEM, "test:ran", f"åäö-{number}", world.now, changes={"note": (None, "hemligt")})
    return world


def test_a_sound_log_is_unanchored_and_exits_with_0(logged: World) -> None:
    answer = vaka(logged, "log", "verify", "--json", program=WITHOUT_WEB)
    document = json.loads(answer.stdout)
    assert answer.returncode == 0
    assert set(document) == {"size", "root", "anchored_size", "result", "first_bad", "kind"}
    assert (document["size"], document["anchored_size"], document["result"], document["first_bad"]) == (
        7, 0, "unanchored", None,
    )  # fmt: skip
    assert answer.stderr == "[]\n"


def test_a_changed_log_exits_with_1_and_says_where(logged: World) -> None:
    tamper(logged, "UPDATE audit_entry SET actor = 'nobody' WHERE seq = 3")
    answer = vaka(logged, "log", "verify", "--json")
    document = json.loads(answer.stdout)
    assert (answer.returncode, document["result"], document["first_bad"], document["kind"]) == (1, "bad", 3, "edited")
    assert "First bad entry: 3." in vaka(logged, "log", "verify").stdout


def test_the_bundle_can_be_checked_with_nothing_but_a_hash(logged: World, tmp_path: Path) -> None:
    target = tmp_path / "log.zip"
    assert vaka(logged, "log", "export", str(target)).returncode == 0
    with zipfile.ZipFile(target) as bundle:
        assert set(bundle.namelist()) == {"README.txt", "head.json", "entries.jsonl", "leaves.bin"}
        lines = bundle.read("entries.jsonl").split(b"\n")[:-1]
        head = json.loads(bundle.read("head.json"))
    assert [json.loads(line)["seq"] for line in lines] == list(range(8))
    assert json.loads(lines[-1])["action"] == "log:exported"
    assert leaf_hash(lines[0]) == hashlib.sha256(b"\x00" + lines[0]).digest()
    assert (head["size"], head["root"]) == (8, root(grow(map(leaf_hash, lines))).hex())
    assert b"hemligt" not in b"".join(lines)
    assert json.loads(vaka(logged, "log", "verify", "--json").stdout)["root"] == head["root"]


def test_a_file_that_is_there_is_not_written_over(small_world: World, tmp_path: Path) -> None:
    target = tmp_path / "log.zip"
    target.write_text("mine")
    answer = vaka(small_world, "log", "export", str(target))
    assert (answer.returncode, target.read_text()) == (2, "mine")
    assert str(target) in answer.stderr


def test_an_empty_database_is_a_sentence_and_leaves_no_file(tmp_path: Path) -> None:
    settings = {"VAKA_VAR_DIR": str(tmp_path)}
    program = [sys.executable, "-c", "from app.cli import main; main()", "log", "export", str(tmp_path / "log.zip")]
    answer = subprocess.run(program, env=settings, capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stderr) == (2, "The database is empty: run `vaka migrate` first.\n")
    assert not (tmp_path / "log.zip").exists()
