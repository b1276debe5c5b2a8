"""What the pages of the log show: rows in words, and one entry with its values checked against their commitments."""

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.log_objects import called
from app.log_sides import Change, Side, change, in_words, opened_side, side_of
from app.log_telling import Telling, moments
from core.access import Actor, Operation
from core.audit.models import AuditEntry, AuditValue
from core.audit.told import told
from core.audit.tree import leaf_hash
from core.errors import N_
from core.i18n import translate
from core.organisation import organisation
from incidents.catalogue import catalogue
from incidents.log_facts import controls_in, fact_in_words, facts_in_words
from incidents.log_fields import field_in_words, in_order
from incidents.log_values import Saying, controls_of, ids_in
from risk.queries import own_titles

SIDES = ("before", "after")
Found = list[tuple[str, list[Side]]]  # the sides of each field


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
        side = opened_side(session, entry, "reason", "after", committed or "", value)
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
        (field, [side_of(session, actor, entry, field, side, fields["changes"][field][side], values) for side in SIDES])
        for field in in_order(entry.action, fields["changes"])
    ]
    say = _saying(session, actor, entry, controls_in(fields["facts"]), found, lang)
    changes = [
        change(field_in_words(entry.action, field, lang), *(in_words(entry.action, field, side, say) for side in sides))
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


def _moved(facts: Mapping[str, Any], lang: str, zone: str) -> list[Change]:
    """A moment that was moved: both stand in the entry itself."""
    if "before" not in facts:
        return []
    field = next((name for name in ("aware_at", "after") if name in facts), "")
    if not field:
        return []
    before, after = (Side("shown", fact_in_words(name, facts[name], lang, zone)) for name in ("before", field))
    label = N_("Moment of awareness") if field == "aware_at" else N_("Value")
    return [change(translate(lang, label), before, after)]
