"""A value of an entry, before and after: opened where the key of its case is still there, and held against what the
entry committed to."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from app.log_diff import Piece, difference
from core.access import Actor, Operation
from core.audit.models import AuditEntry, AuditValue
from core.audit.values import opened
from core.crypto import CannotOpen
from core.keys import CaseKey, commit_value
from incidents.erasing.parts import Part
from incidents.erasing_models import ErasedPart
from incidents.log_values import Saying, value_in_words

REPORTER = ("contact", "reporter")  # whose values only those see who may see the reporter (product.md)


@dataclass(frozen=True, slots=True)
class Side:
    """A value before or after: shown, none, erased, withheld, lost when it is gone and was not erased, or wrong when it
    is not what was committed to. `pieces` mark what the other side does not have."""

    state: str
    text: str = ""
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    field: str
    before: Side
    after: Side


def side_of(
    session: Session, actor: Actor, entry: AuditEntry, field: str, side: str, committed: str | None,
    values: Mapping[tuple[str, str], AuditValue],
) -> Side:  # fmt: skip
    if committed is None:
        return Side("none")
    if field.startswith(REPORTER) and not actor.may(Operation.READ_REPORTER):
        return Side("withheld")
    value = values.get((field, side))
    if value is None:
        return Side("erased" if _erased(session, entry, field) else "lost")
    return opened_side(session, entry, field, side, committed, value)


def opened_side(session: Session, entry: AuditEntry, field: str, side: str, committed: str, value: AuditValue) -> Side:
    """The value as it was written, held against what the entry committed to."""
    try:
        text = opened(session, entry, value)
    except CannotOpen:
        return Side("erased" if _erased(session, entry, field) else "wrong")
    again = commit_value(session, entry.case_id, f"{entry.seq}.{field}.{side}", text)
    return Side("shown" if hmac.compare_digest(again, committed) else "wrong", text)


def _erased(session: Session, entry: AuditEntry, field: str) -> bool:
    """With its case, or with who reported it. What is gone and was not erased was taken away by SQL."""
    key = session.get(CaseKey, entry.case_id)
    named = field.startswith(REPORTER) and session.get(ErasedPart, (entry.case_id, Part.REPORTER)) is not None
    return named or key is None or key.erased_at is not None


def in_words(action: str, field: str, side: Side, say: Saying) -> Side:
    """What was altered is shown as it lies there."""
    if side.state != "shown":
        return side
    text = value_in_words(action, field, side.text, say)
    return Side("shown", text) if text else Side("none")


def change(label: str, before: Side, after: Side) -> Change:
    old, new = difference(before.text, after.text)
    return Change(label, replace(before, pieces=tuple(old)), replace(after, pieces=tuple(new)))
