"""A backup under load comes back elsewhere, whole, and opens for nobody but the private half of its key."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import func, select

from core import files
from core.access import SYSTEM, Role
from core.audit import record
from core.audit.models import AuditHead
from core.audit.verify import verify
from core.backup.envelope import new_pair
from core.db import Database
from core.files import StoredFile, file_content
from core.key_file import load_keyring
from core.restored import restored
from identity.models import User
from notifications.service_state import recall
from risk.heartbeats.beating import message_of
from risk.heartbeats.models import OWN, Heartbeat, HeartbeatBeat
from risk.models import ControlCheck
from risk.service import adopt
from tests.fixtures.elsewhere import Elsewhere
from tests.fixtures.world import World
from tests.incidents.reporting import STORY, reported

PICTURE = b"%PDF-1.7\n" + b"x" * 4000


def add(database: Database, world: World, number: int) -> None:
    """A file and the entry that says so: one transaction."""
    with database.transaction() as session:
        file = files.store(
            session, "case", "attachment", f"{number}.pdf", PICTURE + str(number).encode(), "u", world.now
        )
        session.flush()
        record(session, SYSTEM, "file:added", file.id, world.now, case="case")


@contextmanager
def load(world: World) -> Iterator[None]:
    """Somebody adds files all the while, by a connection of their own."""
    over, other = Event(), Database(world.database.url, load_keyring(world.settings.data_key))
    failures = []

    def work() -> None:
        number = 0
        try:
            while not over.is_set():
                add(other, world, number := number + 1)
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


def test_a_backup_under_load_comes_back_elsewhere(elsewhere: Elsewhere) -> None:
    here = elsewhere.here
    reference = reported(here)
    with load(here):
        time.sleep(0.2)
        code, said = elsewhere.back_up("--json")
        time.sleep(0.1)
    assert code == 0, said
    there = elsewhere.settings()
    code, said = elsewhere.restore(there)
    assert code == 0, said
    assert "No mail leaves" in said
    world = elsewhere.world(there)
    with world.look() as session:
        assert verify(session).result == "ok"
        kept = session.scalars(select(StoredFile)).all()
        assert kept
        assert all(file_content(session, file).startswith(PICTURE) for file in kept)
        told = session.scalars(select(func.count()).select_from(StoredFile)).one()
        entries = session.scalars(select(AuditHead)).one().size
        assert restored(session)
        assert session.scalar(select(User.email).where(User.email.startswith("manager")))
    assert told <= entries
    page = world.client(Role.MANAGER).get(f"/incidents/{reference}")
    assert page.status_code == 200
    assert reference in page.text
    assert STORY in page.text
    assert list((there.var_dir / "rooms").iterdir()) == []
    assert (there.data_key.stat().st_mode & 0o777) == 0o600
    world.leave()


def test_nobody_opens_it_without_the_private_half(elsewhere: Elsewhere, tmp_path: Path) -> None:
    here = elsewhere.here
    with here.change() as session:
        session.scalars(select(User).limit(1)).one().name = "Kanariefågel"
    assert elsewhere.back_up()[0] == 0
    raw = elsewhere.file.read_bytes()
    assert b"Kanarie" not in raw
    assert b"vaka-data-key" not in raw
    assert elsewhere.file.stat().st_mode & 0o777 == 0o600
    there = elsewhere.settings()
    elsewhere.safe.write_text(new_pair()[1])
    code, said = elsewhere.restore(there)
    assert (code, said.strip()) == (2, "This private key does not open this backup.")


@pytest.mark.parametrize("fault", ["cut", "altered"])
def test_what_is_not_whole_is_refused_and_leaves_nothing(elsewhere: Elsewhere, fault: str) -> None:
    assert elsewhere.back_up()[0] == 0
    raw = bytearray(elsewhere.file.read_bytes())
    if fault == "cut":
        del raw[-70_000:]
    else:
        raw[len(raw) // 2] ^= 1
    elsewhere.file.write_bytes(raw)
    there = elsewhere.settings()
    code, said = elsewhere.restore(there)
    assert (code, said.strip()) == (1, "This file is not a whole backup: it was cut or altered.")
    assert sorted(path.name for path in there.var_dir.rglob("*")) == [".backup.lock", "rooms"]


def test_it_goes_over_nothing(elsewhere: Elsewhere) -> None:
    elsewhere.file.write_text("mine")
    code, said = elsewhere.back_up()
    assert (code, "already" in said, elsewhere.file.read_text()) == (2, True, "mine")
    elsewhere.file.unlink()
    assert elsewhere.back_up()[0] == 0
    code, said = elsewhere.restore(elsewhere.here.settings)
    assert (code, "not empty" in said) == (2, True)
    with elsewhere.here.look() as session:
        assert restored(session) is None


def test_without_the_keys_the_data_key_is_asked_for(elsewhere: Elsewhere) -> None:
    code, said = elsewhere.back_up("--without-keys")
    assert (code, "data.key of this day is needed" in said) == (0, True)
    there = elsewhere.settings()
    code, said = elsewhere.restore(there)
    assert (code, "--data-key" in said) == (2, True)
    code, said = elsewhere.restore(there, "--data-key", elsewhere.here.settings.data_key)
    assert code == 0, said


def test_it_is_noted_and_only_when_it_is_there(elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch) -> None:
    here = elsewhere.here
    with monkeypatch.context() as patched:
        patched.setenv("PATH", "/nowhere")
        if not here.database.url.startswith("sqlite"):
            code, said = elsewhere.back_up()
            assert (code, "pg_dump is not there" in said) == (3, True)
            assert not elsewhere.file.exists()
    with here.look() as session:
        assert recall(session, "backup") is None
    assert elsewhere.back_up()[0] == 0
    with here.look() as session:
        noted = recall(session, "backup")
        assert noted
        assert noted.value["size"] == elsewhere.file.stat().st_size


def test_it_reports_itself_to_the_control_of_the_backups_also_when_it_fails(elsewhere: Elsewhere) -> None:
    here = elsewhere.here
    assert elsewhere.back_up()[0] == 0
    with here.look() as session:
        assert session.scalars(select(Heartbeat)).all() == []  # no control asks for it
    with here.change() as session:
        adopt(session, here.now)
    assert elsewhere.back_up()[0] == 2  # the file is there already
    elsewhere.file.unlink()
    assert elsewhere.back_up()[0] == 0
    with here.look() as session:
        [own] = session.scalars(select(Heartbeat)).all()
        beats = session.scalars(select(HeartbeatBeat).order_by(HeartbeatBeat.number)).all()
        assert [beat.kind for beat in beats] == ["fail", "success"]
        assert "is there already" in message_of(session, beats[0])
        assert message_of(session, beats[1]).startswith("copy.vaka: ")
        assert (own.id, own.control_code, own.state, own.answers) == (OWN, "backup_copies", "ok", True)
        done = select(ControlCheck.result).order_by(ControlCheck.recorded_at)
        assert session.scalars(done).all() == ["fail", "pass"]
    elsewhere.public = ""
    assert elsewhere.back_up()[0] == 3
    with here.look() as session:
        assert session.get_one(Heartbeat, OWN).state == "failed"


def test_a_pair_is_made_once(elsewhere: Elsewhere) -> None:
    file = elsewhere.folder / "new.key"
    code, said = elsewhere.run(elsewhere.here.settings, "key", "backup", file)
    assert code == 0
    assert "VAKA_BACKUP_PUBLIC_KEY=age1" in said
    assert "AGE-SECRET-KEY" not in said
    assert "AGE-SECRET-KEY" in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600
    before = file.read_text()
    assert elsewhere.run(elsewhere.here.settings, "key", "backup", file)[0] == 2
    assert file.read_text() == before
    elsewhere.public = ""
    code, said = elsewhere.back_up()
    assert (code, "vaka key backup" in said) == (3, True)
