"""No table of the service is forgotten when a case is erased, and no column of a row that stays."""

import pytest
from sqlalchemy import Table, inspect

from app.models import METADATA
from incidents.erasing.places import EMPTIED, KEPT, OF_NO_CASE, deleted_afterwards, deleted_at_once, table_of
from incidents.models import Incident
from tests.fixtures.world import World

DELETED = {table_of(model).name for model, _ in [*deleted_at_once("x"), *deleted_afterwards("x")]}
STAYING = {place.table.name: place for place in EMPTIED}
OF_A_CASE = {"incident_id", "case_id", "mailing_id", "outbox_id", "commission_id", "clock_id", "list_id", "notice_id"}
SEARCH = "incident_words"  # the index over incident_search: SQLite shows its parts as tables
STAYS = {  # of a case in the register; a column that is in neither list is nobody's decision yet
    "id", "reference", "version", "state", "containment", "authority_track", "people_track", "source", "drill",
    "language", "kind", "still_going_on", "people_band", "data_kinds", "noticed_precision", "taken_by_phone",
    "occurred_at", "ended_at", "detected_at", "reported_at", "aware_at", "cause_class", "cause_code",
    "cause_catalogue", "further_causes", "breach_types", "data_categories", "subject_groups", "countries",
    "people_by_country", "land_authorities", "people_min", "people_max", "records_count", "classified_at",
    "contained_at", "closed_at", "erased_at", "merged_into_id", "search",  # written anew from what stays
}  # fmt: skip


@pytest.mark.parametrize("table", METADATA.sorted_tables, ids=lambda table: table.name)
def test_every_table_says_what_becomes_of_it_when_a_case_is_erased(table: Table) -> None:
    named = [table.name in places for places in (DELETED, STAYING, KEPT, OF_NO_CASE)]
    assert sum(named) == 1, f"{table.name}: name it once in incidents/erasing/places.py"


@pytest.mark.parametrize("name", sorted(OF_NO_CASE))
def test_what_is_said_to_be_of_no_case_is_tied_to_none(name: str) -> None:
    table = METADATA.tables[name]
    ties = {key.target_fullname.partition(".")[0] for column in table.columns for key in column.foreign_keys}
    assert not OF_A_CASE & set(table.columns.keys())
    assert not ties & (DELETED | set(STAYING))


@pytest.mark.parametrize("name", sorted(STAYING))
def test_what_is_sealed_in_a_row_that_stays_is_emptied(name: str) -> None:
    place = STAYING[name]
    sealed = {column.name for column in place.table.columns if "sealed" in column.name}
    assert sealed <= set(place.instead)
    assert place.why


def test_every_column_of_a_case_is_emptied_or_stays() -> None:
    columns = set(table_of(Incident).columns.keys())
    emptied = set(STAYING["incident"].instead)
    assert emptied & STAYS == set()
    assert emptied | STAYS == columns, "incidents/erasing/places.py: does the column stay in the register?"


def test_the_database_has_no_table_that_the_models_do_not_know(world: World) -> None:
    """A table made by a migration alone would be on no list."""
    there = set(inspect(world.database.reader).get_table_names())
    unknown = {name for name in there - set(METADATA.tables) - {"alembic_version"} if not name.startswith(SEARCH)}
    assert unknown == set()
    assert len(there) > 40
