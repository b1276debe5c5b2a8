"""Before anything is taken out the password is asked for once more (ASVS V7.5.3), and the filter is not lost by it."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select, update

from app.main import operations
from core.access import POLICY, Condition, Operation, Role
from core.audit.models import AuditEntry
from identity.models import User
from identity.passwords import hashed
from tests.fixtures.world import World
from tests.incidents.cases import Case

PASSWORD = "blå häst sover under bordet"
KEPT = hashed(PASSWORD)
FILE = "/log/export.csv?group=incident&about=PUI-2026-7K3Q&period=week"


@pytest.fixture
def company(small_world: World) -> World:
    with small_world.change() as session:
        session.execute(update(User).values(password_hash=KEPT))
    return small_world


def actions(world: World) -> list[str]:
    with world.look() as session:
        found = select(AuditEntry.action).where(AuditEntry.action.startswith("identity:"))
        return list(session.scalars(found.order_by(AuditEntry.seq)))


def test_a_session_is_asked_again_after_ten_minutes_and_keeps_its_filter(company: World) -> None:
    auditor = company.client(Role.AUDITOR)
    assert auditor.get(FILE).status_code == 200
    company.later(minutes=9, seconds=59)
    assert auditor.get(FILE).status_code == 200
    company.later(seconds=1)
    asked = auditor.get(FILE).headers["location"]
    assert urlsplit(asked).path == "/confirm"
    assert parse_qs(urlsplit(asked).query)["next"] == [FILE]
    form = auditor.get(asked).text
    assert unescape(re.search(r'name="next" value="([^"]*)"', form)[1]) == FILE  # type: ignore[index]
    wrong = auditor.post("/confirm", data={"next": FILE, "page": "yes", "password": "gissat"})
    assert wrong.status_code == 422
    assert unescape(re.search(r'name="next" value="([^"]*)"', wrong.text)[1]) == FILE  # type: ignore[index]
    assert auditor.get(FILE).status_code == 303
    right = auditor.post("/confirm", data={"next": FILE, "page": "yes", "password": PASSWORD})
    assert right.status_code == 303
    arrived = auditor.get(right.headers["location"]).text
    assert f'content="0; url={FILE}"' in unescape(arrived)
    assert "Filter" in auditor.get(FILE).text
    assert actions(company) == ["identity:signature_failed", "identity:password_confirmed"]
    company.later(minutes=10)
    assert auditor.get(FILE).status_code == 303


def test_it_holds_for_the_session_in_which_it_was_given_and_for_no_other(company: World) -> None:
    one, other = company.client(Role.AUDITOR), company.client(Role.AUDITOR)
    company.later(minutes=11)
    one.post("/confirm", data={"next": FILE, "password": PASSWORD})
    assert (one.get(FILE).status_code, other.get(FILE).status_code) == (200, 303)


def test_the_page_asks_where_it_offers_the_file_and_stays(company: World) -> None:
    auditor = company.client(Role.AUDITOR)
    here = "/log?group=incident"
    assert 'href="/log/export.csv?group=incident"' in auditor.get(here).text
    company.later(minutes=11)
    page = auditor.get(here).text
    assert 'href="/log/export' not in page
    form = re.search(r'<form[^>]*action="/confirm".*?</form>', page, re.DOTALL)[0]  # type: ignore[index]
    assert 'name="next" value="/log/export.json?group=incident"' in form
    answer = auditor.post("/confirm", data={"next": "/log/export.json?group=incident", "password": PASSWORD})
    assert answer.headers["location"] == "/log/export.json?group=incident"
    assert auditor.get(answer.headers["location"]).headers["content-disposition"].startswith("attachment")


def test_no_way_leads_to_another_site(company: World) -> None:
    auditor = company.client(Role.AUDITOR)
    company.later(minutes=11)
    for strange in ("//evil.example/x", "https://evil.example", "/\\evil.example", ""):
        answer = auditor.post("/confirm", data={"next": strange, "password": PASSWORD})
        assert answer.headers["location"] == "/"


def test_every_export_asks_and_who_may_not_export_learns_nothing(company: World) -> None:
    case = Case(company).take()
    asking = {one for one, rule in POLICY.items() if Condition.CONFIRMED in rule.conditions}
    assert asking == {Operation.EXPORT_LOG, Operation.EXPORT_CASE_LOG, Operation.EXPORT_REGISTER,
                      Operation.EXPORT_MAILING, Operation.EXPORT_RISKS, Operation.EXPORT_PROCESSING}  # fmt: skip
    files = [str(route.path) for route, operation in operations(company.app) if operation in asking]
    assert len(files) == 28
    auditor, employee = company.client(Role.AUDITOR), company.client(Role.EMPLOYEE)
    company.later(minutes=11)
    for file in files:
        address = file.replace("{reference}", case.reference)
        answer = auditor.get(address)
        assert (answer.status_code, urlsplit(answer.headers["location"]).path) == (303, "/confirm")
        assert "content-disposition" not in answer.headers
        assert employee.get(address).status_code == 404
