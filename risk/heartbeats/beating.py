"""A machine has said something: the web process takes it at once, so that it counts by the moment it arrived, whether
or not a worker runs. A success that changes nothing leaves no entry in the log."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import SYSTEM
from core.audit import record
from core.errors import N_, Invalid
from core.keys import INSTANCE, seal, unseal
from notifications.outbox import keyed
from risk.heartbeats.answering import answer_for_control
from risk.heartbeats.models import KEPT, Heartbeat, HeartbeatAlarm, HeartbeatBeat
from risk.heartbeats.rules import WRONG, Kind, State, answered, counted_from, expected_after, lasted, next_look, silence
from risk.heartbeats.telling import tell_back, tell_failed
from risk.models import Control
from risk.once import insert_once
from risk.register.learning import look_again

LONGEST_MESSAGE = 1000
TOO_LONG = N_("The message is too long: at most 1000 characters.")


@dataclass(frozen=True, slots=True)
class Word:
    """What a machine says. `key` is its Idempotency-Key, if it sent one."""

    kind: Kind = Kind.SUCCESS
    message: str = ""
    exit_status: int | None = None
    key: str = ""


def take(session: Session, heartbeat: Heartbeat, word: Word, now: datetime) -> None:
    """Take a sign of life. The caller holds the row.

    Raises:
        Invalid: the message is too long.
    """
    if len(word.message) > LONGEST_MESSAGE:
        raise Invalid({"message": TOO_LONG})
    if word.key and _known(session, heartbeat, word.key):
        return
    if word.kind is Kind.START:
        heartbeat.started_at = now
        return
    before = State(heartbeat.state)
    settle(session, heartbeat, now)
    took = lasted(heartbeat.started_at, heartbeat.last_at, now)
    _keep(session, heartbeat, word, took, now, late=heartbeat.state in {State.LATE, State.MISSED})
    expected = expected_after(heartbeat.schedule, now, heartbeat.expected_at)
    heartbeat.state, heartbeat.last_at, heartbeat.listening_since = answered(word.kind), now, None
    if word.kind is Kind.SUCCESS:
        heartbeat.last_success_at = now
    heartbeat.expected_at = expected
    heartbeat.next_at = next_look(State(heartbeat.state), expected, heartbeat.grace)
    _say_what_changed(session, heartbeat, word, before, now)


def settle(session: Session, heartbeat: Heartbeat, now: datetime) -> list[State]:
    """Write down what silence has become by now; returns what nobody has written before."""
    state, base = State(heartbeat.state), counted_from(heartbeat.expected_at, heartbeat.listening_since)
    found = silence(state, base, heartbeat.grace, now)
    fresh = [kind for kind in found if once(session, heartbeat, kind, heartbeat.expected_at, now)]
    for kind in fresh:
        expected = heartbeat.expected_at.isoformat(timespec="minutes")
        _log(session, heartbeat, f"heartbeat:{kind}", now, expected_at=expected)
    if found:
        heartbeat.state = found[-1]
    heartbeat.next_at = next_look(State(heartbeat.state), base, heartbeat.grace)
    return fresh


def once(session: Session, heartbeat: Heartbeat, kind: str, about: datetime, now: datetime) -> bool:
    """Whether this is the call that may tell of it."""
    return insert_once(session, HeartbeatAlarm, heartbeat_id=heartbeat.id, about=about, kind=str(kind), raised_at=now)


def message_of(session: Session, beat: HeartbeatBeat) -> str:
    return unseal(session, INSTANCE, _place(beat), beat.message_sealed)


def _say_what_changed(session: Session, heartbeat: Heartbeat, word: Word, before: State, now: datetime) -> None:
    """Alarm at once what failed, and say that a machine is back to whoever was told that it was not."""
    after = State(heartbeat.state)
    checked = answer_for_control(session, heartbeat, word.kind, before, word.message, now)
    if after is before:
        return
    look_again(session, session.get_one(Control, heartbeat.control_code), now)
    if after is State.FAILED:
        if once(session, heartbeat, State.FAILED, now, now):
            _log(session, heartbeat, "heartbeat:failed", now, exit_status=word.exit_status)
            tell_failed(session, heartbeat, now, mailed_already=checked)
    elif before in WRONG:
        if once(session, heartbeat, "back", now, now):
            _log(session, heartbeat, "heartbeat:back", now)
            tell_back(session, heartbeat, before, now)
    else:
        _log(session, heartbeat, "heartbeat:heard", now)


def _keep(
    session: Session, heartbeat: Heartbeat, word: Word, took: timedelta | None, now: datetime, *, late: bool
) -> None:
    beat = HeartbeatBeat(
        heartbeat_id=heartbeat.id,
        place=heartbeat.beats % KEPT,
        number=heartbeat.beats,
        at=now,
        expected_at=heartbeat.expected_at,
        kind=word.kind,
        late=late,
        milliseconds=took // timedelta(milliseconds=1) if took is not None else None,
        exit_status=word.exit_status,
        message_sealed="",
        key_hash=_key(session, heartbeat, word.key) if word.key else "",
    )
    if word.message:
        beat.message_sealed = seal(session, INSTANCE, _place(beat), word.message)
    session.merge(beat)
    heartbeat.beats += 1


def _place(beat: HeartbeatBeat) -> str:
    return f"heartbeat_beat.message:{beat.heartbeat_id}:{beat.number}"


def _known(session: Session, heartbeat: Heartbeat, key: str) -> bool:
    same = (HeartbeatBeat.heartbeat_id == heartbeat.id, HeartbeatBeat.key_hash == _key(session, heartbeat, key))
    return session.scalar(select(HeartbeatBeat.place).where(*same).limit(1)) is not None


def _key(session: Session, heartbeat: Heartbeat, key: str) -> str:
    return keyed(session, "heartbeat-key", f"{heartbeat.id}:{key}")


def _log(session: Session, heartbeat: Heartbeat, action: str, now: datetime, **facts: str | int | None) -> None:
    told = {name: value for name, value in facts.items() if value is not None}
    record(session, SYSTEM, action, heartbeat.control_code, now, facts=heartbeat.facts(**told))
