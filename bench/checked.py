"""Controls that were kept for a year: adopted from the catalogue, each checked every month, some of them late."""

from datetime import datetime, timedelta

from sqlalchemy import insert, select

from core.db import Database, new_id
from risk.models import Control, ControlCheck
from risk.service import adopt

MONTH, CHECKS = timedelta(days=30), 12


def checked_controls(database: Database, at: datetime) -> int:
    """How many there are."""
    with database.transaction() as session:
        adopt(session, at - CHECKS * MONTH)
        session.flush()
        codes = list(session.scalars(select(Control.code).order_by(Control.code)))
        rows = [_check(code, place, month, at) for place, code in enumerate(codes) for month in range(CHECKS)]
        session.execute(insert(ControlCheck), rows)
    return len(codes)


def _check(code: str, place: int, month: int, at: datetime) -> dict[str, object]:
    due_at = at - MONTH * (CHECKS - month)
    done_at = due_at + timedelta(days=9 if (place + month) % 7 == 0 else -1)
    result = "fail" if (place + month) % 11 == 0 else "pass"
    return {"id": new_id(), "control_code": code, "due_at": due_at, "done_at": done_at, "recorded_at": done_at,
            "by_id": "x", "result": result, "note_sealed": "", "evidence": []}  # fmt: skip
