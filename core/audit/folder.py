"""The append-only folder: files that are written once, to a place where this service may add and somebody else keeps.

Nothing is renamed, overwritten or taken away, so that a folder with the append-only mark or a write-once share will do.
"""

import os
from pathlib import Path

NOTE, KEYS = "{size:012d}-{root}", "keys"


class CannotKeep(Exception):
    """The folder does not hold what it should. `reason` is a code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def note_name(folder: Path, size: int, root: bytes, note: str, key: str) -> str:
    """What the file of a checkpoint is called; the names sort as the log grew. When the key changes, both sign the same
    tree: the name of the second note has its key behind it."""
    name = NOTE.format(size=size, root=root.hex()[:8])
    return f"{name}-{key}.note" if _is_of_another_key(folder / f"{name}.note", note) else f"{name}.note"


def _is_of_another_key(path: Path, note: str) -> bool:
    """Whether this file states the same under another signature."""
    try:
        found = path.read_bytes()
    except OSError:
        return False
    stated = note.rpartition("\n\n")[0] + "\n\n"
    return found.startswith(stated.encode()) and not note.encode().startswith(found)


def keep(folder: Path, name: str, content: bytes) -> None:
    """Add a file and wait until it is on the disk. One that is there with the same bytes is as good.

    A file that only begins like ours is one that a crash cut short, and is completed.

    Raises:
        CannotKeep: the folder is gone or takes nothing, or another file has this name.
    """
    if not folder.is_dir():
        raise CannotKeep("no_folder")
    path = folder / name
    try:
        path.parent.mkdir(exist_ok=True)
        _write(path, content)
        _sync(path.parent)
    except OSError:
        raise CannotKeep("not_writable") from None


def require_held(folder: Path, name: str, content: bytes) -> None:
    """What was added earlier is there still: a share that is not mounted looks like an empty folder.

    Raises:
        CannotKeep: it is gone, or is another one.
    """
    try:
        found = (folder / name).read_bytes()
    except FileNotFoundError:
        raise CannotKeep("lost" if folder.is_dir() else "no_folder") from None
    except OSError:
        raise CannotKeep("not_readable") from None
    if found != content:
        raise CannotKeep("differs")


def _write(path: Path, content: bytes) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    except FileExistsError:
        _complete(path, content)
        return
    with os.fdopen(handle, "wb") as file:
        _append(file.fileno(), content)


def _complete(path: Path, content: bytes) -> None:
    found = path.read_bytes()
    if not content.startswith(found):
        raise CannotKeep("differs")
    if rest := content[len(found) :]:
        handle = os.open(path, os.O_WRONLY | os.O_APPEND)
        try:
            _append(handle, rest)
        finally:
            os.close(handle)


def _append(handle: int, content: bytes) -> None:
    while content:
        content = content[os.write(handle, content) :]
    os.fsync(handle)


def _sync(folder: Path) -> None:
    """The name must survive a power cut too."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
