"""Import: every record is accounted for, nothing is invented, a second run changes nothing."""

import json
from pathlib import Path

import pytest
from sqlalchemy import func, select

from core.keys import unseal
from incidents.exchange.importing import take_in
from incidents.exchange.records import read_records
from incidents.models import Incident, IncidentClock
from notifications.models import OutboxMessage
from tests.fixtures.world import World

SHARED = Path(__file__).parents[4] / "shared/data/incidents/vcdb-dev.jsonl"
OURS = {
    "incident_id": "ours-1",
    "schema_version": "1.3.7",
    "summary": "En medarbetare skickade filen till Åsa Exempelsson.",
    "action": {"error": {"variety": ["Misdelivery"]}},
    "timeline": {"incident": {"year": 2024, "month": 3}},
    "victim": {"country": ["SE"]},
    "an_unknown_field": {"kept": True},
}


def lines(*records: object) -> str:
    return "\n".join(json.dumps(record) for record in records)


def test_an_imported_case_is_history_without_clock_mail_or_awareness(world: World) -> None:
    account = take_in(world.database, read_records(lines(OURS)), world.now)
    assert account.imported == ["ours-1"]
    with world.look() as session:
        incident = session.scalars(select(Incident)).one()
        assert (incident.state, incident.aware_at, incident.cause_class) == ("closed", None, "accidental")
        assert session.scalar(select(func.count()).select_from(IncidentClock)) == 0
        assert session.scalar(select(func.count()).select_from(OutboxMessage)) == 0
        whole = unseal(session, incident.id, f"incident.imported:{incident.id}", incident.imported_sealed)
    assert json.loads(whole) == OURS


def test_a_second_run_imports_nothing_and_a_double_in_one_file_counts_once(world: World) -> None:
    text = lines(OURS, OURS, OURS | {"incident_id": "ours-2"})
    first = take_in(world.database, read_records(text), world.now)
    assert (len(first.imported), len(first.already_there)) == (2, 1)
    second = take_in(world.database, read_records(text), world.now)
    assert (len(second.imported), len(second.already_there), second.read) == (0, 3, 3)


def test_a_bad_record_is_named_and_the_rest_goes_on(world: World) -> None:
    text = lines(OURS) + "\n{broken\n" + lines({"incident_id": "x"}, OURS | {"incident_id": "ours-3"})
    account = take_in(world.database, read_records(text), world.now)
    assert account.imported == ["ours-1", "ours-3"]
    assert [bad.place for bad in account.refused] == [2, 3]
    assert account.read == 4


@pytest.mark.skipif(not SHARED.exists(), reason="the development records are not part of the project")
def test_all_961_development_records_are_accounted_for(small_world: World) -> None:
    for expected in (961, 0):
        with SHARED.open("rb") as handle:
            account = take_in(small_world.database, read_records(handle), small_world.now)
        assert (account.read, len(account.imported), len(account.refused)) == (961, expected, 0)
