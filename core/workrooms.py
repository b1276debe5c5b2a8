"""Folders in which files are put together and taken apart: exports, backups, restores, drills. Who is killed at it
leaves one behind; its content goes with the next sweep.

They lie in the service's own folder and not in TMPDIR, so that they are known. Each is locked by who is at work in it:
a room that can be locked is nobody's any more, however old or young it is.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.logs import log
from core.settings import Settings

NAME = "rooms"


@contextmanager
def workroom(settings: Settings) -> Iterator[Path]:
    """A folder for its owner only, gone when the work in it is done."""
    place = settings.var_dir / NAME
    place.mkdir(mode=0o700, exist_ok=True)
    with _locked(place):
        room = Path(tempfile.mkdtemp(dir=place))
        mine = _open(room)
        fcntl.flock(mine, fcntl.LOCK_EX)
    try:
        yield room
    finally:
        shutil.rmtree(room, ignore_errors=True)
        os.close(mine)


def sweep_rooms(settings: Settings) -> int:
    """Remove what killed processes have left; returns how many rooms there were."""
    place = settings.var_dir / NAME
    if not place.is_dir():
        return 0
    with _locked(place):
        return sum(_cleared(room) for room in place.iterdir())


def _cleared(room: Path) -> bool:
    """False: somebody is at work in it, or has just gone. One that is another account's keeps no other from going."""
    try:
        handle = _open(room)
    except FileNotFoundError:
        return False
    except OSError:
        log.warning("room_not_swept", exc_info=True)
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(room)
    except (BlockingIOError, FileNotFoundError):
        return False
    finally:
        os.close(handle)
    return True


@contextmanager
def _locked(place: Path) -> Iterator[None]:
    """Nobody opens a room while they are looked through."""
    handle = _open(place)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _open(folder: Path) -> int:
    return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
