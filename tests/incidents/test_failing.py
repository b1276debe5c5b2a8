"""An incident names the controls that failed and its unit: seen by who may see the case, and by nobody else."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from core.access import Role
from core.audit.models import AuditEntry
from core.db import new_id
from identity.models import User
from incidents.failing.keeping import carry_failed
from incidents.failing.models import FailedControl, IncidentUnit
from incidents.models import Exclusion, Incident
from risk.service import adopt
from tests.fixtures.rules import publish_rules
from tests.fixtures.walking import walked
from tests.fixtures.world import World
from tests.incidents.cases import Case


@pytest.fixture
def company(small_world: World) -> World:
    """Controls are adopted, and six work in the warehouse."""
    with small_world.change() as session:
        adopt(session, small_world.now)
        for role in list(Role)[:6]:
            session.get_one(User, small_world.users[role].id).unit = "Lagret"
    return small_world


def english(world: World, role: str) -> TestClient:
    client = world.client(role)
    client.cookies.set("lang", "en")
    return client


def name(world: World, case: Case, **said: object) -> int:
    return english(world, Role.MANAGER).post(f"{case.path}/failing", data=said).status_code


def test_a_leader_names_what_failed_and_the_case_and_its_log_say_so(company: World) -> None:
    case = Case(company).take()
    assert name(company, case, controls=["restore_test", "antivirus"], unit="Lagret") == 303
    text = english(company, Role.DPO).get(case.path).text
    for words in ("Restore a backup", "Antivirus is up to date", "Lagret", 'href="/controls/antivirus"'):
        assert words in text
    assert "in this unit" not in text  # neither rules nor courses to count by
    assert name(company, case, controls=["antivirus"]) == 303
    with company.look() as session:
        assert session.scalars(select(FailedControl.control_code)).all() == ["antivirus"]
        assert session.scalars(select(IncidentUnit)).all() == []
        entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "incident:failing_set")).all()
    assert len(entries) == 2
    assert all(b"Lagret" not in entry.entry for entry in entries)
    assert name(company, case, controls=["antivirus"]) == 303
    assert case.log().count("incident:failing_set") == 2  # the same again is no change


def test_beside_the_case_stand_numbers_of_the_unit_and_no_name(company: World) -> None:
    publish_rules(company)
    company.client(Role.HEAD).post("/rules/sign", data={"version": "1", "name": "Harald Huvud"})
    case = Case(company).take()
    name(company, case, unit="Lagret")
    text = english(company, Role.DPO).get(case.path).text
    assert "1 of 6 in this unit have signed the rules in force." in text
    assert "Harald Huvud" not in text
    with company.change() as session:
        session.get_one(User, company.users[Role.HEAD].id).unit = ""
        session.get_one(User, company.users[Role.DPO].id).unit = ""
    assert "Too few people in the unit to give numbers." in english(company, Role.DPO).get(case.path).text


def test_who_is_involved_meets_the_case_at_no_control(company: World) -> None:
    case, other = Case(company).take(), Case(company).take()
    for one in (case, other):
        name(company, one, controls=["antivirus"])
    with company.change() as session:
        dpo = company.users[Role.DPO].id
        session.add(Exclusion(incident_id=case.row(session).id, user_id=dpo, by_id="system", at=company.now))
    seen = english(company, Role.DPO).get("/controls/antivirus/cases").text
    assert case.reference not in seen
    assert other.reference in seen
    assert "1 case that you may see names it as failed." in seen
    assert (
        "2 cases that you may see name it as failed."
        in english(company, Role.AUDITOR).get("/controls/antivirus/cases").text
    )
    assert english(company, Role.DPO).get(f"{case.path}/failing").status_code == 404
    assert english(company, Role.CONTROL_OWNER).get("/controls/antivirus/cases").status_code == 404
    assert case.reference not in english(company, Role.CONTROL_OWNER).get("/controls/antivirus").text


@pytest.mark.parametrize("said", [{"controls": ["nothing"]}, {"unit": "Månen"}], ids=str)
def test_what_is_not_there_is_refused(company: World, said: dict[str, object]) -> None:
    case = Case(company).take()
    assert name(company, case, **said) == 422
    with company.look() as session:
        assert session.scalars(select(FailedControl)).all() == []


def test_a_merge_carries_what_failed(company: World) -> None:
    source, target = Case(company).take(), Case(company).take()
    name(company, source, controls=["antivirus", "restore_test"], unit="Lagret")
    name(company, target, controls=["antivirus"])
    with company.change() as session:
        carry_failed(session, company.actor(Role.MANAGER), source.row(session), target.row(session), company.now)
    with company.look() as session:
        mine = select(FailedControl.control_code).where(FailedControl.incident_id == target.row(session).id)
        assert set(session.scalars(mine)) == {"antivirus", "restore_test"}
        assert session.get_one(IncidentUnit, target.row(session).id).unit == "Lagret"


def test_the_cases_of_a_control_go_on_by_key(company: World) -> None:
    with company.change() as session:
        for number in range(60):
            incident = Incident(id=new_id(), reference=f"PUI-2026-{number:04}", title=f"Fall {number}",
                                reported_at=company.now - timedelta(hours=number // 3))  # fmt: skip
            session.add(incident)
            session.flush()
            session.add(FailedControl(incident_id=incident.id, control_code="antivirus", by_id="x", at=company.now))
    pages = list(walked(english(company, Role.AUDITOR), "/controls/antivirus/cases"))
    assert all("60 cases that you may see name it as failed." in page for page in pages)
    found = [[int(one) for one in re.findall(r">Fall (\d+)<", page)] for page in pages]
    assert [len(one) for one in found] == [25, 25, 10]
    every = [number for one in found for number in one]
    assert sorted(every) == list(range(60))
    assert [number // 3 for number in every] == sorted(number // 3 for number in every)
