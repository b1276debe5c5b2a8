"""A drill says in words whether a backup can be restored, holds it against what lies outside, and leaves nothing."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from core.audit.signer import Signer
from core.moment import now
from core.restored import restored
from tests.app.test_backup import add
from tests.fixtures.elsewhere import Elsewhere


def drill(elsewhere: Elsewhere, *words: object) -> tuple[int, dict[str, tuple[bool, str]]]:
    code, said = elsewhere.run(
        elsewhere.here.settings, "drill", elsewhere.file, "--key", elsewhere.safe, "--json", *words
    )
    return code, {one["step"]: (one["ok"], one["text"]) for one in json.loads(said)["steps"]}


@pytest.fixture
def outside(elsewhere: Elsewhere) -> Path:
    """A backup of a log that was signed, and the checkpoint somebody else keeps."""
    here = elsewhere.here
    here.now = now() - timedelta(hours=2)
    folder = elsewhere.folder / "outside"
    folder.mkdir()
    add(here.database, here, 1)
    point = Signer.of(here.database, here.settings).look(here.now)
    assert point
    (folder / "one.note").write_text(point.note)
    (folder / "read.me").write_text("not a checkpoint")
    add(here.database, here, 2)
    assert elsewhere.back_up()[0] == 0
    return folder


def test_a_good_backup_is_said_to_be_good_and_nothing_stays(elsewhere: Elsewhere, outside: Path) -> None:
    code, steps = drill(elsewhere, "--anchor", outside)
    assert code == 0, steps
    assert set(steps) == {"backup", "database", "log", "anchors", "sample"}
    assert "1 checkpoints agree" in steps["anchors"][1]
    assert "2 files" in steps["sample"][1]
    here = elsewhere.here
    assert list((here.settings.var_dir / "rooms").iterdir()) == []
    with here.look() as session:
        assert restored(session) is None
        if not here.database.url.startswith("sqlite"):
            names = "SELECT count(*) FROM pg_database WHERE datname LIKE 'vaka_drill_%'"
            assert session.scalar(text(names)) == 0


def test_a_log_that_is_not_the_one_that_was_signed_is_found(elsewhere: Elsewhere, outside: Path) -> None:
    note = (outside / "one.note").read_text()
    origin, size, root, *rest = note.split("\n")
    (outside / "other.note").write_text(
        "\n".join([origin, size, root[:-2] + ("A=" if root[-2] != "A" else "Q="), *rest])
    )
    code, steps = drill(elsewhere, "--anchor", outside)
    assert (code, steps["anchors"][0]) == (1, False)
    assert "1 of 2" in steps["anchors"][1]


def test_what_cannot_be_opened_fails(elsewhere: Elsewhere, outside: Path) -> None:
    raw = bytearray(elsewhere.file.read_bytes())
    raw[-10] ^= 1
    elsewhere.file.write_bytes(raw)
    code, steps = drill(elsewhere)
    assert (code, steps["backup"][0]) == (1, False)
