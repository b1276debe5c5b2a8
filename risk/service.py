"""Controls are adopted, given to somebody and ticked; each is one transaction that the caller commits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import SYSTEM, Actor, Role
from core.audit import record
from core.audit.entries import Fact
from core.db import new_id
from core.errors import N_, Conflict, Invalid, NotFound
from core.files import PER_CASE, StoredFile, store
from core.keys import INSTANCE, seal, unseal
from core.organisation import organisation
from identity.models import User
from identity.people import holders
from risk.control_status import Result, due_after, first_due
from risk.controls.answers import keep_answers
from risk.controls.cards import CONTROLS, ControlCard, by_clause
from risk.controls.failures import note_result
from risk.controls.handing import taken_up
from risk.controls.pausing import resume, wait_for_the_pause
from risk.mails import tell_failed
from risk.models import Control, ControlCheck
from risk.once import insert_once
from risk.queries import EVIDENCE
from risk.register.learning import look_again

LONGEST_NOTE = 4000
LONGEST_ANSWER = 1000
KEEPERS = (Role.CONTROL_OWNER, Role.MANAGER, Role.DEPUTY, Role.HEAD)


class TickForm(BaseModel):
    """A check as it was typed: the result, an answer to each question of the card by its code, and a note."""

    result: Result
    done_on: date
    note: Annotated[str, Field(max_length=LONGEST_NOTE)] = ""
    answers: dict[str, str] = {}
    proof_expires_on: date | None = None


class AssignForm(BaseModel):
    owner: str = ""
    deputy: str = ""
    interval_days: Annotated[int, Field(ge=1, le=366)]
    version: int


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it arrived."""

    name: str
    content: bytes


def adopt(session: Session, now: datetime, actor: Actor = SYSTEM, only: str = "") -> list[str]:
    """Give every card of the catalogue its row, or one card; doing it again adds nothing (clauses 3.6, 3.7, 9.1, 9.2).

    Raises:
        NotFound: there is no such card.
    """
    if only and only not in CONTROLS:
        raise NotFound()
    zone = organisation(session).zone
    known = set(session.scalars(select(Control.code)))
    wanted = [(code, card) for code, card in by_clause() if code not in known and only in {"", code}]
    return [code for code, card in wanted if _adopt(session, actor, code, card, zone, now)]


def _adopt(session: Session, actor: Actor, code: str, card: ControlCard, zone: str, now: datetime) -> bool:
    interval = timedelta(days=card.interval_days)
    made = insert_once(
        session,
        Control,
        code=code,
        version=1,
        interval_days=card.interval_days,
        grace_days=card.grace_days,
        started_at=now,
        next_due_at=first_due(_local(now, zone), interval, zone),
        own_card={},
        paused_by="",
        pause_reason_sealed="",
        handed_back_by="",
        handed_back_sealed="",
    )
    if made:
        record(session, actor, "control:adopted", code, now, facts={"clause": card.clause})
    return made


def tick_control(
    session: Session, actor: Actor, control: Control, form: TickForm, files: Sequence[Upload], now: datetime
) -> ControlCheck:
    """Record that a control was done, with its proof, and move the next due day. Whoever does it ends a pause; a
    machine does not.

    Raises:
        Invalid: a day in the future, or neither note nor file.
    """
    zone = organisation(session).zone
    _require_proof(form, files, _local(now, zone))
    done_at = now if form.done_on == _local(now, zone) else _noon(form.done_on, zone)
    latest = session.scalar(
        select(ControlCheck.done_at)
        .where(ControlCheck.control_code == control.code)
        .order_by(ControlCheck.done_at.desc())
    )
    check = ControlCheck(
        id=new_id(),
        control_code=control.code,
        due_at=control.next_due_at,
        done_at=done_at,
        recorded_at=now,
        by_id=actor.id,
        result=form.result.value,
        evidence=[_stored(session, actor, upload, now).id for upload in files],
        proof_expires_on=form.proof_expires_on,
    )
    if form.note:
        check.note_sealed = seal(session, INSTANCE, f"control_check.note:{check.id}", form.note)
    session.add(check)
    keep_answers(session, control, check, form.answers)
    if latest is None or done_at >= latest:
        if control.paused(now) and actor.signed_in:
            resume(session, actor, control, now)
        control.next_due_at = due_after(form.result, form.done_on, control.interval, control.grace, zone)
        wait_for_the_pause(control, now, zone)
        note_result(session, actor, control, check, now)
    _record_check(session, actor, control, check, form.note, now)
    if form.result is Result.FAIL:
        tell_failed(session, control, check, now)
    look_again(session, control, now)
    return check


def assign(session: Session, actor: Actor, control: Control, form: AssignForm, now: datetime) -> None:
    """Say who keeps a control, who stands in, and how often it is due (clause 3.8: an owner and a deputy).

    Raises:
        Conflict: somebody else has changed the control since the page was read.
        Invalid: one person in both places, or somebody who keeps no controls.
    """
    if form.version != control.version:
        raise Conflict(N_("Somebody else changed this at the same moment. Load the page again and look."))
    require_keepers(session, form.owner, form.deputy)
    before = {"owner": control.owner_id, "deputy": control.deputy_id, "interval_days": str(control.interval_days)}
    if form.interval_days != control.interval_days:
        move_due(control, form.interval_days)
        control.grace_days = min(control.grace_days, form.interval_days - 1)
    control.owner_id, control.deputy_id = form.owner or None, form.deputy or None
    control.interval_days = form.interval_days
    if control.owner_id:
        taken_up(control)
    after = {"owner": control.owner_id, "deputy": control.deputy_id, "interval_days": str(control.interval_days)}
    changes = {field: (before[field], after[field]) for field in before if before[field] != after[field]}
    record(session, actor, "control:assigned", control.code, now, changes=changes)


def move_due(control: Control, interval_days: int) -> None:
    """Another interval moves the next due day by the difference, also the one that waits behind a pause."""
    longer = timedelta(days=interval_days - control.interval_days)
    control.next_due_at += longer
    if control.due_before_pause:
        control.due_before_pause += longer


def keepers(session: Session) -> list[User]:
    """Who can keep a control."""
    return holders(session, *KEEPERS)


def note_of(session: Session, check: ControlCheck) -> str:
    return unseal(session, INSTANCE, f"control_check.note:{check.id}", check.note_sealed)


def _require_proof(form: TickForm, files: Sequence[Upload], today: date) -> None:
    wrong = {}
    if form.done_on > today:
        wrong["done_on"] = N_("The day is in the future. Give the day when it was done.")
    if form.result is Result.NOT_APPLICABLE and not form.note:
        wrong["note"] = N_("Say why the control does not apply.")
    elif not form.note and not files and not any(form.answers.values()):
        wrong["note"] = N_("Answer a question, write a note or add a file, so that others can see what was done.")
    wrong |= _wrong_answers(form.answers) | _wrong_expiry(form, files, today)
    if len(files) > PER_CASE:
        wrong["file"] = N_("At most ten files at a time.")
    if wrong:
        raise Invalid(wrong)


def _wrong_answers(answers: Mapping[str, str]) -> dict[str, str]:
    long = N_("The text is too long.")
    return {f"answer_{code}": long for code, text in answers.items() if len(text) > LONGEST_ANSWER}


def _wrong_expiry(form: TickForm, files: Sequence[Upload], today: date) -> dict[str, str]:
    if form.proof_expires_on is None:
        return {}
    if not files:
        return {"proof_expires_on": N_("Add the file that holds until this day, or leave the day empty.")}
    if form.proof_expires_on < today:
        return {"proof_expires_on": N_("The day has passed. Add a proof that still holds.")}
    return {}


def require_keepers(session: Session, owner: str, deputy: str) -> None:
    """Owner and deputy are two of those who can keep a control, or nobody yet.

    Raises:
        Invalid: one person in both places, or somebody who keeps no controls.
    """
    known = {user.id for user in keepers(session)}
    wrong = {
        field: N_("Choose one of the people in the list.")
        for field, chosen in (("owner", owner), ("deputy", deputy))
        if chosen and chosen not in known
    }
    if owner and owner == deputy:
        wrong["deputy"] = N_("The deputy must be somebody else than the owner.")
    if wrong:
        raise Invalid(wrong)


def _stored(session: Session, actor: Actor, upload: Upload, now: datetime) -> StoredFile:
    return store(session, INSTANCE, EVIDENCE, upload.name, upload.content, actor.id, now)


def _record_check(
    session: Session, actor: Actor, control: Control, check: ControlCheck, note: str, now: datetime
) -> None:
    facts: dict[str, Fact] = {
        "result": check.result,
        "happened_at": check.done_at.isoformat(timespec="minutes"),
        "due_at": check.due_at.isoformat(timespec="minutes"),
        "files": len(check.evidence),
    }
    record(session, actor, "control:checked", control.code, now, facts=facts, changes={"note": (None, note or None)})


def _local(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()


def _noon(day: date, zone: str) -> datetime:
    """A day without a time is told as its noon."""
    return datetime.combine(day, time(12), ZoneInfo(zone))
