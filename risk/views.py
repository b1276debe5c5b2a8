"""What the pages of controls show, computed here so that templates only show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.errors import N_
from core.files import StoredFile, file_name
from core.i18n import MONTHS, translate
from core.organisation import organisation
from identity.people import names
from risk.control_status import RESULT_LABELS, STATUS_LABELS, Duty, Result, Status, month_number, months, status
from risk.controls.cards import CONTROLS, ControlCard
from risk.heartbeats.naming import machine_names
from risk.models import Control, ControlCheck
from risk.queries import adopted, checks_by_control, history
from risk.service import note_of

SHAPES = {Status.OK: ("ok", "dot"), Status.NEVER: ("calm", "ring"), Status.SOON: ("calm", "half"),
          Status.LATE: ("soon", "triangle"), Status.MISSED: ("crit", "square")}  # fmt: skip
OVERDUE = {Status.LATE, Status.MISSED}
RULES = {
    "3.6": N_("Passwords"),
    "3.7": N_("Sharing and virus protection"),
    "3.9": N_("When somebody leaves"),
    "9.1": N_("Staff, systems and networks"),
    "9.2": N_("Copies and operation"),
    "12.1": N_("Keeping the rules"),
    "12.2": N_("Knowing the rules"),
}


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
    evidence: list[Evidence]


def rows(session: Session, actor: Actor, now: datetime, lang: str) -> list[Row]:
    """Every control in the order of the rules, as this reader sees it."""
    controls, checks = adopted(session, actor), checks_by_control(session)
    known = names(session, [control.owner_id for control in controls])
    zone = organisation(session).zone
    tickable = {control.code for control in adopted(session, actor, Operation.CHECK_CONTROL)}
    return [
        _row(control, checks.get(control.code, []), actor, known, control.code in tickable, now, lang, zone)
        for control in controls
    ]


def row(session: Session, actor: Actor, control: Control, now: datetime, lang: str) -> Row:
    """One control, for its own page."""
    return next(found for found in rows(session, actor, now, lang) if found.code == control.code)


def groups(found: Sequence[Row], lang: str) -> list[Group]:
    """The rows under the rule they come from."""
    return [
        Group(translate(lang, RULES.get(rule, N_("Further rules"))), rule, list(members))
        for rule, members in groupby(found, key=lambda row: CONTROLS[row.code].clause.split()[0])
    ]


def period(now: datetime, lang: str, zone: str) -> str:
    """`dec 2025 – nov 2026`: the months that a strip shows."""
    last = month_number(now, zone)
    first, end = (f"{MONTHS[lang][number % 12]} {number // 12}" for number in (last - 11, last))
    return f"{first} – {end}"


def checks(session: Session, control: Control) -> list[Check]:
    """The history of a control with names, notes and files."""
    found = history(session, control)
    who = [check.by_id for check in found]
    known = names(session, who) | machine_names(session, who)
    return [_check(session, control, check, known.get(check.by_id, "")) for check in found]


def card_of(control: Control) -> ControlCard:
    return CONTROLS[control.code]


def _row(
    control: Control, checks: list[ControlCheck], actor: Actor, known: dict[str, str], tickable: bool,
    now: datetime, lang: str, zone: str,
) -> Row:  # fmt: skip
    stands = status(control.next_due_at, control.interval, control.grace, now, ever=bool(checks))
    failed = bool(checks) and checks[0].result == Result.FAIL
    (level, shape), word = SHAPES[stands], STATUS_LABELS[stands]
    if failed and stands not in OVERDUE:
        level, shape, word = "crit", "cross", RESULT_LABELS[Result.FAIL]
    title = CONTROLS[control.code].title.in_(lang)
    return Row(
        code=control.code,
        href=control.path,
        title=title,
        owner=known.get(control.owner_id or "", ""),
        status=stands,
        level=level,
        shape=shape,
        word=translate(lang, word),
        strip=_strip(control, checks, title, now, lang, zone),
        done_at=checks[0].done_at if checks else None,
        due_at=control.next_due_at,
        days=_days(control.next_due_at, now, zone),
        failed=failed,
        mine=actor.id in {control.owner_id, control.deputy_id},
        may_check=tickable,
    )


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


def _check(session: Session, control: Control, check: ControlCheck, by: str) -> Check:
    result = Result(check.result)
    level, shape = {Result.PASS: ("ok", "check"), Result.FAIL: ("crit", "cross")}.get(result, ("none", "ring"))
    files = [file for file_id in check.evidence if (file := session.get(StoredFile, file_id))]
    return Check(
        done_at=check.done_at,
        recorded_at=check.recorded_at,
        by=by,
        result=RESULT_LABELS[result],
        level=level,
        shape=shape,
        late_days=max(0, (check.done_at - check.due_at).days + 1) if check.done_at > check.due_at else 0,
        note=note_of(session, check),
        evidence=[
            Evidence(f"{control.path}/evidence/{file.id}", file_name(session, file), file.size) for file in files
        ],
    )
