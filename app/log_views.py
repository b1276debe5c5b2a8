"""What the pages of the log show: rows in words, and one entry with its values checked against their commitments."""

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.log_diff import Piece, difference
from app.log_objects import called
from app.log_telling import Telling, moments
from core.access import Actor, Operation
from core.audit.models import AuditEntry, AuditValue
from core.audit.told import told
from core.audit.tree import leaf_hash
from core.audit.values import opened
from core.crypto import CannotOpen
from core.errors import N_
from core.i18n import translate
from core.keys import CaseKey, commit_value
from core.organisation import organisation
from incidents.catalogue import catalogue
from incidents.erasing.parts import Part
from incidents.erasing_models import ErasedPart
from incidents.log_facts import controls_in, fact_in_words, facts_in_words
from incidents.log_fields import field_in_words, in_order
from incidents.log_values import Saying, controls_of, ids_in, value_in_words
from risk.queries import own_titles

REPORTER = ("contact", "reporter")  # whose values only those see who may see the reporter (product.md)
SIDES = ("before", "after")
Found = list[tuple[str, list["Side"]]]  # the sides of each field


@dataclass(frozen=True, slots=True)
class Row:
    """One entry in words. `recorded_at` is there when it was written down later than it happened."""

    seq: int
    happened_at: datetime
    recorded_at: datetime | None
    actor: str
    who: str
    role: str
    action: str
    what: str
    object: str
    about: str
    reference: bool
    reason: str = ""


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


@dataclass(frozen=True, slots=True)
class Detail:
    row: Row
    facts: list[tuple[str, str]]
    changes: list[Change]
    leaf: str
    leaf_holds: bool
    stored: str


def rows(session: Session, found: Iterable[AuditEntry], lang: str) -> list[Row]:
    entries = list(found)
    objects = {entry.object for entry in entries}
    tell = Telling(lang, called(session, {entry.actor for entry in entries} | objects, lang))
    why = reasons(session, entries)
    return [replace(row(entry, tell), reason=why.get(entry.seq, "")) for entry in entries]


def reasons(session: Session, entries: Iterable[AuditEntry]) -> dict[int, str]:
    """The reasons that people gave, where the key of the case is still there; each was held against its entry."""
    known = {entry.seq: entry for entry in entries}
    wanted = (AuditValue.seq.in_(known), AuditValue.field == "reason", AuditValue.side == "after")
    found = {}
    for value in session.scalars(select(AuditValue).where(*wanted)):
        entry = known[value.seq]
        committed = told(entry.entry)["changes"].get("reason", {}).get("after")
        side = _opened(session, entry, "reason", "after", committed or "", value)
        if side.state == "shown":
            found[entry.seq] = side.text
    return found


def row(entry: AuditEntry, tell: Telling) -> Row:
    fields = told(entry.entry)
    happened_at, recorded_at = moments(entry.at, fields)
    return Row(
        seq=entry.seq,
        happened_at=happened_at,
        recorded_at=recorded_at,
        actor=entry.actor,
        who=tell.person(entry.actor),
        role=tell.role(fields),
        action=entry.action,
        what=tell.act(entry.action, fields),
        object=entry.object,
        about=tell.about(entry.object),
        reference=bool(entry.case_id),
    )


def detail(session: Session, actor: Actor, entry: AuditEntry, lang: str) -> Detail:
    """One entry: facts in clear, values opened where the key is still there, and the leaf computed again."""
    fields = told(entry.entry)
    values = {
        (value.field, value.side): value
        for value in session.scalars(select(AuditValue).where(AuditValue.seq == entry.seq))
    }
    found = [
        (field, [_side(session, actor, entry, field, side, fields["changes"][field][side], values) for side in SIDES])
        for field in in_order(entry.action, fields["changes"])
    ]
    say = _saying(session, actor, entry, controls_in(fields["facts"]), found, lang)
    changes = [
        _change(
            field_in_words(entry.action, field, lang), *(_in_words(entry.action, field, side, say) for side in sides)
        )
        for field, sides in found
    ]
    return Detail(
        row=rows(session, [entry], lang)[0],
        facts=facts_in_words(fields["facts"], lang, say.zone, say.titles, proofs=True),
        changes=_moved(fields["facts"], lang, say.zone) + changes,
        leaf=entry.leaf.hex(),
        leaf_holds=hmac.compare_digest(leaf_hash(entry.entry), entry.leaf),
        stored=entry.entry.decode(errors="replace"),
    )


def _saying(session: Session, actor: Actor, entry: AuditEntry, controls: set[str], found: Found, lang: str) -> Saying:
    """What the values need to be said in words, for this reader."""
    shown = [(field, side.text) for field, sides in found for side in sides if side.state == "shown"]
    ids = {one for field, text in shown for one in ids_in(entry.action, field, text)}
    controls = controls | {code for field, text in shown for code in controls_of(field, text)}
    titles = own_titles(session, controls) if actor.may(Operation.LIST_CONTROLS) else {}
    return Saying(lang, organisation(session).zone, catalogue(session), called(session, ids, lang), titles)


def _in_words(action: str, field: str, side: Side, say: Saying) -> Side:
    """What was altered is shown as it lies there."""
    if side.state != "shown":
        return side
    text = value_in_words(action, field, side.text, say)
    return Side("shown", text) if text else Side("none")


def _change(label: str, before: Side, after: Side) -> Change:
    old, new = difference(before.text, after.text)
    return Change(label, replace(before, pieces=tuple(old)), replace(after, pieces=tuple(new)))


def _moved(facts: Mapping[str, Any], lang: str, zone: str) -> list[Change]:
    """A moment that was moved: both stand in the entry itself."""
    if "before" not in facts:
        return []
    field = next((name for name in ("aware_at", "after") if name in facts), "")
    if not field:
        return []
    before, after = (Side("shown", fact_in_words(name, facts[name], lang, zone)) for name in ("before", field))
    label = N_("Moment of awareness") if field == "aware_at" else N_("Value")
    return [_change(translate(lang, label), before, after)]


def _side(
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
    return _opened(session, entry, field, side, committed, value)


def _opened(session: Session, entry: AuditEntry, field: str, side: str, committed: str, value: AuditValue) -> Side:
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
