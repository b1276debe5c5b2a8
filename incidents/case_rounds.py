"""The latest commission of each case in numbers, for the advice, the header and the queue."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, exists, func, select
from sqlalchemy.orm import Session

from core.access import Actor
from identity.models import User
from incidents.commission import ABSTAIN, Position
from incidents.commission_models import Assessment, Commission, CommissionSeat, Decision
from incidents.models import Exclusion

Pairs = set[tuple[str, str]]  # of a commission and a person


@dataclass(frozen=True, slots=True)
class Round:
    """The latest commission of a case, and whether whoever looks still owes an assessment. `given` counts every answer,
    `votes` those that count for the quorum."""

    due_at: datetime
    seats: int
    given: int
    votes: int
    quorum: int
    awaits_me: bool
    open: bool
    decided: bool
    can_finish: bool = True

    @property
    def has_minutes(self) -> bool:
        """They are written when a decision binds; whoever still owes an answer does not read them."""
        return self.decided and not self.awaits_me

    @property
    def hides_decision(self) -> bool:
        """It was made in advance, and would anchor the answer that whoever looks still owes."""
        return self.decided and self.awaits_me

    @property
    def quorate(self) -> bool:
        return self.votes >= self.quorum


def rounds(session: Session, actor: Actor, ids: Collection[str]) -> dict[str, Round]:
    """By case."""
    in_force = exists().where(Decision.commission_id == Commission.id, Decision.in_force_at.is_not(None))
    query = select(Commission, in_force.label("decided")).where(Commission.incident_id.in_(ids))
    rows = session.execute(query.order_by(Commission.round)).all()
    latest = {row.Commission.incident_id: row.Commission for row in rows}
    decided = {row.Commission.id for row in rows if row.decided}
    chosen = [commission.id for commission in latest.values()]
    sitting, (voted, abstained), able = _sitting(session, chosen), _answered(session, chosen), _able(session, chosen)
    return {
        incident_id: _round(
            commission,
            actor,
            commission.id in decided,
            _of(sitting, commission),
            _of(voted, commission),
            _of(abstained, commission),
            able.get(commission.id, 0),
        )
        for incident_id, commission in latest.items()
    }


def _round(
    commission: Commission, actor: Actor, decided: bool, sitting: set[str], voted: set[str], abstained: set[str],
    able: int,
) -> Round:  # fmt: skip
    voted, abstained = voted & sitting, abstained & sitting
    is_open = commission.closed_at is None
    return Round(
        commission.due_at,
        seats=len(sitting),
        given=len(voted | abstained),
        votes=len(voted),
        quorum=commission.quorum,
        awaits_me=is_open and actor.id in sitting - voted - abstained,
        open=is_open,
        decided=decided,
        can_finish=not is_open or able - len(abstained) >= commission.quorum,
    )


def _of(pairs: Pairs, commission: Commission) -> set[str]:
    return {user_id for one, user_id in pairs if one == commission.id}


def _sitting(session: Session, chosen: Collection[str]) -> Pairs:
    query = select(CommissionSeat.commission_id, CommissionSeat.user_id).where(
        CommissionSeat.commission_id.in_(chosen), CommissionSeat.active, CommissionSeat.recused_at.is_(None)
    )
    return {(row.commission_id, row.user_id) for row in session.execute(query)}


def _answered(session: Session, chosen: Collection[str]) -> tuple[Pairs, Pairs]:
    """Who has voted, and who abstains."""
    query = select(Assessment.commission_id, Assessment.user_id, Assessment.vote).where(
        Assessment.commission_id.in_(chosen), Assessment.superseded_at.is_(None)
    )
    voted: Pairs = set()
    abstained: Pairs = set()
    for row in session.execute(query):
        (abstained if row.vote == ABSTAIN else voted).add((row.commission_id, row.user_id))
    return voted, abstained


def _able(session: Session, chosen: Collection[str]) -> dict[str, int]:
    """How many of each commission can sit: as many as it has ordinary seats, when substitutes must fill them."""
    seat = CommissionSeat
    involved = select(Exclusion.user_id).join(Commission, Commission.incident_id == Exclusion.incident_id)
    involved = involved.where(Commission.id == seat.commission_id, Exclusion.user_id == seat.user_id)
    can_sit = seat.recused_at.is_(None) & User.disabled_at.is_(None) & ~involved.exists()
    query = (
        select(
            seat.commission_id,
            func.sum(case((can_sit, 1), else_=0)).label("able"),
            func.sum(case((seat.seat != Position.SUBSTITUTE, 1), else_=0)).label("ordinary"),
        )
        .join(User, User.id == seat.user_id)
        .where(seat.commission_id.in_(chosen))
        .group_by(seat.commission_id)
    )
    return {row.commission_id: min(row.able, row.ordinary) for row in session.execute(query)}
