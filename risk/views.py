"""What the pages of controls show, computed here so that templates only show it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.errors import N_
from core.files import StoredFile, file_name
from core.i18n import MONTHS, translate
from core.organisation import organisation
from identity.people import names
from risk.control_status import (
    RESULT_LABELS,
    STATUS_LABELS,
    Duty,
    Result,
    Status,
    end_of_day,
    month_number,
    months,
    standing,
    status,
)
from risk.controls import pausing
from risk.controls.answers import answers_of, told
from risk.controls.cards import by_clause
from risk.controls.clauses import OWN_RULE, RULES
from risk.controls.failure_states import FailureState
from risk.controls.failures import open_failure, open_failures, why_given_back
from risk.controls.handing import why_handed_back
from risk.controls.models import ControlFailure
from risk.heartbeats.naming import machine_names
from risk.models import Control, ControlCheck
from risk.queries import adopted, checks_by_control, may_use, reaches
from risk.service import note_of

SHAPES = {Status.OK: ("ok", "dot"), Status.NEVER: ("calm", "ring"), Status.SOON: ("calm", "half"),
          Status.LATE: ("soon", "triangle"), Status.MISSED: ("crit", "square"),
          Status.PAUSED: ("none", "pause"), Status.FAILED: ("crit", "cross"), Status.MENDED: ("soon", "half"),
          Status.NOT_APPLICABLE: ("none", "ring")}  # fmt: skip
OVERDUE = {Status.LATE, Status.MISSED}
TO_DO = {Status.NEVER, Status.SOON, Status.FAILED, *OVERDUE}


@dataclass(frozen=True, slots=True)
class Strip:
    """Twelve months of a control, for the picture and in words."""

    id: str
    title: str
    months: list[str]


@dataclass(frozen=True, slots=True)
class Row:
    """One control in the list."""

    code: str
    rule: str
    href: str
    title: str
    owner: str
    status: Status
    level: str
    shape: str
    word: str
    strip: Strip
    done_at: datetime | None
    due_at: datetime
    days: int
    failed: bool
    mine: bool
    may_check: bool
    paused_until: datetime | None
    proof_over: bool


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    rule: str
    rows: list[Row]


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


@dataclass(frozen=True, slots=True)
class Offer:
    """A card that is ready to adopt."""

    code: str
    title: str
    todo: str
    rule: str
    interval_days: int


@dataclass(frozen=True, slots=True)
class OfferGroup:
    title: str
    rule: str
    offers: list[Offer]


def rows(session: Session, actor: Actor, now: datetime, lang: str) -> list[Row]:
    """Every control in the order of the rules, as this reader sees it."""
    return _rows(session, actor, adopted(session, actor), now, lang)


def row(session: Session, actor: Actor, control: Control, now: datetime, lang: str) -> Row:
    """One control, for its own page."""
    return _rows(session, actor, [control], now, lang)[0]


def _rows(session: Session, actor: Actor, controls: Sequence[Control], now: datetime, lang: str) -> list[Row]:
    codes = [control.code for control in controls] if len(controls) == 1 else None
    checks, failures = checks_by_control(session, codes), open_failures(session, codes)
    known = names(session, [control.owner_id for control in controls])
    zone = organisation(session).zone
    tickable = set(session.scalars(select(Control.code).where(may_use(actor, Operation.CHECK_CONTROL))))
    return [
        _row(control, checks.get(control.code, []), failures.get(control.code), actor, known, control.code in tickable,
             now, lang, zone)
        for control in controls
    ]  # fmt: skip


def groups(found: Sequence[Row], lang: str) -> list[Group]:
    """The rows under the rule they come from."""
    return [
        Group(translate(lang, RULES.get(rule, OWN_RULE)), rule, list(members))
        for rule, members in groupby(found, key=lambda row: row.rule)
    ]


def period(now: datetime, lang: str, zone: str) -> str:
    """`dec 2025 – nov 2026`: the months that a strip shows."""
    last = month_number(now, zone)
    first, end = (f"{MONTHS[lang][number % 12]} {number // 12}" for number in (last - 11, last))
    return f"{first} – {end}"


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


def offers(session: Session, lang: str) -> list[OfferGroup]:
    """The same under the rule they come from."""
    by_rule = groupby(offered(session, lang), key=lambda offer: offer.rule)
    return [OfferGroup(translate(lang, RULES.get(rule, OWN_RULE)), rule, list(members)) for rule, members in by_rule]


def offered(session: Session, lang: str) -> list[Offer]:
    """The cards of the catalogue that the company has not adopted, in the order of the rules."""
    known = set(session.scalars(select(Control.code)))
    return [
        Offer(code, card.title.in_(lang), card.todo.in_(lang), card.rule, card.interval_days)
        for code, card in by_clause()
        if code not in known
    ]


def _row(
    control: Control, checks: list[ControlCheck], failure: ControlFailure | None, actor: Actor, known: dict[str, str],
    tickable: bool, now: datetime, lang: str, zone: str,
) -> Row:  # fmt: skip
    stands = _standing(control, checks, failure, now)
    level, shape = SHAPES[stands]
    card = control.card
    title = card.title.in_(lang)
    return Row(
        code=control.code,
        rule=card.rule,
        href=control.path,
        title=title,
        owner=known.get(control.owner_id or "", ""),
        status=stands,
        level=level,
        shape=shape,
        word=translate(lang, STATUS_LABELS[stands]),
        strip=_strip(control, checks, title, now, lang, zone),
        done_at=checks[0].done_at if checks else None,
        due_at=control.next_due_at,
        days=_days(control.next_due_at, now, zone),
        failed=failure is not None,
        mine=actor.id in {control.owner_id, control.deputy_id},
        may_check=tickable,
        paused_until=control.paused_until if stands is Status.PAUSED else None,
        proof_over=_proof_over(checks, now, zone),
    )


def _standing(
    control: Control, checks: Sequence[ControlCheck], failure: ControlFailure | None, now: datetime
) -> Status:
    return standing(
        status(control.next_due_at, control.interval, control.grace, now, ever=bool(checks)),
        paused=control.paused(now),
        failed=failure is not None,
        mended=failure is not None and failure.state == FailureState.MENDED,
        applies=not checks or checks[0].result != Result.NOT_APPLICABLE,
    )


def _proof_over(checks: Iterable[ControlCheck], now: datetime, zone: str) -> bool:
    """Whether the latest proof that was given a day has passed it."""
    last = next((check.proof_expires_on for check in checks if check.proof_expires_on), None)
    return last is not None and now > end_of_day(last, zone)


def _strip(control: Control, checks: list[ControlCheck], title: str, now: datetime, lang: str, zone: str) -> Strip:
    duties = [Duty(check.due_at, check.done_at, check.result == Result.FAIL) for check in checks]
    duties.append(Duty(control.next_due_at, None))
    shown = months(duties, control.grace, now, zone)
    words = translate(
        lang,
        N_("{title}, {period}: in time {ok}, late {late}, not in order {fail}, missed {miss}, nothing due {none}"),
        title=title,
        period=period(now, lang, zone),
        **{code: str(shown.count(code)) for code in ("ok", "late", "fail", "miss", "none")},
    )
    return Strip(f"strip-{control.code}", words, shown)


def _days(due_at: datetime, now: datetime, zone: str) -> int:
    """Whole days from today to the due day; less than nought when it has passed."""
    here = ZoneInfo(zone)
    return (due_at.astimezone(here).date() - now.astimezone(here).date()).days


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
