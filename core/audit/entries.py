"""Writing the log: `record` collects during a transaction, one flush just before the commit appends everything."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from core.access import Actor
from core.audit.models import AuditEntry, AuditHead, AuditValue
from core.audit.tree import append, leaf_hash
from core.crypto import Keyring, commitment
from core.db import at_commit
from core.keys import INSTANCE, commit_value, seal

Fact = str | int | bool | None | list[str]
Change = tuple[str | None, str | None]


@dataclass(frozen=True)
class Draft:
    """An entry that waits for its number."""

    at: datetime
    actor: Actor
    action: str
    object: str
    case_id: str
    facts: Mapping[str, Fact]
    changes: Mapping[str, Change]


def record(
    session: Session,
    actor: Actor,
    action: str,
    object: str,
    now: datetime,
    *,
    case: str = INSTANCE,
    facts: Mapping[str, Fact] | None = None,
    changes: Mapping[str, Change] | None = None,
) -> None:
    """Note what `actor` did; it is written as the last statement of this transaction.

    `action` reads "source:verb". `facts` stand in clear and never hold personal data. `changes` map a field to its
    value before and after: the log keeps keyed commitments, the values lie beside it under the key of `case`.
    """
    drafts: list[Draft] = session.info.setdefault("entries", [])
    drafts.append(Draft(now, actor, action, object, case, facts or {}, changes or {}))
    at_commit(session, write_entries)


def write_entries(session: Session) -> None:
    """Append every draft and write the head row once. The head row's lock keeps two writers from forking the tree."""
    drafts: list[Draft] = session.info.pop("entries", [])
    head = session.scalars(select(AuditHead).with_for_update(), execution_options={"populate_existing": True}).one()
    frontier, size = tuple(bytes.fromhex(node) for node in head.frontier), head.size
    rows: list[dict[str, object]] = []
    values: list[dict[str, object]] = []
    for draft in drafts:
        entry = canonical(_entry(session, draft, size, values))
        leaf = leaf_hash(entry)
        rows.append(
            {
                "seq": size,
                "entry": entry,
                "leaf": leaf,
                "at": draft.at,
                "actor": draft.actor.id,
                "action": draft.action,
                "object": draft.object,
                "case_id": draft.case_id,
            }
        )
        frontier, size = append(frontier, size, leaf), size + 1
    session.execute(insert(AuditEntry), rows)
    if values:
        session.execute(insert(AuditValue), values)
    head.size, head.frontier = size, [node.hex() for node in frontier]
    head.mac = head_mac(session.info["keyring"], head.size, head.frontier)
    session.flush()


def head_mac(keyring: Keyring, size: int, frontier: list[str]) -> str:
    """The MAC of a head, keyed outside the database: rewriting rows and head by SQL alone shows."""
    return commitment(keyring.derive("audit-head"), str(size), *frontier)


def canonical(entry: Mapping[str, object]) -> bytes:
    """RFC 8785 for our values (strings, whole numbers, booleans, lists, objects): sorted keys, no spaces, UTF-8."""
    return json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _entry(session: Session, draft: Draft, seq: int, values: list[dict[str, object]]) -> dict[str, object]:
    changes = {}
    for field, sides in draft.changes.items():
        changes[field] = {
            side: _commit(session, draft, seq, field, side, value, values)
            for side, value in zip(("before", "after"), sides, strict=True)
        }
    return {
        "v": 1,
        "seq": seq,
        "ts": stamp(draft.at),
        "actor": draft.actor.id,
        "roles": sorted(draft.actor.roles),
        "action": draft.action,
        "object": draft.object,
        "case": draft.case_id,
        "facts": dict(draft.facts),
        "changes": changes,
    }


def _commit(
    session: Session, draft: Draft, seq: int, field: str, side: str, value: str | None, values: list[dict[str, object]]
) -> str | None:
    if value is None:
        return None
    sealed = seal(session, draft.case_id, f"audit_value.{field}.{side}:{seq}", value)
    values.append({"seq": seq, "field": field, "side": side, "sealed": sealed})
    return commit_value(session, draft.case_id, f"{seq}.{field}.{side}", value)


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
