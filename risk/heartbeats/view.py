"""What the pages show of a machine: how it stands, its last words, and a strip of them with its table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import N_
from core.i18n import catalogue, translate
from risk.controls.shapes import Strip
from risk.heartbeats.beating import message_of
from risk.heartbeats.models import Heartbeat, HeartbeatBeat
from risk.heartbeats.naming import name_of
from risk.heartbeats.rules import LABELS, Kind, State, counted_from, late_at, missed_at, silence
from risk.models import Control

SHAPES = {
    State.WAITING: ("calm", "ring"),
    State.OK: ("ok", "dot"),
    State.LATE: ("soon", "triangle"),
    State.FAILED: ("crit", "cross"),
    State.MISSED: ("crit", "square"),
    State.OFF: ("none", "pause"),
}
IN_STRIP = 30
LATELY = 12


@dataclass(frozen=True, slots=True)
class BeatRow:
    """One sign of life."""

    at: datetime
    expected_at: datetime
    word: str
    level: str
    shape: str
    late: bool
    took: str
    exit_status: int | None
    message: str


@dataclass(frozen=True, slots=True)
class Card:
    """One machine."""

    id: str
    href: str
    name: str
    state: State
    word: str
    level: str
    shape: str
    running_since: datetime | None
    last_at: datetime | None
    last_success_at: datetime | None
    expected_at: datetime | None
    late_at: datetime | None
    missed_at: datetime | None
    schedule: str
    grace: str
    answers: bool
    ours: bool
    version: int
    token_made_at: datetime | None
    beats: list[BeatRow]
    strip: Strip
    lately: Strip


def cards(session: Session, control: Control, now: datetime, lang: str) -> list[Card]:
    """Every machine of a control by name; what was taken back stands last."""
    found = session.scalars(select(Heartbeat).where(Heartbeat.control_code == control.code)).all()
    made = [card(session, heartbeat, now, lang) for heartbeat in found]
    return sorted(made, key=lambda one: (one.state is State.OFF, one.name.casefold(), one.id))


def card(session: Session, heartbeat: Heartbeat, now: datetime, lang: str) -> Card:
    """One machine as it stands at this moment, whether or not a worker has looked."""
    base = counted_from(heartbeat.expected_at, heartbeat.listening_since)
    state = [State(heartbeat.state), *silence(State(heartbeat.state), base, heartbeat.grace, now)][-1]
    name, beats = name_of(session, heartbeat), _beats(session, heartbeat, lang)
    (level, shape), off = SHAPES[state], state is State.OFF
    started = heartbeat.started_at
    running = started is not None and (heartbeat.last_at is None or started > heartbeat.last_at) and not off
    return Card(
        id=heartbeat.id,
        href=heartbeat.path,
        name=name,
        state=state,
        word=translate(lang, LABELS[state]),
        level=level,
        shape=shape,
        running_since=started if running else None,
        last_at=heartbeat.last_at,
        last_success_at=heartbeat.last_success_at,
        expected_at=None if off else heartbeat.expected_at,
        late_at=None if off else late_at(base, heartbeat.grace),
        missed_at=None if off else missed_at(base, heartbeat.grace),
        schedule=schedule_words(heartbeat, lang),
        grace=duration(heartbeat.grace),
        answers=heartbeat.answers,
        ours=heartbeat.ours,
        version=heartbeat.version,
        token_made_at=heartbeat.token_made_at,
        beats=beats,
        strip=_strip(f"beats-{heartbeat.id}", name, beats, lang),
        lately=_strip(f"lately-{heartbeat.id}", name, beats[:LATELY], lang),
    )


def typed_of(session: Session, heartbeat: Heartbeat) -> dict[str, str]:
    """The fields of the form, as they stand."""
    every, every_unit = _in_units(heartbeat.interval_seconds or 86400)
    grace, grace_unit = _in_units(heartbeat.grace_seconds)
    return {"name": name_of(session, heartbeat), "how": "cron" if heartbeat.cron else "interval", "every": every,
            "every_unit": every_unit, "cron": heartbeat.cron, "zone": heartbeat.zone, "grace": grace,
            "grace_unit": grace_unit, "answers": "yes" if heartbeat.answers else ""}  # fmt: skip


def schedule_words(heartbeat: Heartbeat, lang: str) -> str:
    if heartbeat.cron:
        return f"{heartbeat.cron} ({heartbeat.zone})"
    return interval_words(heartbeat.interval_seconds or 0, lang)


def interval_words(seconds: int, lang: str) -> str:
    ngettext, (count, unit) = catalogue(lang).ngettext, _in_units(seconds)
    number = int(count)
    match unit:
        case "days":
            words = ngettext("every day", "every %(num)s days", number)
        case "hours":
            words = ngettext("every hour", "every %(num)s hours", number)
        case _:
            words = ngettext("every minute", "every %(num)s minutes", number)
    return words.replace("%(num)s", count)


def duration(length: timedelta) -> str:
    """`0.4 s`, `12 s`, `3 min 20 s`, `1 h 05 min`: the same in both languages but for the comma that neither needs."""
    seconds = length.total_seconds()
    if seconds < 1:
        return f"{round(seconds * 1000)} ms"
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02d} min" if minutes else f"{hours} h"
    if minutes:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    return f"{rest} s"


def _beats(session: Session, heartbeat: Heartbeat, lang: str) -> list[BeatRow]:
    newest = (HeartbeatBeat.number.desc(),)
    query = select(HeartbeatBeat).where(HeartbeatBeat.heartbeat_id == heartbeat.id).order_by(*newest).limit(IN_STRIP)
    return [_beat(session, beat, lang) for beat in session.scalars(query)]


def _beat(session: Session, beat: HeartbeatBeat, lang: str) -> BeatRow:
    failed = beat.kind == Kind.FAIL
    level, shape = ("crit", "cross") if failed else ("soon", "triangle") if beat.late else ("ok", "dot")
    word = N_("failed") if failed else N_("late") if beat.late else N_("in time")
    took = duration(timedelta(milliseconds=beat.milliseconds)) if beat.milliseconds is not None else ""
    return BeatRow(beat.at, beat.expected_at, translate(lang, word), level, shape, beat.late, took, beat.exit_status,
                   message_of(session, beat))  # fmt: skip


def _strip(identity: str, name: str, beats: Sequence[BeatRow], lang: str) -> Strip:
    """Oldest to the left."""
    codes = [{"cross": "fail", "triangle": "late"}.get(beat.shape, "ok") for beat in reversed(beats)]
    text = catalogue(lang).gettext(N_("{name}, the last {count}: in time {ok}, late {late}, failed {fail}"))
    counts = {code: str(codes.count(code)) for code in ("ok", "late", "fail")}
    return Strip(identity, text.format(name=name, count=len(codes), **counts), codes)


def _in_units(seconds: int) -> tuple[str, str]:
    for size, unit in ((86400, "days"), (3600, "hours")):
        if seconds % size == 0:
            return str(seconds // size), unit
    return str(seconds // 60), "minutes"
