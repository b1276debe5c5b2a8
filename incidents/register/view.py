"""A row of the register as the list shows it: what, which cause, how the authority was told, what was decided."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from incidents.case_view import SHAPES
from incidents.classification import CLASS_LABELS
from incidents.register import wording
from incidents.register.entry import Entry
from incidents.register.wording import Speaker
from incidents.sealed import OWES
from incidents.states import State


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """`level` and `shape` draw the state, `notice_level` how the duty to notify stands."""

    reference: str
    href: str
    case_href: str
    title: str
    reported_at: datetime
    cause: str
    kind: str
    people: str
    notified_at: datetime | None
    notice: str
    notice_level: str
    decision: str
    signed: str
    state: str
    level: str
    shape: str


def register_rows(speaker: Speaker, entries: Iterable[Entry]) -> list[RegisterRow]:
    return [_row(speaker, entry) for entry in entries]


def _row(speaker: Speaker, entry: Entry) -> RegisterRow:
    level, shape = SHAPES.get(State(entry.state), ("calm", "half"))
    kind = speaker.listed([entry.cause_class], CLASS_LABELS)
    return RegisterRow(
        reference=entry.reference,
        href=f"/register/{entry.reference}",
        case_href=f"/incidents/{entry.reference}",
        title=wording.title(speaker, entry),
        reported_at=entry.reported_at,
        cause=speaker.cause(entry.cause_code) if entry.cause_code else kind,
        kind=kind if entry.cause_code else "",
        people=wording.people(speaker, entry),
        notified_at=entry.authority.notified_at,
        notice=wording.notice(speaker, entry),
        notice_level=_level(entry),
        decision=wording.decided(speaker, entry) or (speaker.say(OWES) if entry.withheld else ""),
        signed=wording.signed(speaker, entry),
        state=wording.state(speaker, entry),
        level=level,
        shape=shape,
    )


def _level(entry: Entry) -> str:
    authority = entry.authority
    if authority.notified_at is None:
        return "late" if authority.overdue else "none"
    return "late" if authority.late_seconds else "ok"
