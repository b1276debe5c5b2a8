"""What the signer keeps for itself: its key and its memory, in a folder outside the database (0700, files 0600).

The signer believes this folder; the database has to fit it. The memory is on disk before a signature is given out, so
that a signer killed at any point never signs two different logs of one size.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from core.audit.note import Checkpoint, open_checkpoint, sign
from core.audit.note_keys import BadNote, SigningKey, VerifierKey, parse_signing_key, parse_vkey
from core.audit.tree import EMPTY_ROOT, Frontier, root
from core.settings import write_secret


class BadMemory(Exception):
    """The signer's own files are damaged, or do not belong together, in one sentence."""


@dataclass(frozen=True)
class Memory:
    """What was signed last and with which key; `frontier` is what it takes to go on from there. `before` is the key
    that handed over to this one, `after` the one that takes over, while a change is under way."""

    vkey: str
    size: int = 0
    frontier: tuple[str, ...] = ()
    note: str = ""
    before: str = ""
    after: str = ""

    @property
    def tree(self) -> Frontier:
        return tuple(bytes.fromhex(node) for node in self.frontier)

    @property
    def root(self) -> bytes:
        return root(self.tree)

    @property
    def key(self) -> VerifierKey:
        return parse_vkey(self.vkey)

    def signed(self, key: SigningKey, size: int, tree: Frontier) -> "Memory":
        """The memory of having signed a log of this size."""
        note = sign(Checkpoint(key.name, size, root(tree)).text, key)
        return replace(self, size=size, frontier=tuple(node.hex() for node in tree), note=note)


@dataclass(frozen=True)
class Folder:
    """The signer's folder. Whoever reads or writes in it holds its lock."""

    path: Path

    @contextmanager
    def held(self, *, wait: bool = False) -> Iterator[bool]:
        """One process at a time; false when another has it and nobody wants to wait."""
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
        finally:
            os.close(handle)

    def key(self) -> SigningKey | None:
        return self._key("signer.key")

    def next_key(self) -> SigningKey | None:
        """The key that waits to take over."""
        return self._key("next.key")

    def memory(self) -> Memory | None:
        """What was signed last.

        Raises:
            BadMemory: the file is damaged, or its note is not what its key has signed.
        """
        try:
            found = json.loads((self.path / "state.json").read_text("utf-8"))
            memory = Memory(**found | {"frontier": tuple(found["frontier"])})
            held = memory.root
            point = open_checkpoint(memory.note, [memory.key]) if memory.size else Checkpoint("", 0, EMPTY_ROOT)
        except FileNotFoundError:
            return None
        except (ValueError, TypeError, KeyError, AttributeError, BadNote):
            raise BadMemory("The signer's memory (state.json) is damaged.") from None
        if (point.size, point.root) != (memory.size, held):
            raise BadMemory("The signer's memory (state.json) does not fit what it has signed.")
        return memory

    def begin(self, name: str) -> SigningKey:
        """A key for a signer that has signed nothing. Memory first: a key without a memory is never used."""
        key = SigningKey.new(name)
        self.remember(Memory(key.verifier.text))
        self._write_key("signer.key", key)
        return key

    def prepare(self, name: str) -> SigningKey:
        """The key that is going to take over."""
        key = SigningKey.new(name)
        self._write_key("next.key", key)
        return key

    def take_over(self) -> None:
        """The next key becomes the key; the one before is gone for good."""
        (self.path / "next.key").replace(self.path / "signer.key")
        self._sync()

    def drop_next(self) -> None:
        (self.path / "next.key").unlink(missing_ok=True)

    def end_line(self, label: str) -> None:
        """Keep what was signed for whoever asks later, and let go of the key."""
        for name in ("signer.key", "next.key"):
            (self.path / name).unlink(missing_ok=True)
        if (state := self.path / "state.json").exists():
            state.replace(self.path / f"ended-{label}.json")
        self._sync()

    def remember(self, memory: Memory) -> None:
        """On disk, whole, before this returns."""
        part = self.path / "state.json.part"
        part.unlink(missing_ok=True)
        write_secret(part, json.dumps(asdict(memory), ensure_ascii=False, indent=1))
        part.replace(self.path / "state.json")
        self._sync()

    def _key(self, name: str) -> SigningKey | None:
        try:
            return parse_signing_key((self.path / name).read_text("utf-8"))
        except FileNotFoundError:
            return None
        except (ValueError, BadNote):
            raise BadMemory(f"The signer's key file ({name}) is damaged.") from None

    def _write_key(self, name: str, key: SigningKey) -> None:
        part = self.path / f"{name}.part"
        part.unlink(missing_ok=True)
        write_secret(part, key.secret_text)
        part.replace(self.path / name)
        self._sync()

    def _sync(self) -> None:
        handle = os.open(self.path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
