"""Giving a finished file its name: whole, on the disk, and never over another one."""

import os
import secrets
import shutil
from pathlib import Path


def put(made: Path, target: Path) -> None:
    """`made` appears as `target` at once; where it lies on another disk, it is copied beside it first.

    Raises:
        FileExistsError: something has this name.
    """
    if made.stat().st_dev == target.parent.stat().st_dev:
        _name(made, target)
        return
    beside = target.with_name(f".{target.name}-{secrets.token_hex(4)}.part")
    try:
        _copy(made, beside)
        _name(beside, target)
    finally:
        beside.unlink(missing_ok=True)


def _copy(made: Path, beside: Path) -> None:
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with made.open("rb") as source, os.fdopen(handle, "wb") as copy:
        shutil.copyfileobj(source, copy, 2**20)
        copy.flush()
        os.fsync(copy.fileno())


def _name(made: Path, target: Path) -> None:
    try:
        os.link(made, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        if target.exists():
            raise FileExistsError(target) from None
        made.rename(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
