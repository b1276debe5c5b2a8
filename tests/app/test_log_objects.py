"""The log calls what an entry is about by its name, where entries hold ids only."""

import pytest
from sqlalchemy import select

from app.log_objects import called, every_name
from core.audit.models import AuditEntry
from identity.training.models import Course
from incidents.activities.models import Activity
from incidents.suppliers.models import Supplier
from risk.tasks.cards import TASKS
from risk.tasks.models import EventTask
from tests.fixtures.world import World


def about(world: World, action: str) -> str:
    with world.look() as session:
        return session.scalars(select(AuditEntry.object).where(AuditEntry.action == action)).first() or ""


def test_every_object_of_the_company_has_a_name(demo_world: World) -> None:
    with demo_world.look() as session:
        objects = set(session.scalars(select(AuditEntry.object)))
        found = called(session, objects, "sv")
        lists = [set(session.scalars(select(one.id))) for one in (Supplier, Activity, Course)]
        checklists = {one.id: one.kind for one in session.execute(select(EventTask.id, EventTask.kind))}
        assert set().union(*lists) <= set(every_name(session, "sv"))
    assert not {one for one in objects if len(one) == 32 and one not in found}
    assert found["2"] == "Version 2 av reglerna"
    assert {one: found[one] for one in checklists} == {one: TASKS[kind].title.sv for one, kind in checklists.items()}


@pytest.mark.parametrize("path", ["/log", "/log/export.csv"])
def test_pages_and_files_of_the_log_say_which_supplier(demo_world: World, path: str) -> None:
    supplier = about(demo_world, "supplier:agreement_ending")
    text = demo_world.client("auditor").get(f"{path}?about={supplier}").text
    assert "Lönedrift AB" in text
    assert f"{supplier[:8]}…" not in text


def test_the_filter_names_whom_it_is_about(demo_world: World) -> None:
    person = demo_world.users["employee"]
    assert f">{person.name} " in demo_world.client("auditor").get(f"/log?about={person.id}").text
