"""How the controls were kept in a stretch of time: each with how often it was done, how often late or not in order."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from core.access import Actor
from risk.control_status import Result
from risk.models import Control, ControlCheck
from risk.queries import adopted


@dataclass(frozen=True, slots=True)
class Keeping:
    """`late` of the times it was `done`; `failed`: found not in order."""

    control: Control
    done: int
    late: int
    failed: int


def keepings(session: Session, actor: Actor, since: datetime, until: datetime) -> list[Keeping]:
    """Every control this actor may see, in the order of the rules: two queries."""
    query = (
        select(
            ControlCheck.control_code,
            func.count(),
            func.sum(case((ControlCheck.done_at > ControlCheck.due_at, 1), else_=0)),
            func.sum(case((ControlCheck.result == Result.FAIL, 1), else_=0)),
        )
        .where(ControlCheck.done_at >= since, ControlCheck.done_at < until)
        .group_by(ControlCheck.control_code)
    )
    found = {code: (done, late, failed) for code, done, late, failed in session.execute(query)}
    return [Keeping(one, *found.get(one.code, (0, 0, 0))) for one in adopted(session, actor)]
