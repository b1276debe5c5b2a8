"""What a killed process leaves of a file that it was making is swept; who is still at work is left in peace."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.worker import Worker, sweep_the_rooms
from core import workrooms
from core.settings import Settings
from core.workbook import workbook
from core.workrooms import NAME, sweep_rooms, workroom
from tests.fixtures.world import World

CANARY = "Kanariefågeln Sigbritt"
HALF_A_WORKBOOK = f"""
import sys, time
from pathlib import Path
from core import workrooms
from core.settings import Settings
from core.workbook import workbook
def rows():
    for _ in range(4000):
        yield ["{CANARY}"]
    print("written", flush=True)
    time.sleep(60)
    yield [""]
workbook(rows(), "Vaka", Settings(var_dir=Path(sys.argv[1])))
"""


def left_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()]


def test_an_export_killed_in_the_middle_leaves_nothing_after_a_sweep(
    small_world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.setenv("TMPDIR", str(elsewhere))
    room = small_world.settings.var_dir
    program = [sys.executable, "-c", HALF_A_WORKBOOK, str(room)]
    with subprocess.Popen(program, stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == b"written\n"
        assert sweep_rooms(small_world.settings) == 0
        assert left_in(room)
        process.send_signal(signal.SIGKILL)
    assert left_in(room)
    sweep_the_rooms(Worker(small_world.database, small_world.settings))
    assert left_in(room) == []
    assert list(elsewhere.iterdir()) == list((room / NAME).iterdir()) == []


def test_a_room_is_for_its_owner_and_gone_after_the_work(tmp_path: Path) -> None:
    settings = Settings(var_dir=tmp_path)
    assert sweep_rooms(settings) == 0
    with workroom(settings) as room:
        assert room.stat().st_mode & 0o777 == (tmp_path / NAME).stat().st_mode & 0o777 == 0o700
        assert sweep_rooms(settings) == 0
        (room / "part").write_text(CANARY)
    assert not room.exists()
    with workbook([["ett"]], "Vaka", settings) as made:
        assert made.read(2) == b"PK"
    assert list((tmp_path / NAME).iterdir()) == []


@pytest.mark.parametrize("trouble", [PermissionError, FileNotFoundError])
def test_a_room_that_cannot_be_opened_keeps_no_other_from_being_swept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: type[OSError]
) -> None:
    """It is another account's, or whoever was in it has gone meanwhile."""
    rooms = [tmp_path / NAME / name for name in ("a", "b", "c")]
    for room in rooms:
        room.mkdir(parents=True)
    real = workrooms._open

    def opened(folder: Path) -> int:
        if folder == rooms[1]:
            raise trouble(folder)
        return real(folder)

    monkeypatch.setattr(workrooms, "_open", opened)
    assert sweep_rooms(Settings(var_dir=tmp_path)) == 2
    assert [room.exists() for room in rooms] == [False, True, False]
