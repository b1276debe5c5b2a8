"""Berättelse: what happened in a case, told from its log and from what people wrote, newest first, grouped by day.

The log is the truth and never changes; here each entry becomes a sentence. What has no sentence here
is left to the full log.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.access import SYSTEM, Actor
from core.audit.models import AuditEntry, AuditHidden
from core.audit.sight import not_hidden_from
from core.audit.told import ALTERED, CANNOT_BE_READ, told
from core.errors import N_
from core.i18n import absolute, clock_time, iso, long_date, span, translate
from identity.people import names
from incidents.case_notes import NOTE_TITLES, NoteKind, note_text, notes
from incidents.figures.swimlane import Happening, lane_of
from incidents.log_facts import fact_in_words, level_in_words
from incidents.models import CaseNote, Incident
from incidents.sealed import OF_A_JOINT_NOTICE, may_read_entry

LATER = timedelta(minutes=15)
SHOWN = 60
Entries = Sequence[tuple[datetime, Mapping[str, Any]]]
SENTENCES: dict[str, str] = {
    ALTERED: CANNOT_BE_READ,
    "incident:reported": N_("The report came in and the clock started"),
    "incident:imported": N_("Imported from another register"),
    "incident:taken": N_("{who} took the case"),
    "incident:classified": N_("{who} saved the classification"),
    "incident:times_set": N_("{who} corrected when it happened and was noticed"),
    "incident:aware_set": N_("{who} set the moment of awareness"),
    "incident:later_awareness_proposed": N_("{who} proposed a later moment of awareness"),
    "incident:merged": N_("{who} merged the case into another"),
    "incident:absorbed": N_("{who} merged another case into this one"),
    "incident:excluded": N_("A person was marked as involved"),
    "incident:exclusion_confirmed": N_("Two people confirmed that a person is involved"),
    "incident:included": N_("A person is no longer marked as involved"),
    "incident:dismissed": N_("Decided: not an incident"),
    "incident:closed": N_("The case was closed"),
    "countersign:proposed": N_("{who} asked for a second signature"),
    "countersign:signed": N_("{who} signed as the second person"),
    "countersign:refused": N_("{who} refused to sign"),
    "clock:level_raised": N_("Alarm: {level}"),
    "clock:alarm_repeated": N_("Alarm again: {level}"),
    "clock:regime_confirmed": N_("{who} confirmed that a law applies"),
    "clock:regime_refused": N_("{who} found that a law does not apply"),
    "clock:moment_recorded": N_("{who} wrote down a moment that clocks count from"),
    "clock:duty_done": N_("{who} marked a duty as done"),
    "clock:duty_taken_back": N_("{who} took back that a duty was done"),
    "clock:ordered": N_("{who} entered an order of the authority"),
    "clock:acknowledged": N_("{who} acknowledged the alarm: {level}"),
    "commission:convened": N_("{who} convened the commission"),
    "commission:assessed": N_("{who} gave an assessment"),
    "commission:corrected": N_("{who} corrected an assessment"),
    "commission:alarmed": N_("Alarm: answers of the commission are missing"),
    "commission:alarm_taken_back": N_("The alarm of the commission was taken back: the deadline has moved"),
    "decision:default_proposed": N_("The decision can be made without waiting for the commission"),
    "commission:recused": N_("{who} stepped aside"),
    "commission:substituted": N_("A substitute stepped in"),
    "commission:counted": N_("The commission is done"),
    "commission:recalled": N_("{who} took the case back to review"),
    "severity:stated": N_("{who} stated the facts of the severity"),
    "decision:signed": N_("{who} signed the decision"),
    "decision:refused": N_("The decision was refused"),
    "decision:in_force": N_("The decision is in force"),
    "decision:confirmed": N_("The commission confirmed the early decision"),
    "decision:contradicted": N_("The commission came to another answer than the early decision"),
    "minutes:written": N_("The minutes were written"),
    "opinion:given": N_("{who} gave an opinion as data protection officer"),
    "notice:drafted": N_("{who} began the notice"),
    "notice:submitted": N_("{who} asked for approval of the notice"),
    "notice:approved": N_("{who} approved the notice"),
    "notice:given_back": N_("{who} sent the notice back"),
    "notice:mailed": N_("{who} sent the notice by e-mail"),
    "notice:mail_ended": N_("The mail with the notice was stopped or did not arrive"),
    "notice:mail_settled": N_("{who} settled whether the mail with the notice arrived"),
    "notice:filed": N_("{who} recorded that the notice was sent"),
    "notice:withdrawn": N_("{who} withdrew the notice"),
    "recipient:added": N_("{who} added somebody else to tell"),
    "recipient:removed": N_("{who} took somebody off the list of those to tell"),
    "mailing:approved": N_("{who} approved the letters"),
    "mailing:short_list_approved": N_("{who} approved that fewer are told than the case says"),
    "mailing:list_imported": N_("{who} read in the list of people affected"),
    "mailing:sending": N_("The sending of the letters began"),
    "mailing:paused": N_("{who} paused the sending"),
    "mailing:resumed": N_("{who} went on with the sending"),
    "mailing:stopped": N_("{who} stopped the letters"),
    "mailing:sent": N_("All letters were sent"),
    "mailing:done": N_("{who} finished telling the people affected"),
    "file:added": N_("A file was added"),
    "hold:placed": N_("{who} placed a legal hold"),
    "hold:lifted": N_("{who} lifted the legal hold"),
    "supplier:asked": N_("{who} asked a supplier for facts"),
    "supplier:opened": N_("A supplier opened our questions"),
    "supplier:told": N_("A supplier told us what it knows"),
    "supplier:withdrawn": N_("{who} took back a question to a supplier"),
}
THREAD = {  # who wrote, and whether the other side had written last
    (True, False): N_("The reporter wrote"),
    (True, True): N_("The reporter answered"),
    (False, False): N_("{who} wrote to the reporter"),
    (False, True): N_("{who} answered the reporter"),
}


@dataclass(frozen=True, slots=True)
class Event:
    """What templates/parts/timeline.html reads."""

    at: datetime
    iso: str
    time_text: str
    title: str
    text: str = ""
    system: bool = False
    added_later: bool = False
    recorded_text: str = ""
    recorded_iso: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    heading: str
    entries: tuple[Event, ...]


def story(
    session: Session, actor: Actor, incident: Incident, lang: str, zone: str, *, open_texts: bool
) -> tuple[Day, ...]:
    """The days of a case. `open_texts`: whether this reader may see what people wrote."""
    events = _events(
        session, incident, notes(session, incident), _entries(session, actor, incident), lang, zone, open_texts
    )
    events.sort(key=lambda event: event.at, reverse=True)
    days = groupby(events[:SHOWN], key=lambda event: long_date(event.at, lang, zone))
    return tuple(Day(heading, tuple(found)) for heading, found in days)


def happenings(session: Session, actor: Actor, incident: Incident, lang: str) -> list[Happening]:
    """The same sentences by who did it, without what people wrote."""
    return by_lane(session, incident, _entries(session, actor, incident), lang)


def by_lane(session: Session, incident: Incident, entries: Entries, lang: str) -> list[Happening]:
    """The entries that have a sentence, each in the lane of whom it concerns."""
    who, lines = names(session, {entry["actor"] for _, entry in entries}), _thread(entries)
    found = []
    for at, entry in entries:
        sentence = lines.get(entry["seq"]) or SENTENCES.get(entry["action"])
        if sentence:
            event = _entry_event(incident, at, entry, sentence, who, lang, "UTC")
            by_reporter = bool(entry["facts"].get("from_reporter"))
            lane = lane_of(entry["action"], by_system=event.system, by_reporter=by_reporter)
            found.append(Happening(at, entry["action"], lane, event.title))
    return found


def events_between(
    session: Session, actor: Actor, incident: Incident, numbers: tuple[int, int], since: datetime | None,
    until: datetime | None, lang: str, zone: str, *, open_texts: bool,
) -> list[Event]:  # fmt: skip
    """The sentences of the entries with these numbers, and notes of what happened after `since`, up to `until`."""
    written = [
        note
        for note in notes(session, incident)
        if (since is None or note.happened_at > since) and (until is None or note.happened_at <= until)
    ]
    query = _of(actor, incident).where(AuditEntry.seq.between(*numbers)).order_by(AuditEntry.seq.desc())
    return _events(session, incident, written, _read(session, query), lang, zone, open_texts)


def _events(
    session: Session, incident: Incident, written: Sequence[CaseNote], entries: Entries, lang: str, zone: str,
    open_texts: bool,
) -> list[Event]:  # fmt: skip
    who = names(session, {note.author_id for note in written} | {entry["actor"] for _, entry in entries})
    lines = _thread(entries)
    return [_note_event(session, note, who, lang, zone, open_texts) for note in written] + [
        _entry_event(incident, at, entry, sentence, who, lang, zone)
        for at, entry in entries
        if (sentence := lines.get(entry["seq"]) or SENTENCES.get(entry["action"]))
    ]


def _of(actor: Actor, incident: Incident) -> Select[datetime, bytes]:
    query = select(AuditEntry.at, AuditEntry.entry).where(AuditEntry.case_id == incident.id)
    return query.where(not_hidden_from(actor.id), may_read_entry(actor))


def _read(session: Session, query: Select[datetime, bytes]) -> Entries:
    return [(row.at, told(row.entry)) for row in session.execute(query)]


def _entries(session: Session, actor: Actor, incident: Incident) -> Entries:
    return _read(session, _of(actor, incident).order_by(AuditEntry.seq.desc()).limit(4 * SHOWN))


def entries_for_everybody(session: Session, incident: Incident, below: int | None) -> Entries:
    """What whoever may see the case may know of it: nothing that is hidden from anybody, and of no other case. `below`:
    up to this number of the log."""
    hidden = select(AuditHidden.seq).where(AuditHidden.seq == AuditEntry.seq)
    query = select(AuditEntry.at, AuditEntry.entry).where(
        AuditEntry.case_id == incident.id, ~hidden.exists(), AuditEntry.action.not_in(OF_A_JOINT_NOTICE)
    )
    if below is not None:
        query = query.where(AuditEntry.seq < below)
    return _read(session, query.order_by(AuditEntry.seq.desc()).limit(4 * SHOWN))


def _thread(entries: Sequence[tuple[datetime, Mapping[str, Any]]]) -> dict[int, str]:
    """Number of a log entry -> what it says about a line of the thread: a question, or the answer to one."""
    found, before = {}, None
    for _, entry in reversed(entries):
        if entry["action"] == "thread:written":
            reporter = bool(entry["facts"].get("from_reporter"))
            found[entry["seq"]] = THREAD[reporter, before is not None and before is not reporter]
            before = reporter
    return found


def _entry_event(
    incident: Incident, at: datetime, entry: Mapping[str, Any], sentence: str, who: Mapping[str, str], lang: str,
    zone: str,
) -> Event:  # fmt: skip
    action, facts = entry["action"], entry["facts"]
    slots = {
        "who": who.get(entry["actor"], "Vaka"),
        "level": level_in_words(str(facts.get("duty", "")), str(facts.get("level", "")), lang),
    }
    return Event(
        at,
        iso(at, zone),
        clock_time(at, zone),
        translate(lang, sentence, **slots),
        _detail(incident, at, action, facts, lang, zone),
        system=entry["actor"] in {SYSTEM.id, "anonymous"},
    )


def _detail(incident: Incident, at: datetime, action: str, facts: Mapping[str, Any], lang: str, zone: str) -> str:
    """The line under a sentence, from the entry's open facts."""
    if action == "incident:taken":
        return translate(lang, N_("{span} after the report."), span=span(at - incident.reported_at))
    if action.startswith("clock:"):
        name = next((one for one in ("duty", "regime", "event", "due_at") if facts.get(one)), "duty")
        return fact_in_words(name, facts.get(name, ""), lang, zone)
    if action.partition(":")[0] in {"notice", "recipient"}:
        name = "recipient" if facts.get("recipient") else "authority"
        return fact_in_words(name, facts.get(name, ""), lang, zone) if facts.get(name) else ""
    if action == "incident:merged":
        return str(facts.get("into", ""))
    if action == "incident:absorbed":
        return str(facts.get("from", ""))
    if action == "incident:aware_set" and facts.get("due_at"):
        return translate(
            lang, N_("The deadline is {moment}."), moment=fact_in_words("due_at", facts["due_at"], lang, zone)
        )
    if action == "incident:later_awareness_proposed":
        return translate(lang, N_("The earlier deadline counts until the chair or the head has agreed."))
    return ""


def _note_event(
    session: Session, note: CaseNote, who: Mapping[str, str], lang: str, zone: str, open_texts: bool
) -> Event:
    event = Event(
        note.happened_at,
        iso(note.happened_at, zone),
        clock_time(note.happened_at, zone),
        translate(lang, NOTE_TITLES[NoteKind(note.kind)], who=who.get(note.author_id, "Vaka")),
        note_text(session, note) if open_texts else "",
    )
    if note.recorded_at - note.happened_at < LATER:
        return event
    recorded = absolute(note.recorded_at, lang, zone)
    return replace(event, added_later=True, recorded_text=recorded, recorded_iso=iso(note.recorded_at, zone))
