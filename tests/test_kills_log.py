"""Processes that change cases and sign the log are killed over and over: every change has its entry, every entry its
change (L5 of security.md), and no two different logs of one size were ever signed.
"""

import json
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from core.access import Role
from core.audit.checkpoints import known_keys
from core.audit.models import AuditEntry
from core.audit.note import open_checkpoint
from core.audit.proof_models import AuditCheckpoint
from core.audit.signer import Signer
from core.audit.signer_folder import Folder
from core.audit.verify import verify
from core.moment import now
from incidents.models import CaseNote, Incident
from tests.fixtures.forks import FORKS
from tests.fixtures.log_writer import Order, kill_over_and_over
from tests.fixtures.shifted import environment
from tests.fixtures.world import World

PATIENCE = 60.0


def kill_while_writing(world: World, folder: Path, kills: int) -> None:
    log = folder / "writers.log"
    order = Order(environment(world.settings), log, world.actor(Role.MANAGER), kills)
    process = FORKS.Process(target=kill_over_and_over, args=(order,), daemon=True)
    process.start()
    process.join(PATIENCE + 5 * kills)
    assert process.exitcode == 0, log.read_text()
    assert mismatches(world) == []
    assert_signed_once(world)


def mismatches(world: World) -> list[str]:
    """Changes without their entry and entries without their change."""
    with world.look() as session:
        cases = session.execute(select(Incident.reference, Incident.owner_id)).all()
        notes = session.scalars(select(CaseNote.id)).all()
        entries = session.execute(select(AuditEntry.action, AuditEntry.object, AuditEntry.entry)).all()
    changed = Counter(
        [("incident:reported", reference) for reference, _ in cases]
        + [("incident:taken", reference) for reference, owner in cases if owner]
        + [("incident:noted", note) for note in notes]
    )
    logged = Counter(
        (action, json.loads(entry)["facts"]["note"] if action == "incident:noted" else about)
        for action, about, entry in entries
    )
    assert len(cases) > 1
    assert {action for action, _ in logged} == {"incident:reported", "incident:taken", "incident:noted"}
    return sorted(str(one) for one in ((changed - logged) + (logged - changed)))


def assert_signed_once(world: World) -> None:
    """The signer goes on; each size has one note, each is the root that the entries have, and none is lost."""
    Signer.of(world.database, world.settings).look(now(), "asked")
    memory = Folder(world.settings.signer).memory()
    assert memory is not None
    with world.look() as session:
        found, keys = verify(session), known_keys(session)
        rows = session.execute(select(AuditCheckpoint.size, AuditCheckpoint.note, AuditCheckpoint.root)).all()
    assert (found.result, found.size, len(keys)) == ("ok", memory.size, 1)
    assert len({row.size for row in rows}) == len({row.note for row in rows})
    for row in rows:
        point = open_checkpoint(row.note, keys)
        assert (point.size, point.root.hex()) == (row.size, row.root)


def test_six_kills_leave_no_change_without_its_entry(world: World, tmp_path: Path) -> None:
    kill_while_writing(world, tmp_path, 6)


@pytest.mark.long
def test_a_thousand_kills_leave_no_change_without_its_entry(world: World, tmp_path: Path) -> None:
    kill_while_writing(world, tmp_path, 1000)
