"""The list of controls as one reader sees it, computed here so that templates only show it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.errors import N_
from core.i18n import MONTHS, translate
from core.organisation import organisation
from identity.people import names
from risk.control_status import (
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
from risk.controls.clauses import OWN_RULE, RULES
from risk.controls.failure_states import FailureState
from risk.controls.failures import open_failures
from risk.controls.models import ControlFailure
from risk.controls.shapes import SHAPES
from risk.models import Control, ControlCheck
from risk.queries import adopted, checks_by_control, may_use


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


def rows(session: Session, actor: Actor, now: datetime, lang: str) -> list[Row]:
    """Every control in the order of the rules, as this reader sees it."""
    return _rows(session, actor, adopted(session, actor), now, lang)


def row(session: Session, actor: Actor, control: Control, now: datetime, lang: str) -> Row:
    """One control, for its own page."""
    return _rows(session, actor, [control], now, lang)[0]


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
