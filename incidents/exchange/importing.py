"""Records of another register become history: searchable cases without clocks, mails or a moment of awareness."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import SYSTEM
from core.audit import record
from core.db import Database, new_id
from core.keys import seal
from incidents.exchange.records import BadRecord
from incidents.exchange.veris import Day, VerisRecord
from incidents.models import Incident
from incidents.receipt import new_reference
from incidents.search import search_text
from incidents.states import AuthorityTrack, Containment, PeopleTrack, State

VERIS = "veris"
BATCH = 100
TAIL = 6


@dataclass
class Account:
    """What became of every record: the three lists add up to all that was read."""

    imported: list[str] = field(default_factory=list)
    already_there: list[str] = field(default_factory=list)
    refused: list[BadRecord] = field(default_factory=list)

    @property
    def read(self) -> int:
        return len(self.imported) + len(self.already_there) + len(self.refused)


def take_in(database: Database, records: Iterable[VerisRecord | BadRecord], now: datetime) -> Account:
    """Import all records, a hundred in a transaction; a second run, or one after a kill, takes only what is missing."""
    account = Account()
    batch: list[VerisRecord] = []
    for found in records:
        if isinstance(found, BadRecord):
            account.refused.append(found)
            continue
        batch.append(found)
        if len(batch) == BATCH:
            _take_batch(database, batch, account, now)
            batch = []
    _take_batch(database, batch, account, now)
    return account


def _take_batch(database: Database, batch: list[VerisRecord], account: Account, now: datetime) -> None:
    with database.transaction() as session:
        ids = {found.incident_id for found in batch}
        known = set(
            session.scalars(select(Incident.external_id).where(Incident.source == VERIS, Incident.external_id.in_(ids)))
        )
        imported: list[str] = []
        there: list[str] = []
        for found in batch:
            (there if found.incident_id in known else imported).append(found.incident_id)
            if found.incident_id not in known:
                session.add(_history(session, found, now))
                known.add(found.incident_id)
    account.imported += imported
    account.already_there += there


def _history(session: Session, found: VerisRecord, now: datetime) -> Incident:
    """A closed case. `reported_at` is the import; `aware_at` stays empty, because nobody here was ever aware."""
    incident = Incident(
        id=new_id(),
        reference=new_reference(now.year, TAIL),
        source=VERIS,
        external_id=found.incident_id,
        state=State.CLOSED,
        containment=Containment.DONE,
        authority_track=AuthorityTrack.NOT_REQUIRED,
        people_track=PeopleTrack.NOT_REQUIRED,
        language="en",
        title=found.title,
        cause_class=found.cause_class,
        breach_types=[kind.value for kind in found.breach_types],
        data_categories=[kind.value for kind in found.data],
        countries=list(found.countries),
        people_min=found.people,
        people_max=found.people,
        records_count=found.people,
        occurred_at=_begins(found.occurred),
        reported_at=now,
        closed_at=now,
    )
    incident.search = search_text(incident)
    if found.summary:
        incident.narrative_sealed = seal(session, incident.id, f"incident.narrative:{incident.id}", found.summary)
    whole = json.dumps(found.raw, ensure_ascii=False)
    incident.imported_sealed = seal(session, incident.id, f"incident.imported:{incident.id}", whole)
    facts: dict[str, str | int | bool | list[str] | None] = {"format": VERIS, "schema": found.schema_version}
    record(session, SYSTEM, "incident:imported", incident.reference, now, case=incident.id, facts=facts)
    return incident


def _begins(day: Day | None) -> datetime | None:
    """The start of what is known: a year alone is its first of January, the rest stays in `imported_sealed`."""
    return datetime(day.year, day.month or 1, day.day or 1, tzinfo=UTC) if day else None
