"""What a company keeps beside its cases: controls checked every month of a year, some of them late, and risks that lean
on them."""

from datetime import datetime, timedelta

from sqlalchemy import insert, select

from core.db import Database, new_id
from risk.models import OWN, Control, ControlCheck
from risk.register.models import Risk, RiskChange, RiskControl
from risk.service import adopt

MONTH, CHECKS = timedelta(days=30), 12


def checked_controls(database: Database, at: datetime, own: int = 0) -> int:
    """How many there are: the catalogue's, and so many that the company added itself."""
    with database.transaction() as session:
        adopt(session, at - CHECKS * MONTH)
        session.flush()
        adopted = list(session.scalars(select(Control).order_by(Control.code)))
        if own:
            session.execute(insert(Control), [_own(number, adopted[number % len(adopted)]) for number in range(own)])
        codes = list(session.scalars(select(Control.code).order_by(Control.code)))
        rows = [_check(code, place, month, at) for place, code in enumerate(codes) for month in range(CHECKS)]
        session.execute(insert(ControlCheck), rows)
    return len(codes)


def _own(number: int, like: Control) -> dict[str, object]:
    card = like.card.model_dump(mode="json")
    return {"code": f"{OWN}{number:05}", "version": 1, "own_card": {"card": card, "asked": {}},
            "interval_days": like.interval_days, "grace_days": like.grace_days, "started_at": like.started_at,
            "next_due_at": like.next_due_at, "paused_by": "", "pause_reason_sealed": "", "handed_back_by": "",
            "handed_back_sealed": ""}  # fmt: skip


def _check(code: str, place: int, month: int, at: datetime) -> dict[str, object]:
    due_at = at - MONTH * (CHECKS - month)
    done_at = due_at + timedelta(days=9 if (place + month) % 7 == 0 else -1)
    result = "fail" if (place + month) % 11 == 0 else "pass"
    return {"id": new_id(), "control_code": code, "due_at": due_at, "done_at": done_at, "recorded_at": done_at,
            "by_id": "x", "result": result, "note_sealed": "", "evidence": []}  # fmt: skip


def risks(database: Database, count: int, at: datetime) -> None:
    """So many that stand open, each with a control and a year of changes."""
    with database.transaction() as session:
        codes = list(session.scalars(select(Control.code).order_by(Control.code)))
        session.execute(insert(Risk), [_risk(number, at) for number in range(1, count + 1)])
        links = [{"risk_id": number, "control_code": codes[number % len(codes)], "linked_by": "x", "linked_at": at}
                 for number in range(1, count + 1)]  # fmt: skip
        session.execute(insert(RiskControl), links)
        session.execute(insert(RiskChange), [_change(number, month, at) for number in range(1, count + 1)
                                             for month in range(CHECKS)])  # fmt: skip


def _risk(number: int, at: datetime) -> dict[str, object]:
    likelihood, impact = number % 4 + 1, number // 4 % 4 + 1
    return {"id": number, "title": f"Lista till fel mottagare {number}", "cause_class": "accidental",
            "cause_code": "accidental.misrouting", "inherent_likelihood": 4, "inherent_impact": impact,
            "likelihood": likelihood, "current_likelihood": likelihood, "impact": impact,
            "score": likelihood * impact, "review_on": (at + timedelta(days=number % 90 - 10)).date(),
            "created_by": "x", "created_at": at}  # fmt: skip


def _change(number: int, month: int, at: datetime) -> dict[str, object]:
    """Every fourth moves the level, as a control that fails and is right again does."""
    before, after = number % 4 + 1, (number + (month % 4 == 0)) % 4 + 1
    return {"risk_id": number, "at": at - MONTH * (CHECKS - month), "by_id": "x", "kind": "changed", "fields": [],
            "before_likelihood": before, "after_likelihood": after, "before_impact": 2, "after_impact": 2}  # fmt: skip
