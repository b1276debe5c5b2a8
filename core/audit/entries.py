"""Writing the log: `record` collects during a transaction, one flush just before the commit appends everything."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from core.access import Actor
from core.audit.appending import append_rows
from core.audit.gaps import Growing, taken_numbers
from core.audit.head import LOST, canonical, head_mac, head_to_write
from core.audit.tree import leaf_hash
from core.db import at_commit
from core.keys import INSTANCE, commit_value, known_keys, seal
from core.straight import Cells, stored

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
    hidden_from: str = ""


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
    hidden_from: str | None = None,
) -> None:
    """Note what `actor` did; it is written as the last statement of this transaction.

    `action` reads "source:verb". `facts` stand in clear and never hold personal data. `changes` map a field to its
    value before and after: the log keeps keyed commitments, the values lie beside it under the key of `case`.
    `hidden_from` is the person whom the entry is about and who shall not read it.
    """
    drafts: list[Draft] = session.info.setdefault("entries", [])
    drafts.append(Draft(now, actor, action, object, case, facts or {}, changes or {}, hidden_from or ""))
    at_commit(session, write_entries)


def holds_entries(session: Session) -> bool:
    """Whether this transaction has something to write to the log."""
    return bool(session.info.get("entries"))


def write_entries(session: Session) -> None:
    """Append every draft and write the head row once. The head row's lock keeps two writers from forking the tree.

    What somebody has altered by SQL never stops this: a log that does not verify is an alarm, not an end of reporting.
    """
    drafts: list[Draft] = session.info.pop("entries", [])
    head, trusted = head_to_write(session, _case_to_open(session, drafts))
    tree = Growing.of(head)
    line = session.connection()
    rows: list[Cells] = []
    values: list[Cells] = []
    hidden: list[Cells] = []
    taken = taken_numbers(session, tree.size) if head.last >= tree.size else ()
    for draft in drafts:
        passed = tree.pass_over(taken)
        entry = _entry(session, draft, tree.size, values)
        written = canonical({**entry, "skipped": passed} if passed else entry)
        leaf = leaf_hash(written)
        about = draft.actor.id, draft.action, draft.object, draft.case_id
        rows.append((tree.size, written, leaf, stored(line, draft.at), *about))
        if draft.hidden_from:
            hidden.append((tree.size, draft.hidden_from))
        tree.add(leaf)
    tree.write_to(head)
    head.mac = head_mac(session.info["keyring"], head) if trusted else LOST
    append_rows(line, rows, values, hidden, head)


def _case_to_open(session: Session, drafts: Sequence[Draft]) -> str | None:
    """The first case with values to seal whose key this transaction has not met yet."""
    known = known_keys(session)
    return next((draft.case_id for draft in drafts if draft.changes and draft.case_id not in known), None)


def _entry(session: Session, draft: Draft, seq: int, values: list[Cells]) -> dict[str, object]:
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
    session: Session, draft: Draft, seq: int, field: str, side: str, value: str | None, values: list[Cells]
) -> str | None:
    if value is None:
        return None
    sealed = seal(session, draft.case_id, f"audit_value.{field}.{side}:{seq}", value)
    values.append((seq, field, side, sealed))
    return commit_value(session, draft.case_id, f"{seq}.{field}.{side}", value)


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
