"""The rows of the list of controls, computed here so that templates only show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor
from core.errors import N_
from core.i18n import MONTHS, translate
from core.organisation import organisation
from identity.people import names
from risk.control_status import STATUS_LABELS, Result, Status, end_of_day, month_number, standing
from risk.controls.asking import NO_RULE
from risk.controls.clauses import OWN_RULE, RULES
from risk.controls.roll import Entry, roll
from risk.controls.shapes import SHAPES, Strip
from risk.models import Control, ControlCheck
from risk.queries import last_check
from risk.standing import strips


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


def rows(session: Session, entries: Sequence[Entry], now: datetime, lang: str) -> list[Row]:
    """These controls, in their order: a few queries for all of them together."""
    codes = [entry.code for entry in entries]
    controls = {one.code: one for one in session.scalars(select(Control).where(Control.code.in_(codes)))}
    zone = organisation(session).zone
    shown = strips(session, list(controls.values()), now, zone)
    known = names(session, [one.owner_id for one in controls.values()])
    last, proofs = _last(session, codes), _proofs(session, codes)
    return [
        _row(entry, controls[entry.code], shown[entry.code], last.get(entry.code, (None, "")), proofs.get(entry.code),
             known, now, lang, zone)
        for entry in entries
    ]  # fmt: skip


def row(session: Session, actor: Actor, control: Control, now: datetime, lang: str) -> Row:
    """One control, for its own page."""
    return rows(session, roll(session, actor, now, [control.code]), now, lang)[0]


def groups(found: Sequence[Row], lang: str) -> list[Group]:
    """The rows under the rule they come from."""
    return [
        Group(translate(lang, RULES.get(rule, OWN_RULE)), rule, list(members))
        for rule, members in groupby(found, key=lambda row: row.rule)
    ]


def rule_words(rule: str, lang: str) -> str:
    """A rule to choose: its clause, if any, and what it is about."""
    words = translate(lang, RULES.get(rule, OWN_RULE))
    return words if rule == NO_RULE else f"{rule} {words}"


def period(now: datetime, lang: str, zone: str) -> str:
    """`dec 2025 – nov 2026`: the months that a strip shows."""
    last = month_number(now, zone)
    first, end = (f"{MONTHS[lang][number % 12]} {number // 12}" for number in (last - 11, last))
    return f"{first} – {end}"


def _row(
    entry: Entry, control: Control, shown: list[str], last: tuple[datetime | None, str], proof_until: date | None,
    known: dict[str, str], now: datetime, lang: str, zone: str,
) -> Row:  # fmt: skip
    done_at, result = last
    stands = standing(entry.status, applies=result != Result.NOT_APPLICABLE)
    level, shape = SHAPES[stands]
    title = control.card.title.in_(lang)
    return Row(
        code=control.code,
        rule=entry.rule,
        href=control.path,
        title=title,
        owner=known.get(control.owner_id or "", ""),
        status=stands,
        level=level,
        shape=shape,
        word=translate(lang, STATUS_LABELS[stands]),
        strip=_strip(control.code, title, shown, period(now, lang, zone), lang),
        done_at=done_at,
        due_at=control.next_due_at,
        days=_days(control.next_due_at, now, zone),
        failed=entry.failed,
        mine=entry.mine,
        may_check=entry.may_check,
        paused_until=control.paused_until if stands is Status.PAUSED else None,
        proof_over=proof_until is not None and now > end_of_day(proof_until, zone),
    )


def _last(session: Session, codes: Sequence[str]) -> dict[str, tuple[datetime, str]]:
    """When each was done last and what was found; one that never was has none."""
    checks = select(Control.code, ControlCheck.done_at, ControlCheck.result)
    query = checks.join(ControlCheck, ControlCheck.id == last_check()).where(Control.code.in_(codes))
    return {code: (done_at, result) for code, done_at, result in session.execute(query)}


def _proofs(session: Session, codes: Sequence[str]) -> dict[str, date | None]:
    """Until when the latest proof that was given a day is good, by control."""
    query = select(ControlCheck.control_code, ControlCheck.proof_expires_on).where(
        ControlCheck.control_code.in_(codes), ControlCheck.proof_expires_on.is_not(None)
    )
    oldest_first = query.order_by(ControlCheck.done_at, ControlCheck.recorded_at, ControlCheck.id.desc())
    return dict(session.execute(oldest_first).all())


def _strip(code: str, title: str, shown: list[str], period: str, lang: str) -> Strip:
    words = translate(
        lang,
        N_("{title}, {period}: in time {ok}, late {late}, not in order {fail}, missed {miss}, nothing due {none}"),
        title=title,
        period=period,
        **{month: str(shown.count(month)) for month in ("ok", "late", "fail", "miss", "none")},
    )
    return Strip(f"strip-{code}", words, shown)


def _days(due_at: datetime, now: datetime, zone: str) -> int:
    """Whole days from today to the due day; less than nought when it has passed."""
    here = ZoneInfo(zone)
    return (due_at.astimezone(here).date() - now.astimezone(here).date()).days
