"""How every control stands, in few columns: what a list is counted, filtered and paged by before anything is drawn."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from risk.control_status import Status, standing, status
from risk.controls.cards import CONTROLS, place_of, rule_of
from risk.controls.failure_states import FailureState
from risk.controls.failures import open_failures
from risk.controls.models import ControlFailure
from risk.models import Control
from risk.queries import may_use, was_done


class Entry(NamedTuple):
    """One control as this reader may know it; `key` is its place in the order of the rules. Whether its last check said
    that it does not apply is for who draws it."""

    code: str
    key: tuple[tuple[int, int, str], bool, str]
    rule: str
    status: Status
    due_at: datetime
    failed: bool
    mine: bool
    may_check: bool

    @property
    def path(self) -> str:
        return f"/controls/{self.code}"


def roll(session: Session, actor: Actor, now: datetime, codes: Sequence[str] | None = None) -> list[Entry]:
    """Every control this reader may see, or some of them, in the order of the rules: two queries, however many."""
    failures = open_failures(session, codes)
    query = select(
        Control.code,
        Control.own_card["card", "clause"].as_string().label("clause"),
        Control.owner_id,
        Control.deputy_id,
        Control.interval_days,
        Control.grace_days,
        Control.next_due_at,
        Control.paused_until,
        was_done().label("ever"),
        may_use(actor, Operation.CHECK_CONTROL).label("may_check"),
    ).where(may_use(actor, Operation.LIST_CONTROLS))
    if codes is not None:
        query = query.where(Control.code.in_(codes))
    found = [
        _entry(row, CONTROLS[row.code].clause if row.clause is None else row.clause, failures.get(row.code), actor, now)
        for row in session.execute(query)
        if row.clause is not None or row.code in CONTROLS
    ]
    return sorted(found, key=lambda one: one.key)


def _entry(row: Any, clause: str, failure: ControlFailure | None, actor: Actor, now: datetime) -> Entry:
    interval, grace = timedelta(days=row.interval_days), timedelta(days=row.grace_days)
    return Entry(
        code=row.code,
        key=(place_of(clause), row.clause is not None, row.code),
        rule=rule_of(clause),
        status=standing(
            status(row.next_due_at, interval, grace, now, ever=row.ever),
            paused=row.paused_until is not None and now < row.paused_until,
            failed=failure is not None,
            mended=failure is not None and failure.state == FailureState.MENDED,
        ),
        due_at=row.next_due_at,
        failed=failure is not None,
        mine=actor.id in {row.owner_id, row.deputy_id},
        may_check=bool(row.may_check),
    )
