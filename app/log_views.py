"""What the pages of the log show: rows in words, and one entry with its values checked against their commitments."""

import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import ANONYMOUS, SYSTEM, Actor, Operation, Role
from core.audit.models import AuditEntry, AuditValue
from core.audit.tree import leaf_hash
from core.audit.values import opened
from core.audit.words import ACTIONS
from core.crypto import CannotOpen
from core.errors import N_
from core.i18n import translate
from core.keys import commit_value
from core.organisation import organisation
from identity.people import names
from identity.titles import titles
from incidents.log_facts import facts_in_words
from risk.controls.cards import CONTROLS

REPORTER = ("contact", "reporter")  # whose values only those see who may see the reporter (product.md)
SHORT = 8


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


@dataclass(frozen=True, slots=True)
class Side:
    """A value before or after: shown, none, erased, withheld, or wrong when it is not what was committed to."""

    state: str
    text: str = ""


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
    who = names(session, {entry.actor for entry in entries} | {entry.object for entry in entries})
    return [row(entry, who, lang) for entry in entries]


def row(entry: AuditEntry, who: Mapping[str, str], lang: str) -> Row:
    stored = json.loads(entry.entry)
    happened = _moment(stored["facts"].get("happened_at"))
    later = happened is not None and abs((entry.at - happened).total_seconds()) >= 60
    held = frozenset(Role(role) for role in stored["roles"] if role in set(Role))
    return Row(
        seq=entry.seq,
        happened_at=happened if later and happened else entry.at,
        recorded_at=entry.at if later else None,
        actor=entry.actor,
        who=_name(entry.actor, who, lang),
        role=translate(lang, next(iter(titles(held)), "")),
        action=entry.action,
        what=translate(lang, ACTIONS.get(entry.action, entry.action)),
        object=entry.object,
        about=translate(lang, N_("the log")) if entry.object == "log" else _about(entry.object, who, lang),
        reference=bool(entry.case_id),
    )


def detail(session: Session, actor: Actor, entry: AuditEntry, lang: str) -> Detail:
    """One entry: facts in clear, values opened where the key is still there, and the leaf computed again."""
    stored = json.loads(entry.entry)
    values = {
        (value.field, value.side): value
        for value in session.scalars(select(AuditValue).where(AuditValue.seq == entry.seq))
    }
    changes = [
        Change(field, *(_side(session, actor, entry, field, side, sides[side], values) for side in ("before", "after")))
        for field, sides in sorted(stored["changes"].items())
    ]
    return Detail(
        row=rows(session, [entry], lang)[0],
        facts=facts_in_words(stored["facts"], lang, organisation(session).zone, proofs=True),
        changes=changes,
        leaf=entry.leaf.hex(),
        leaf_holds=hmac.compare_digest(leaf_hash(entry.entry), entry.leaf),
        stored=entry.entry.decode(errors="replace"),
    )


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
        return Side("erased")
    try:
        text = opened(session, entry, value)
    except CannotOpen:
        return Side("erased")
    again = commit_value(session, entry.case_id, f"{entry.seq}.{field}.{side}", text)
    return Side("shown" if hmac.compare_digest(again, committed) else "wrong", text)


def _name(actor: str, who: Mapping[str, str], lang: str) -> str:
    if actor == SYSTEM.id:
        return "Vaka"
    if actor == ANONYMOUS.id:
        return translate(lang, N_("Without an account"))
    return who.get(actor, actor[:SHORT])


def _about(object: str, who: Mapping[str, str], lang: str) -> str:
    """An object as people know it: a person by name, a control by its title, an opaque id cut short."""
    if object in who:
        return who[object]
    if object in CONTROLS:
        return CONTROLS[object].title.in_(lang)
    return f"{object[:SHORT]}…" if len(object) == 32 and object.isalnum() else object


def _moment(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text)) if text else None
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None
