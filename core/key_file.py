"""The key file: read at the start, looked at again whenever it has changed, and replaced as a whole or not at all."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from core.crypto import Keyring
from core.settings import WrongSettings, write_secret

CURRENT, ROOT, NEXT, OLD = "vaka-data-key", "vaka-root-key", "vaka-next-key", "vaka-old-key"
BYTES = 32
Named = tuple[str, bytes]


@dataclass(frozen=True)
class KeyFile:
    """The keys by what they are for: `next` is known and wraps nothing yet, `old` opens what is not wrapped anew."""

    current: Named
    root: bytes = b""
    next: Named | None = None
    old: Named | None = None

    @property
    def ring(self) -> Keyring:
        others = dict(named for named in (self.next, self.old) if named)
        return Keyring(*self.current, root=self.root, others=others)

    def text(self) -> str:
        lines = [f"{name} {key[0]} {key[1].hex()}" for name, key in
                 ((CURRENT, self.current), (NEXT, self.next), (OLD, self.old)) if key]  # fmt: skip
        return "\n".join([*lines, f"{ROOT} {self.root.hex()}"] if self.root else lines)


def new_key() -> Named:
    return secrets.token_hex(4), secrets.token_bytes(BYTES)


def make_key_file(path: Path) -> None:
    """A new one, mode 0600 and synced to disk. Its root is a key of its own."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_secret(path, KeyFile(new_key(), secrets.token_bytes(BYTES)).text())


def load_keyring(path: Path) -> Keyring:
    """Read the key file, or make it at the first start.

    Raises:
        WrongSettings: the file is not a Vaka key file.
    """
    if not path.exists():
        make_key_file(path)
    return replace(read_key_file(path).ring, source=path)


def read_key_file(path: Path) -> KeyFile:
    """What the file holds.

    Raises:
        WrongSettings: the file is not a Vaka key file, or cannot be read.
    """
    try:
        return _parsed(path.read_text(errors="replace"))
    except (OSError, ValueError, KeyError):
        raise WrongSettings(f"VAKA_DATA_KEY_FILE: {path} is not a Vaka key file.") from None


def _parsed(text: str) -> KeyFile:
    found: dict[str, Named] = {}
    for name, *words in (line.split() for line in text.splitlines() if line.strip()):
        key_id, material = ("", words[0]) if len(words) == 1 else words
        if name in found or len(key := bytes.fromhex(material)) != BYTES:
            raise ValueError
        found[name] = (key_id, key)
    root = found.pop(ROOT, ("", b""))[1]
    known = KeyFile(found.pop(CURRENT), root, found.pop(NEXT, None), found.pop(OLD, None))
    if found:
        raise ValueError
    return known


def replace_key_file(path: Path, keys: KeyFile) -> None:
    """Put another in its place: whoever reads meanwhile finds the one or the other, whole, also after a power cut."""
    path = path.resolve()
    beside = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    try:
        write_secret(beside, keys.text())
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def alone_with(path: Path) -> Iterator[None]:
    """One change at a time on this machine. A kill lets go of it.

    Raises:
        WrongSettings: another one is under way.
    """
    handle = os.open(path.resolve().parent, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise WrongSettings("Another change of the key is under way.") from None
    finally:
        os.close(handle)


class LivingRing:
    """The keys of a process that runs on: one look at the file's place costs two microseconds, and a change of the key
    is seen by the next transaction, without a restart."""

    def __init__(self, ring: Keyring) -> None:
        self._ring = ring
        self._seen: tuple[int, int, int] | None = None

    def now(self) -> Keyring:
        """As the file stands; as it last stood when it is gone or is not whole."""
        if self._ring.source and (seen := _place(self._ring.source)) != self._seen:
            try:
                fresh = read_key_file(self._ring.source).ring
                self._ring, self._seen = replace(fresh, source=self._ring.source), seen
            except WrongSettings:
                return self._ring
        return self._ring


def _place(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
