"""What a run stands on: a folder that goes away, a company in a migrated database, and bulk rows that look real."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import insert

from app.migrations import upgrade
from core.access import Role
from core.db import Database, new_id
from core.key_file import load_keyring
from core.keys import require_right_key
from core.moment import now
from core.organisation import Organisation
from identity.models import User, UserRole
from identity.sessions import open_session
from incidents.escalation import Duty
from incidents.models import Incident, IncidentClock
from incidents.regimes import REGIMES

STAFF = (Role.MANAGER, Role.DEPUTY, Role.HEAD, Role.DPO)
AT_ONCE = 5_000
THREE_DAYS = timedelta(hours=72)


@contextmanager
def ground(kept: Path | None = None) -> Iterator[Path]:
    """A folder for databases; on a disk, not in memory, because durability is part of what is measured. One that is
    `kept` stays afterwards."""
    if kept:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept
        return
    with tempfile.TemporaryDirectory(prefix="vaka-bench-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


RULE = REGIMES["gdpr"].stages[0].rule


def company(folder: Path, url: str = "") -> Database:
    """A migrated database (in `folder`, when no other is named) with a company and the people who are alerted."""
    folder.mkdir(parents=True, exist_ok=True)
    url = url or f"sqlite:///{folder / 'vaka.db'}"
    upgrade(url)
    database = Database(url, load_keyring(folder / "data.key"))
    with database.transaction() as session:
        require_right_key(session)
        session.add(Organisation(name="Nordhamn Verktyg AB", phone="031-390 06 42", intake_code="nordhamn"))
        for role in STAFF:
            session.add(User(email=f"{role}@nordhamn.example", name=role.title(), language="sv", created_at=now(),
                             joined_at=now(), held_roles=[UserRole(role=role)]))  # fmt: skip
    return database


def sign_in(database: Database, role: Role) -> str:
    """The cookie of somebody with this role."""
    with database.transaction() as session:
        user = session.query(User).filter_by(email=f"{role}@nordhamn.example").one()
        return f"vaka={open_session(session, user, now())}"


def fill(database: Database, count: int, at: datetime, *, open_share: float = 1.0) -> list[str]:
    """`count` cases with one clock each, of which a share is open and not due for a long time; ids of open clocks."""
    every = round(1 / open_share)
    opened: list[str] = []
    for start in range(0, count, AT_ONCE):
        numbers = range(start, min(start + AT_ONCE, count))
        cases = [_case(number, at, is_open=number % every == 0) for number in numbers]
        clocks = [_clock(case, at + timedelta(seconds=number), is_open=number % every == 0)
                  for number, case in zip(numbers, cases, strict=True)]  # fmt: skip
        opened += [str(clock["id"]) for clock in clocks if clock["stopped_at"] is None]
        with database.transaction() as session:
            session.execute(insert(Incident), cases)
            session.execute(insert(IncidentClock), clocks)
    return opened


def _case(number: int, at: datetime, *, is_open: bool) -> dict[str, object]:
    reported_at = at - timedelta(minutes=number)
    return {
        "id": new_id(),
        "reference": f"PUI-B-{number:07d}",
        "state": "under_review" if is_open else "closed",
        "title": f"Lista skickad till fel mottagare {number}",
        "search": f"lista skickad till fel mottagare {number}",
        "kind": "sent_wrong",
        "reported_at": reported_at,
        "closed_at": None if is_open else reported_at + THREE_DAYS,
    }


def _clock(case: dict[str, object], at: datetime, *, is_open: bool) -> dict[str, object]:
    return {
        "id": new_id(),
        "incident_id": case["id"],
        "regime": "gdpr",
        "duty": str(Duty.NOTIFY_AUTHORITY),
        "basis": RULE.basis,
        "rule": RULE.as_json(),
        "confirmed": True,
        "started_at": at,
        "due_at": at + THREE_DAYS,
        "next_at": at + timedelta(hours=48) if is_open else None,
        "stopped_at": None if is_open else at,
    }
