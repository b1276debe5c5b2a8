"""Cases that have ended, erasing them as the worker does, and what a thief of the disk would then hold."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.models import METADATA
from core.access import Role
from core.audit.models import AuditEntry
from core.files import StoredFile
from core.sweeping import sweep
from incidents import thread
from incidents.attachments import attach
from incidents.case_notes import NoteKind, write_note
from incidents.ending import dismiss
from incidents.erasing.clearing import clear_erased
from incidents.erasing.jobs import TOUCHED, WORDS
from incidents.erasing.parts import Part, erase
from incidents.erasing.places import EMPTIED, deleted_afterwards, deleted_at_once, table_of
from incidents.erasing_models import ErasureItem
from incidents.forms import AddMessage
from incidents.models import Incident
from notifications.models import OutboxMessage
from tests.fixtures.canaries import canary, kept_bytes
from tests.fixtures.world import World
from tests.incidents.cases import Case

OF_A_CASE = {
    *(table_of(model).name for model, _ in [*deleted_at_once(""), *deleted_afterwards("")]),
    *(place.table.name for place in EMPTIED),
    "case_key",
}


def ended_case(world: World, **changes: object) -> Case:
    """Reported, written about, with a file; then two people agreed that it is no incident."""
    case = Case(world, what_happened_text=f"Listan gick till {canary('berattelse')} på fel företag.", **changes)
    case.take()
    case.classify(title=canary("rubrik"), systems=canary("system"))
    case.do(_written, Role.MANAGER)
    case.do(dismiss, Role.MANAGER, canary("skal"))
    case.sign(Role.HEAD)
    with world.change() as session:
        session.execute(update(OutboxMessage).values(state="accepted"))
    return case


def _written(session: Session, actor: object, incident: Incident, now: datetime) -> None:
    write_note(session, actor, incident, NoteKind.NOTE, canary("anteckning"), now, now)  # type: ignore[arg-type]
    attach(session, actor, incident, f"{canary('fil')}.txt", canary("innehall").encode(), now)  # type: ignore[arg-type]
    thread.answer_reporter(session, actor, incident, AddMessage(text=canary("svar")), now)  # type: ignore[arg-type]


def erase_now(world: World, case_id: str, part: Part = Part.CASE) -> None:
    """What the worker does with an item that two people have signed."""
    with world.change() as session:
        incident = session.get_one(Incident, case_id)
        session.execute(delete(ErasureItem).where(ErasureItem.incident_id == case_id, ErasureItem.part == part))
        item = ErasureItem(incident_id=case_id, part=part, rule="closed", due_at=world.now, noticed_at=world.now,
                           batch_id="batch", proposed_by="one", approved_by="other")  # fmt: skip
        session.add(item)
        session.flush()
        erase(session, incident, item, world.now)
    clear_erased(world.database, world.now)


def sealed_texts(world: World) -> dict[str, list[str]]:
    """Everything that is sealed under the keys of cases, and the wrapped keys, by table: what would show that something
    is left. The nonce makes each unlike any other."""
    found: dict[str, list[str]] = {}
    with world.look() as session:
        entries = select(AuditEntry.seq).where(AuditEntry.case_id == "")
        for name in sorted(OF_A_CASE):
            table = METADATA.tables[name]
            rows = select(table)
            if "case_id" in table.c:
                rows = rows.where(table.c.case_id != "")
            if name == "finding_reply":
                about = METADATA.tables["finding"]
                rows = rows.where(table.c.finding_id.in_(select(about.c.id).where(about.c.case_id != "")))
            if name == "audit_value":
                rows = rows.where(table.c.seq.not_in(entries))
            for row in session.execute(rows):
                texts = [value.decode() if isinstance(value, bytes) else value for value in row]
                found.setdefault(name, []).extend(one for one in texts if isinstance(one, str) and one[:3] == "v1.")
    return found


def everything_kept(world: World) -> Iterator[tuple[str, bytes]]:
    yield from kept_bytes(world.database.url, world.settings.var_dir)


def swept(world: World) -> bool:
    return sweep(world.database, TOUCHED, WORDS)


def take_samples(world: World) -> None:
    """Both databases keep samples of the columns for their planner, PostgreSQL with the values in clear."""
    with world.database.writer.begin() as line:
        line.exec_driver_sql("ANALYZE")


def files(world: World) -> int:
    with world.look() as session:
        return len(session.scalars(select(StoredFile.id)).all())
