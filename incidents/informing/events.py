"""Four eyes as a list, newest first: who did what to the letters and what they wrote, read from the log."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import SYSTEM
from core.audit.models import AuditEntry
from core.audit.told import CANNOT_BE_READ, altered, told
from core.audit.values import written
from core.errors import N_
from core.i18n import clock_time, iso, long_date, translate
from core.organisation import organisation
from identity.people import names
from incidents.models import Incident
from notifications.letters.models import Mailing

SHOWN = 60
BEGUN = "mailing:opened_again"
WRITTEN = "mailing:written"
GIVEN_BACK = "mailing:given_back"
PUBLIC_GIVEN_BACK = "mailing:public_given_back"
STEPS: Mapping[str, tuple[str, str]] = {  # the title; then a line from the facts, or the field that somebody wrote
    BEGUN: (N_("{name} began a new letter"), "reason"),
    "mailing:list_imported": (N_("{name} imported the list"), N_("Rows: {rows}. People: {people}.")),
    "mailing:list_carried": (N_("{name} took over the people of the letter before"), N_("People: {people}.")),
    WRITTEN: (N_("{name} changed the letter"), N_("Version {edition} of the letter.")),
    "mailing:tested": (N_("{name} sent a test"), N_("To {readers} people here, marked as a test.")),
    "mailing:approval_asked": (N_("{name} asked for approval"), ""),
    GIVEN_BACK: (N_("{name} gave the letters back"), "comment"),
    "mailing:approved": (
        N_("{name} approved"),
        N_("Typed the number: {count}. Nothing is changed since the test."),
    ),
    "mailing:short_list_approved": (N_("{name} approved that fewer are told than the case says"), "reason"),
    "mailing:stopped": (N_("{name} stopped the sending before anything had left"), ""),
    "mailing:sending": (N_("The sending began"), N_("After the wait. Nobody stopped it.")),
    "mailing:paused": (N_("{name} paused the sending"), ""),
    "mailing:resumed": (N_("{name} resumed the sending"), ""),
    "mailing:sent": (N_("Every mail has an outcome"), N_("Delivered: {arrived} of {total}. Failed: {failed}.")),
    "mailing:printed": (N_("{name} printed letters for the post"), N_("Letters: {letters}.")),
    "mailing:done": (N_("{name} marked the letters as done"), "reason"),
}
TURNS = {  # a comment counts until the next of these
    GIVEN_BACK: ("mailing:tested", "mailing:stopped"),
    PUBLIC_GIVEN_BACK: ("mailing:public_written", "mailing:public_approved"),
}


@dataclass(frozen=True, slots=True)
class Event:
    """A line of templates/parts/timeline.html."""

    iso: str
    time_text: str
    title: str
    text: str = ""
    system: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    heading: str
    entries: list[Event]


@dataclass(frozen=True, slots=True)
class Returned:
    """What was given back to be changed: by whom, and why."""

    name: str
    comment: str


def events(session: Session, mailing: Mailing | None, lang: str) -> list[Day]:
    """The steps of one mailing so far, by day."""
    if mailing is None:
        return []
    zone, lines = organisation(session).zone, _entries(session, mailing.incident_id, STEPS, SHOWN)
    found = list(_last_edits(_of_this_letter(lines)))
    known = names(session, [entry.actor for entry in found])
    days = groupby(found, key=lambda entry: long_date(entry.at, lang, zone))
    return [Day(day, [_event(session, one, known, lang, zone) for one in entries]) for day, entries in days]


def returned(session: Session, incident: Incident, back: str = GIVEN_BACK) -> Returned | None:
    """Why it was given back, until it is tested (or, for the public, written) again."""
    latest = next(iter(_entries(session, incident.id, (back, *TURNS[back]), 1)), None)
    if latest is None or latest.action != back:
        return None
    return Returned(names(session, [latest.actor]).get(latest.actor, "–"), written(session, latest, "comment"))


def _entries(session: Session, case: str, actions: Collection[str], most: int) -> list[AuditEntry]:
    query = select(AuditEntry).where(AuditEntry.case_id == case, AuditEntry.action.in_(actions))
    return list(session.scalars(query.order_by(AuditEntry.seq.desc()).limit(most)))


def _of_this_letter(entries: Sequence[AuditEntry]) -> Iterator[AuditEntry]:
    """Back to where it was begun; the steps of a letter before it are in the log."""
    for entry in entries:
        yield entry
        if entry.action == BEGUN:
            return


def _last_edits(entries: Iterable[AuditEntry]) -> Iterator[AuditEntry]:
    """Who saves ten times in a row has changed the letter once."""
    before = ("", "")
    for entry in entries:
        if entry.action != WRITTEN or before != (entry.action, entry.actor):
            yield entry
        before = entry.action, entry.actor


def _event(session: Session, entry: AuditEntry, known: Mapping[str, str], lang: str, zone: str) -> Event:
    title, below = STEPS[entry.action]
    fields = told(entry.entry)
    return Event(
        iso(entry.at, zone),
        clock_time(entry.at, zone),
        translate(lang, title, name=known.get(entry.actor, "–")),
        translate(lang, CANNOT_BE_READ) if altered(fields) else _below(session, entry, below, fields["facts"], lang),
        system=entry.actor == SYSTEM.id,
    )


def _below(session: Session, entry: AuditEntry, below: str, facts: Mapping[str, Any], lang: str) -> str:
    """The line below: what somebody wrote, or a sentence from the facts, as far as they are what they were."""
    if not below or below.isalpha():
        return written(session, entry, below) if below else ""
    try:
        return translate(lang, below, **facts)
    except (LookupError, TypeError, ValueError):
        return translate(lang, CANNOT_BE_READ)
