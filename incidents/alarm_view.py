"""The levels of a case's clocks for its page: when each fell, fired and was sent, who was told, who answered, and which
were overtaken or are still to come."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit.models import AuditEntry
from core.audit.told import altered
from core.audit.told import told as read
from core.errors import N_
from core.i18n import absolute, translate
from identity.people import names
from incidents.clock_rows import facts, ladder_of
from incidents.escalation import levels
from incidents.models import ClockLevel, Incident, IncidentClock, LevelAlarm

ACKNOWLEDGED = "clock:acknowledged"
Key = tuple[str, int, str]


@dataclass(frozen=True, slots=True)
class LevelRow:
    """One level in words. `answers` are (who, when) of everybody who has acknowledged it; `state` sums it up."""

    level: str
    means: str
    due: str
    fired: str
    sent: str
    second: str
    alarms: int
    told: tuple[str, ...]
    answers: tuple[tuple[str, str], ...]
    overtaken: bool
    open: bool
    state: str


def alarm_rows(session: Session, incident: Incident, lang: str, zone: str) -> dict[str, list[LevelRow]]:
    """The levels of the present round of every clock, by the clock's id, in the order in which they fall."""
    ids = [clock.id for clock in incident.clocks]
    raised = {_key(row): row for row in session.scalars(select(ClockLevel).where(ClockLevel.clock_id.in_(ids)))}
    told: defaultdict[Key, list[str]] = defaultdict(list)
    for alarm in session.scalars(select(LevelAlarm).where(LevelAlarm.clock_id.in_(ids)).order_by(LevelAlarm.number)):
        told[_key(alarm)].append(alarm.user_id)
    answers = _answers(session, incident)
    people = names(session, {user for users in told.values() for user in users} | {who for who, *_ in answers})

    def row(clock: IncidentClock, level: str, means: str, due_at: datetime) -> LevelRow:
        key = (clock.id, clock.round, level)
        found = raised.get(key)
        said = [
            (people.get(who, ""), absolute(at, lang, zone))
            for who, at, duty, number, answered in answers
            if (duty, number, answered) == (clock.duty, clock.round, level)
        ]
        return LevelRow(
            level=level,
            means=translate(lang, means),
            due=absolute(due_at, lang, zone),
            fired=_moment(found.raised_at if found else None, lang, zone),
            sent=_moment(found.sent_at if found else None, lang, zone),
            second=_moment(found.second_at if found else None, lang, zone),
            alarms=found.alarms if found else 0,
            told=tuple(dict.fromkeys(people.get(user, "") for user in told[key])),
            answers=tuple(said),
            overtaken=found is not None and found.overtaken,
            open=_open(clock, found),
            state=translate(lang, _state(clock, found)),
        )

    return {clock.id: [row(clock, *fall) for fall in _falls(clock, raised)] for clock in incident.clocks}


def open_alarm(rows: Sequence[LevelRow]) -> LevelRow | None:
    """The alarm of a clock that waits for somebody's answer."""
    return next((row for row in reversed(rows) if row.open), None)


def _falls(clock: IncidentClock, raised: dict[Key, ClockLevel]) -> list[tuple[str, str, datetime]]:
    """The ladder of today, with what was raised at its true moment even where a deadline has moved since."""
    coming = {step.level.value: at for step, at in levels(facts(clock))}
    known = {row.level: row.due_at for row in raised.values() if (row.clock_id, row.round) == (clock.id, clock.round)}
    means = {step.level.value: step.means for step in ladder_of(clock)}
    falls = coming | known
    return sorted(
        ((level, means.get(level, level), at) for level, at in falls.items()), key=lambda fall: (fall[2], fall[0])
    )


def _open(clock: IncidentClock, row: ClockLevel | None) -> bool:
    return row is not None and clock.stopped_at is None and not row.overtaken and row.acknowledged_at is None


def _state(clock: IncidentClock, row: ClockLevel | None) -> str:
    if row is None:
        return N_("To come") if clock.stopped_at is None else N_("Not needed")
    if row.overtaken:
        return N_("Overtaken by a later alarm")
    if row.acknowledged_at is not None:
        return N_("Acknowledged")
    return N_("Not acknowledged")


def _answers(session: Session, incident: Incident) -> list[tuple[str, datetime, str, int, str]]:
    """Everybody who ever acknowledged an alarm of this case, from the log: a level that alarms again forgets it."""
    query = select(AuditEntry.at, AuditEntry.entry).where(AuditEntry.case_id == incident.id)
    rows = session.execute(query.where(AuditEntry.action == ACKNOWLEDGED).order_by(AuditEntry.seq))
    entries = [(row.at, read(row.entry)) for row in rows]
    return [
        (entry["actor"], at, *(entry["facts"].get(name) for name in ("duty", "round", "level")))
        for at, entry in entries
        if not altered(entry)
    ]


def _key(row: ClockLevel | LevelAlarm) -> Key:
    return row.clock_id, row.round, row.level


def _moment(at: datetime | None, lang: str, zone: str) -> str:
    return absolute(at, lang, zone) if at is not None else ""
