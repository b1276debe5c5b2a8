"""A new key takes over while people write, whatever is killed when: every value opens, and the old key is done with."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random
from threading import Event, Thread

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from core import key_rotation
from core.audit.verify import verify
from core.crypto import Keyring
from core.db import Database
from core.key_file import KeyFile, alone_with, load_keyring, read_key_file, replace_key_file
from core.key_rotation import prepare, rotate, wrapped_under
from core.keys import INSTANCE, CaseKey, WrappingKey, data_key, require_right_key, seal, unseal
from core.settings import WrongSettings
from tests.fixtures.world import World

CHILD = """
import sys
from pathlib import Path
from core.db import Database
from core.key_file import load_keyring
from core.key_rotation import rotate
from core.moment import now
path = Path(sys.argv[2])
for step in rotate(Database(sys.argv[1], load_keyring(path)), path, now, batch=20):
    print(step.left, flush=True)
"""


class Kept:
    """Sealed values by case, as somebody was told that they are kept."""

    def __init__(self, world: World) -> None:
        self.world, self.path = world, world.settings.data_key
        self.values: dict[str, str] = {}

    def add(self, database: Database, count: int = 1, name: str = "case") -> None:
        with database.transaction() as session:
            made = {case: seal(session, case, "x.y", f"text of {case}")
                    for case in (f"{name}-{len(self.values) + n:05}" for n in range(count))}  # fmt: skip
        self.values |= made

    def unreadable(self) -> list[str]:
        """By a process that starts now."""
        fresh = Database(self.world.database.url, load_keyring(self.path))
        with fresh.reading() as session:
            require_right_key(session)
            wrong = [case for case, sealed in self.values.items()
                     if unseal(session, case, "x.y", sealed) != f"text of {case}"]  # fmt: skip
            assert verify(session).result == "ok"
        fresh.dispose()
        return wrong

    def under(self) -> dict[str, int]:
        with self.world.look() as session:
            return wrapped_under(session)

    @contextmanager
    def load(self) -> Iterator[None]:
        """Another process's connection writes new cases and reads old ones all the while; nothing of it may fail."""
        over, failures = Event(), []
        other = Database(self.world.database.url, load_keyring(self.path))

        def work() -> None:
            try:
                while not over.is_set():
                    self.add(other, name="live")
                    with other.reading() as session:
                        for case in list(self.values)[-20:]:
                            unseal(session, case, "x.y", self.values[case])
                    time.sleep(0.002)
            except Exception as failure:
                failures.append(failure)

        worker = Thread(target=work)
        worker.start()
        try:
            yield
        finally:
            over.set()
            worker.join()
            other.dispose()
        assert failures == []


@pytest.fixture
def kept(world: World) -> Kept:
    made = Kept(world)
    made.add(world.database, 120)
    return made


def finish(kept: Kept) -> list[int]:
    return [step.left for step in rotate(kept.world.database, kept.path, lambda: kept.world.now, batch=50)]


def test_a_new_key_takes_over_while_people_work(kept: Kept) -> None:
    before = read_key_file(kept.path)
    with kept.load():
        steps = finish(kept)
        kept.add(kept.world.database)
    after = read_key_file(kept.path)
    assert len(steps) >= 3
    assert steps[-1] == 0
    assert set(kept.under()) == {after.current[0]} != {before.current[0]}
    assert (after.next, after.old, after.root) == (None, None, before.root)
    assert after.current[1] not in {before.current[1], after.root}
    assert before.current[0] not in kept.path.read_text()
    assert kept.unreadable() == []


def points() -> list[str]:
    return ["prepared", "before in use", "in use", "one batch", "before close", "closed"]


@pytest.mark.parametrize("point", points())
def test_ended_at_any_point_it_goes_on_there(kept: Kept, point: str, monkeypatch: pytest.MonkeyPatch) -> None:
    old = read_key_file(kept.path).current[0]
    _end_at(kept, point, monkeypatch)
    assert kept.unreadable() == []
    kept.add(kept.world.database)
    unfinished = read_key_file(kept.path)
    assert unfinished.next or unfinished.old
    finish(kept)
    assert set(kept.under()) == {(unfinished.next or unfinished.current)[0]} != {old}
    assert kept.unreadable() == []


class Killed(Exception): ...


def dies(*_: object) -> None:
    raise Killed


def _end_at(kept: Kept, point: str, patched: pytest.MonkeyPatch) -> None:
    steps = rotate(kept.world.database, kept.path, lambda: kept.world.now, batch=50)
    if point == "prepared":
        prepare(kept.world.database, kept.path)
    elif point == "one batch":
        next(steps)
    else:
        places = {"before in use": "_take_into_use", "in use": "_wrap_anew", "before close": "_close"}
        dying = dies if point in places else _dies_at_the_last_writing
        patched.setattr(key_rotation, places.get(point, "replace_key_file"), dying)
        with pytest.raises(Killed):
            list(steps)
    patched.undo()


def _dies_at_the_last_writing(path: Path, keys: KeyFile) -> None:
    if keys.next is keys.old is None:
        raise Killed
    replace_key_file(path, keys)


def test_who_slept_through_it_wraps_nothing_under_the_old_key(kept: Kept) -> None:
    asleep = replace(load_keyring(kept.path), source=None)
    finish(kept)
    other = Database(kept.world.database.url, asleep)
    with pytest.raises(IntegrityError), other.transaction() as session:
        data_key(session, "late")
    other.dispose()
    assert len(kept.under()) == 1


def test_what_an_earlier_version_wrapped_without_saying_so_is_found(kept: Kept) -> None:
    ring = kept.world.database.keyring
    with kept.world.change() as session:
        session.execute(insert(CaseKey).values(case_id="silent", wrapped=ring.wrap(b"k" * 32, "silent")))
        session.execute(insert(CaseKey).values(case_id="gone", wrapped="", under=ring.key_id, erased_at=kept.world.now))
    finish(kept)
    with kept.world.look() as session:
        assert data_key(session, "silent") == b"k" * 32
        assert session.get_one(CaseKey, "gone").under is None


def test_a_file_of_before_there_were_roots_keeps_what_was_derived(world: World, tmp_path: Path) -> None:
    path = tmp_path / "first.key"
    path.write_text(f"vaka-data-key 01234567 {'ab' * 32}\n")
    ring = load_keyring(path)
    assert ring.derive("receipt") == Keyring("x", bytes.fromhex("ab" * 32)).derive("receipt")
    with world.change() as session:
        row = session.get_one(CaseKey, INSTANCE)
        session.add(WrappingKey(key_id=ring.key_id))
        session.flush()
        row.wrapped, row.under = ring.wrap(data_key(session, INSTANCE), INSTANCE), ring.key_id
    first = Database(world.database.url, ring)
    list(rotate(first, path, lambda: world.now))
    assert first.keyring.key_id != "01234567"
    assert first.keyring.derive("receipt") == ring.derive("receipt")
    first.dispose()


def test_one_change_at_a_time(kept: Kept) -> None:
    with alone_with(kept.path), pytest.raises(WrongSettings, match="under way"), alone_with(kept.path):
        pass


@pytest.mark.long
def test_killed_fifty_times_under_load(world: World) -> None:
    """S4: nothing becomes unreadable, and the last run leaves no data key under an old key."""
    kept, chance = Kept(world), Random(4)
    kept.add(world.database, 400)
    first = read_key_file(kept.path).current[0]
    for _ in range(50):
        with kept.load():
            line = [sys.executable, "-c", CHILD, world.database.url, str(kept.path)]
            child = subprocess.Popen(line, stdout=subprocess.PIPE)
            assert child.stdout
            for _ in range(chance.randrange(4)):
                child.stdout.readline()
            time.sleep(chance.uniform(0, 0.05))
            child.send_signal(signal.SIGKILL)
            child.wait(30)
            child.stdout.close()
        assert kept.unreadable() == []
    finish(kept)
    assert set(kept.under()) == {read_key_file(kept.path).current[0]} != {first}
    assert kept.unreadable() == []


@pytest.mark.long
def test_a_hundred_thousand_keys_in_a_minute(world: World) -> None:
    ring = world.database.keyring
    rows = [{"case_id": f"{n:032x}", "wrapped": ring.wrap(n.to_bytes(32), f"{n:032x}"), "under": ring.key_id}
            for n in range(100_000)]  # fmt: skip
    with world.change() as session:
        session.execute(insert(CaseKey), rows)
    begun = time.monotonic()
    for _ in rotate(world.database, world.settings.data_key, lambda: world.now):
        pass
    assert time.monotonic() - begun <= 60
    with world.look() as session:
        assert set(wrapped_under(session)) == {world.database.keyring.key_id}
        assert session.scalar(select(CaseKey.case_id).where(CaseKey.under != world.database.keyring.key_id)) is None
        assert data_key(session, f"{99_999:032x}") == (99_999).to_bytes(32)
