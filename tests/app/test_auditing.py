"""The auditor's own reading is on record: every page that shows a case, a register or one record leaves an entry."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.log_telling import THINGS
from app.main import operations
from core.access import POLICY, Condition, Role
from core.audit.models import AuditEntry
from incidents.models import Incident
from risk.register.models import Risk
from tests.fixtures.demo import copied
from tests.fixtures.pages import PageOf, pages_of
from tests.fixtures.world import World

UNNOTED = {  # what shows no case, no register and no single record
    "/confirm", "/controls", "/dashboard", "/findings/new", "/health/live", "/health/ready", "/log/check",
    "/log/vaka_verify.py", "/notice-schema.json", "/notice/{reference}", "/profile", "/r/{intake_code}",
    "/register/schema.json", "/report/about/control/{code}", "/report/about/task/{task_id}", "/report/mine", "/rules",
    "/rules/people", "/rules/versions/{edition:int}", "/status", "/tasks", "/training",
}  # fmt: skip


@pytest.fixture
def company(demo_world: World, tmp_path: Path) -> Iterator[World]:
    world = copied(demo_world, tmp_path)
    yield world
    world.database.dispose()


def size(world: World) -> int:
    with world.look() as session:
        return session.scalar(select(func.count()).select_from(AuditEntry)) or 0


def newest(world: World) -> AuditEntry:
    with world.look() as session:
        return session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(1)).one()


def one_of_each(world: World) -> Iterator[tuple[PageOf, int]]:
    """Each page that opens for the auditor, those of a case for the first case that has it, and how many entries that
    has left."""
    seen: set[str] = set()
    auditor, before = world.client(Role.AUDITOR), size(world)
    for one in pages_of(world):
        if one.route not in seen:
            code, now = auditor.get(one.path).status_code, size(world)
            assert code < 400 or now == before, one.path
            if code == 200:
                seen.add(one.route)
                yield one, now - before
            before = size(world)


def test_each_page_that_shows_something_of_the_company_leaves_one_entry_of_the_auditor(company: World) -> None:
    noted: set[str] = set()
    silent: set[str] = set()
    for one, written in one_of_each(company):
        assert written <= 1 or one.route.endswith("/similar"), one.path  # which shows several cases
        (noted if written else silent).add(one.route)
        if written:
            assert newest(company).actor == company.users["auditor"].id
    assert silent - UNNOTED == set()
    assert noted & UNNOTED == set()
    assert len(noted) > 50


def test_no_reading_that_the_table_wants_logged_is_forgotten(company: World) -> None:
    known = {
        str(route.path)
        for route, operation in operations(company.app)
        if operation and "GET" in (route.methods or ()) and Condition.LOGGED in POLICY[operation].conditions
    }
    assert {"/findings", "/register/samples"} <= known
    assert known & UNNOTED <= {"/log/check", "/log/vaka_verify.py", "/register/schema.json"}


def test_the_entry_says_which_page_of_which_case_and_lies_under_its_key(company: World) -> None:
    with company.look() as session:
        case = session.scalars(select(Incident).order_by(Incident.reported_at.desc()).limit(1)).one()
    auditor = company.client(Role.AUDITOR)
    assert auditor.get(f"{case.path.lower()}/thread").status_code == 200
    entry = newest(company)
    assert (entry.action, entry.object, entry.case_id) == ("incident:read", case.reference, case.id)
    assert b'"page":"thread"' in entry.entry


def test_what_is_not_there_and_what_others_read_leaves_nothing(company: World) -> None:
    with company.look() as session:
        case = session.scalars(select(Incident).order_by(Incident.reported_at.desc()).limit(1)).one()
    before = size(company)
    auditor = company.client(Role.AUDITOR)
    for path in ("/incidents/PUI-2026-0000/thread", "/suppliers/none", "/risks/999999"):
        assert auditor.get(path).status_code == 404
    assert company.client("manager").get(f"{case.path}/thread").status_code == 200
    assert company.client("manager").get("/risks").status_code == 200
    assert size(company) == before


def test_a_page_that_renews_itself_is_noted_once(company: World) -> None:
    auditor = company.client(Role.AUDITOR)
    with company.look() as session:
        cases = session.scalars(select(Incident).order_by(Incident.reported_at.desc()))
        paths = [f"{case.path}/people/progress" for case in cases]
    progress = next(path for path in paths if auditor.get(path).status_code == 200)
    before = size(company)
    for _ in range(3):
        auditor.get(progress, headers={"hx-request": "true", "hx-request-type": "partial"})
    assert size(company) == before
    auditor.get(progress.removesuffix("/progress"), headers={"hx-request": "true", "hx-request-type": "partial"})
    assert size(company) == before + 1


def test_a_draft_of_a_risk_is_not_named(company: World) -> None:
    with company.change() as session:
        risk = session.scalars(select(Risk).where(Risk.state == "open").limit(1)).one()
        path, name = risk.path, risk.name
    auditor = company.client(Role.AUDITOR)
    auditor.get(path)
    assert newest(company).object == name
    with company.change() as session:
        session.get_one(Risk, risk.id).state = "draft"
    assert auditor.get(path).status_code == 200
    assert (newest(company).action, newest(company).object) == ("risk:read", "risks")
    assert "risks" in THINGS
