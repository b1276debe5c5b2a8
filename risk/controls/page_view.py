"""One control as its page shows it: what was checked, what is not in order, whether it rests and who handed it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.files import StoredFile, file_name
from core.organisation import organisation
from identity.people import names
from risk.control_status import RESULT_LABELS, Result, end_of_day
from risk.controls import pausing
from risk.controls.answers import answers_of, told
from risk.controls.failure_states import FailureState
from risk.controls.failures import open_failure, why_given_back
from risk.controls.handing import why_handed_back
from risk.heartbeats.naming import machine_names
from risk.models import Control, ControlCheck
from risk.queries import reaches
from risk.service import note_of


@dataclass(frozen=True, slots=True)
class Evidence:
    href: str
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Check:
    """One line of a control's history."""

    done_at: datetime
    recorded_at: datetime
    by: str
    result: str
    level: str
    shape: str
    late_days: int
    note: str
    answers: list[tuple[str, str]]
    evidence: list[Evidence]
    proof_ends: datetime | None
    proof_over: bool
    proof_erased: bool


@dataclass(frozen=True, slots=True)
class Pause:
    until: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Failure:
    """What is not in order, and how far its mending has come."""

    mended: bool
    failed_at: datetime
    mended_by: str
    mended_at: datetime | None
    given_back_by: str
    given_back: str
    may_confirm: bool


@dataclass(frozen=True, slots=True)
class HandedBack:
    at: datetime
    by: str
    reason: str


def checks(session: Session, control: Control, found: Sequence[ControlCheck], now: datetime, lang: str) -> list[Check]:
    """The history of a control with names, answers, notes and files."""
    who = [check.by_id for check in found]
    known = names(session, who) | machine_names(session, who)
    given = answers_of(session, found)
    wanted = [file_id for check in found for file_id in check.evidence]
    files = {file.id: file for file in session.scalars(select(StoredFile).where(StoredFile.id.in_(wanted)))}
    zone = organisation(session).zone
    return [
        _check(session, control, check, known.get(check.by_id, ""), told(control, given.get(check.id, {}), lang),
               [files[file_id] for file_id in check.evidence if file_id in files], now, zone)
        for check in found
    ]  # fmt: skip


def failure(session: Session, actor: Actor, control: Control) -> Failure | None:
    """What is not in order, or waits for a second person; none when nothing does."""
    found = open_failure(session, control)
    if found is None:
        return None
    who = [found.mended_by, found.given_back_by]
    known = names(session, who) | machine_names(session, who)
    mended = found.state == FailureState.MENDED
    may = actor.may(Operation.CONFIRM_CONTROL) and found.mended_by != actor.id
    return Failure(
        mended=mended,
        failed_at=found.failed_at,
        mended_by=known.get(found.mended_by, ""),
        mended_at=found.mended_at,
        given_back_by=known.get(found.given_back_by, ""),
        given_back=why_given_back(session, found),
        may_confirm=mended and may and reaches(session, actor, control, Operation.CONFIRM_CONTROL),
    )


def handed_back(session: Session, control: Control) -> HandedBack | None:
    """Who said that a control is not theirs, and why, until somebody keeps it again."""
    if control.handed_back_at is None:
        return None
    by = names(session, [control.handed_back_by]).get(control.handed_back_by, "")
    return HandedBack(control.handed_back_at, by, why_handed_back(session, control))


def paused(session: Session, control: Control, now: datetime) -> Pause | None:
    """Until when a control rests, who said so and why; none when it does not."""
    if not control.paused(now) or control.paused_until is None:
        return None
    by = names(session, [control.paused_by]).get(control.paused_by, "")
    return Pause(control.paused_until, by, pausing.reason_of(session, control))


def _check(
    session: Session, control: Control, check: ControlCheck, by: str, answers: list[tuple[str, str]],
    files: Sequence[StoredFile], now: datetime, zone: str,
) -> Check:  # fmt: skip
    result = Result(check.result)
    level, shape = {Result.PASS: ("ok", "check"), Result.FAIL: ("crit", "cross")}.get(result, ("none", "ring"))
    ends = end_of_day(check.proof_expires_on, zone) if check.proof_expires_on else None
    return Check(
        done_at=check.done_at,
        recorded_at=check.recorded_at,
        by=by,
        result=RESULT_LABELS[result],
        level=level,
        shape=shape,
        late_days=max(0, (check.done_at - check.due_at).days + 1) if check.done_at > check.due_at else 0,
        note=note_of(session, check),
        answers=answers,
        evidence=[
            Evidence(f"{control.path}/evidence/{file.id}", file_name(session, file), file.size) for file in files
        ],
        proof_ends=ends,
        proof_over=ends is not None and now > ends,
        proof_erased=check.proof_erased_at is not None,
    )
