"""A change of the signer's key that is cut short at any point is ended or undone; the chain of keys never breaks."""

import json
import shutil
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from core.access import SYSTEM
from core.audit.checkpoints import instance, known_keys
from core.audit.models import AuditEntry
from core.audit.note import open_checkpoint
from core.audit.proof_models import AuditCheckpoint
from core.audit.signer_folder import Folder
from core.audit.verify import verify
from tests.core.test_signer import signer, write
from tests.fixtures.copies import brought_back, taken
from tests.fixtures.world import World

STEPS = {
    "core.audit.signer_folder.Folder.prepare": Folder,
    "core.audit.signer_folder.Folder.remember": Folder,
    "core.audit.signer_folder.Folder.take_over": Folder,
    "core.audit.key_change.record": None,
    "core.audit.signer.keep": None,
}


class Cut(Exception):
    """Stands for a power cut."""


class Cutter:
    """Lets so many steps be done and cuts the next one, before or after it is done."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, spared: int, *, after: bool) -> None:
        self.left, self.after, self.done = spared, after, 0
        for name in STEPS:
            self._watch(monkeypatch, name)

    def _watch(self, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
        module, _, last = name.rpartition(".")
        real = _found(module, last)

        def step(*words: Any, **named: Any) -> Any:
            self.done += 1
            self.left -= 1
            if self.left == -1 and not self.after:
                raise Cut
            answer = real(*words, **named)
            if self.left == -1:
                raise Cut
            return answer

        monkeypatch.setattr(name, step)


def _found(module: str, name: str) -> Callable[..., Any]:
    import importlib

    try:
        return getattr(importlib.import_module(module), name)  # type: ignore[no-any-return]
    except ModuleNotFoundError:
        return getattr(_found(*module.rsplit(".", 1)), name)  # type: ignore[no-any-return]


def test_a_change_that_is_cut_short_anywhere_is_ended_or_undone(
    small_world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = small_world
    write(world, 3)
    assert signer(world).look(world.now)
    rows, files = taken(world), tmp_path / "files"
    shutil.copytree(world.settings.signer, files)
    with monkeypatch.context() as patch:
        counted = Cutter(patch, 1000, after=False)
        signer(world).change_key(SYSTEM, world.now)
    assert counted.done == 8
    for spared in range(counted.done):
        for after in (False, True):
            brought_back(world, rows)
            shutil.rmtree(world.settings.signer)
            shutil.copytree(files, world.settings.signer)
            with monkeypatch.context() as patch, suppress(Cut):
                Cutter(patch, spared, after=after)
                signer(world).change_key(SYSTEM, world.later(seconds=5))
                pytest.fail("it was not cut")
            goes_on(world)
            signer(world).change_key(SYSTEM, world.later(seconds=5))
            assert_the_chain_holds(world)


def goes_on(world: World) -> None:
    """As the worker does when it is there again."""
    for _ in range(3):
        write(world)
        signer(world).look(world.later(seconds=61))
    assert not (world.settings.signer / "next.key").exists()


def assert_the_chain_holds(world: World) -> None:
    """Each note is of its key; each key was named in an entry that the key before had signed; the last one signs."""
    with world.look() as session:
        keys, rows = known_keys(session), session.scalars(select(AuditCheckpoint).order_by(AuditCheckpoint.id)).all()
        changes = [
            (entry.seq, json.loads(entry.entry)["facts"])
            for entry in session.scalars(select(AuditEntry).where(AuditEntry.action == "log:key_changed"))
        ]
        assert verify(session).result == "ok"
        assert instance(session).vkey == keys[-1].text
    by_hash = {key.hash.hex(): key.text for key in keys}
    signed: dict[str, int] = {}
    for row in rows:
        assert open_checkpoint(row.note, keys).size == row.size
        signed[by_hash[row.key]] = max(signed.get(by_hash[row.key], 0), row.size)
    assert len({(row.key, row.size) for row in rows}) == len({row.note for row in rows})
    order = list(dict.fromkeys(by_hash[row.key] for row in rows))
    for old, new in pairwise(order):
        assert any(seq < signed[old] and facts == {"old_key": old, "new_key": new} for seq, facts in changes)
    assert order[-1] == keys[-1].text
