"""What was erased is remembered outside the database: an older backup that comes back brings erased cases back with it,
and nothing in it knows.

One small file for each part of a case, by its id: in the signer's folder, and in the append-only folder where one is
set. The worker of the host that holds them adds what is new and looks for what is there again. That is listed, and
erased again only after the ordinary four eyes; an earlier state cannot be ended before.
"""

from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import SYSTEM
from core.audit import record
from core.audit.folder import CannotKeep, keep
from core.db import Database
from core.logs import log
from core.settings import Settings
from incidents.erasing.jobs import notice_due
from incidents.erasing.parts import Part
from incidents.erasing_models import ErasedBefore, ErasedPart
from incidents.models import Incident

ERASED = "erased"


def remember_erased(database: Database, settings: Settings, now: datetime) -> int:
    """Add what the folders lack, and list what is back; returns how many parts of cases are."""
    places = [place for place in (settings.signer, settings.anchor_dir) if place and place.is_dir()]
    with database.reading() as session:
        rows = session.execute(select(ErasedPart.incident_id, ErasedPart.part, ErasedPart.erased_at))
        erased = {f"{row.incident_id}.{row.part}": row.erased_at for row in rows}
    known = set[str]()
    for place in places:
        there = {path.name for path in (place / ERASED).glob("*.*")}
        known |= there
        _add(place, {name: at for name, at in erased.items() if name not in there})
    if not (back := known - erased.keys()):
        return 0
    with database.transaction() as session:
        found = _list(session, places, back, now)
    if found:
        notice_due(database, now)
    return found


def _add(place: Path, missing: dict[str, datetime]) -> None:
    try:
        for name, at in missing.items():
            keep(place, f"{ERASED}/{name}", f"{at.isoformat()}\n".encode())
    except CannotKeep as trouble:
        log.warning("erasure_not_remembered", reason=trouble.reason)


def _list(session: Session, places: Collection[Path], back: Collection[str], now: datetime) -> int:
    """A row for each part that is in the database again, once."""
    listed = {f"{one.incident_id}.{one.part}" for one in session.scalars(select(ErasedBefore))}
    found = 0
    for name in sorted(set(back) - listed):
        case_id, _, part = name.partition(".")
        incident = session.get(Incident, case_id)
        if incident is None or part not in set(Part):
            continue
        session.add(ErasedBefore(incident_id=case_id, part=part, erased_at=_moment(places, name, now), found_at=now))
        record(session, SYSTEM, "erasure:came_back", incident.reference, now, case=case_id, facts={"erased_part": part})
        found += 1
    return found


def _moment(places: Collection[Path], name: str, now: datetime) -> datetime:
    """When it was erased; a file that a crash cut short still says that it was."""
    for place in places:
        try:
            return datetime.fromisoformat((place / ERASED / name).read_text("ascii").strip())
        except (OSError, ValueError):
            continue
    return now
