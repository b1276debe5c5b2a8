"""Several who are told under contracts share one clock of the case: it runs on the strictest hours of those who have
not been told yet."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.models import Incident
from notifications.notice_models import Filing, NoticeRecipient
from notifications.others import Kind, recipients


@dataclass(frozen=True, slots=True)
class Shared:
    """The duty of a law towards all of one kind: `by_hours` under their contracts, `at_once` whatever they say."""

    regime: str
    by_hours: str
    at_once: str = ""


SHARED: Mapping[str, Shared] = {
    Kind.CONTROLLER: Shared("processor", "tell_controller_by_contract", "tell_controller"),
    Kind.INSURER: Shared("contract", "tell_insurer"),
    Kind.BANK: Shared("contract", "tell_bank"),
}
REGIMES_OF_A_LIST = frozenset(shared.regime for shared in SHARED.values())


@dataclass(frozen=True, slots=True)
class Listed:
    """One on the list of a case, with the filing of its first phase once it has been told."""

    row: NoticeRecipient
    filing: Filing | None

    @property
    def hours(self) -> int | None:
        return self.row.contract_hours

    @property
    def told_at(self) -> datetime | None:
        return self.filing.filed_at if self.filing else None


def listed(session: Session, incident_id: str, kind: str) -> list[Listed]:
    rows = [row for row in recipients(session, incident_id) if row.kind == kind]
    first = select(Filing).where(Filing.recipient_id.in_([row.id for row in rows]), Filing.phase == 1)
    filings = {filing.recipient_id: filing for filing in session.scalars(first)} if rows else {}
    return [Listed(row, filings.get(row.id)) for row in rows]


def binding_hours(found: Iterable[Listed]) -> int | None:
    """The hours the shared clock runs on; when all have been told, those of the one who was told last."""
    with_hours = [one for one in found if one.hours is not None]
    waiting = [one.hours for one in with_hours if one.told_at is None]
    if waiting:
        return min(hours for hours in waiting if hours is not None)
    last = max(with_hours, key=lambda one: (one.told_at, -(one.hours or 0)), default=None)
    return last.hours if last else None


def listed_lengths(session: Session, incident_id: str, regime: str) -> dict[str, dict[str, Any]]:
    """Duty -> the length that the list gives it, for the duties of a law whose list says one."""
    found = {
        shared.by_hours: binding_hours(listed(session, incident_id, kind))
        for kind, shared in SHARED.items()
        if shared.regime == regime
    }
    return {duty: {"hours": hours} for duty, hours in found.items() if hours}


def hours_listed(session: Session, incident: Incident, regime: str) -> bool:
    """Whether the hours of a law are told by a list: somebody is on it, or it is towards several kinds, each with their
    own contract."""
    kinds = {kind for kind, shared in SHARED.items() if shared.regime == regime}
    return len(kinds) > 1 or any(row.kind in kinds for row in recipients(session, incident.id))
