"""How the controls were kept in a stretch of time: each with how often it was done, how often late or not in order."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from core.access import Actor
from risk.control_status import Result
from risk.models import Control, ControlCheck
from risk.queries import adopted

RESULTS = (Result.PASS, Result.FAIL, Result.NOT_APPLICABLE)
NEVER = (0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Keeping:
    """`late` of the times it was `done`, and what each time found."""

    control: Control
    done: int
    late: int
    passed: int
    failed: int
    not_applicable: int


def keepings(session: Session, actor: Actor, since: datetime, until: datetime) -> list[Keeping]:
    """Every control this actor may see, in the order of the rules: two queries."""
    query = (
        select(
            ControlCheck.control_code,
            func.count(),
            func.sum(case((ControlCheck.done_at > ControlCheck.due_at, 1), else_=0)),
            *(func.sum(case((ControlCheck.result == result, 1), else_=0)) for result in RESULTS),
        )
        .where(ControlCheck.done_at >= since, ControlCheck.done_at < until)
        .group_by(ControlCheck.control_code)
    )
    found = {code: counts for code, *counts in session.execute(query)}
    return [Keeping(one, *found.get(one.code, NEVER)) for one in adopted(session, actor)]
