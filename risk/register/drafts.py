"""The third like case opens a draft: once, whoever counts. The floor above knows the cases and who may see them; here
is only that there is one draft for a cause at a time, and that two who count at once do not both miss the third."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import SYSTEM
from risk.once import insert_once
from risk.register.links import link_cases
from risk.register.models import Risk, RiskCase, RiskCause, RiskChange
from risk.register.rules import ACTIVE, LIKE, State


@dataclass(frozen=True, slots=True)
class Opened:
    """The risk that like cases led to: `new` when a draft was opened just now, else it was known already."""

    risk: Risk
    new: bool
    fresh: tuple[str, ...]


def hold(session: Session, code: str) -> None:
    """From here to the end of the transaction nobody else counts the cases of this cause."""
    insert_once(session, RiskCause, code=code)
    session.execute(select(RiskCause.code).where(RiskCause.code == code).with_for_update())


def counted_before(session: Session, code: str, cases: Iterable[str]) -> set[str]:
    """Those of the cases that an earlier draft of this cause has had: dropped or closed, they do not open another."""
    ended = select(Risk.id).where(Risk.sprung_from == code, Risk.state.not_in(sorted(ACTIVE)))
    query = select(RiskCase.case_id).where(RiskCase.risk_id.in_(ended), RiskCase.case_id.in_(list(cases)))
    return set(session.scalars(query))


def like_cases(
    session: Session, kind: str, code: str, title: str, cases: Sequence[str], now: datetime
) -> Opened | None:
    """What so many like cases lead to. `hold` first. A risk of this cause that is known takes them; else, from the
    third on, a draft is opened. None when nothing is new.
    """
    known = _known(session, code)
    fresh = sorted(set(cases) - counted_before(session, code, cases))
    if known is None and len(fresh) < LIKE:
        return None
    if known is not None:
        if known.state != State.DRAFT and len(cases) < LIKE:
            return None
        linked = link_cases(session, SYSTEM, known, fresh, now)
        return Opened(known, False, tuple(linked)) if linked else None
    risk = _draft(session, kind, code, title, now)
    return Opened(risk, True, tuple(link_cases(session, SYSTEM, risk, fresh, now, told=False)))


def _known(session: Session, code: str) -> Risk | None:
    """The risk of this cause that lives already, the one that sprang from it first."""
    query = select(Risk).where(Risk.cause_code == code, Risk.state.in_(sorted(ACTIVE))).with_for_update()
    sprung = (Risk.sprung_from != code, Risk.id)
    return session.scalars(query.order_by(*sprung), execution_options={"populate_existing": True}).first()


def _draft(session: Session, kind: str, code: str, title: str, now: datetime) -> Risk:
    risk = Risk(state=State.DRAFT, title=title, cause_class=kind, cause_code=code, sprung_from=code,
                created_by=SYSTEM.id, created_at=now)  # fmt: skip
    session.add(risk)
    session.flush()
    session.add(RiskChange(risk_id=risk.id, at=now, by_id=SYSTEM.id, kind="drafted", fields=[]))
    return risk
