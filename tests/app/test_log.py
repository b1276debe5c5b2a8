"""The audit log's pages: words, filters, an excluded case that leaves no trace, and a check that says what is wrong."""

import csv
import io
import json
from datetime import timedelta

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from core.access import ANONYMOUS, SYSTEM, Role
from core.audit import record
from core.audit.models import AuditEntry
from core.keys import CaseKey
from core.tables import BYTE_ORDER_MARK
from incidents.erasing.parts import Part
from incidents.models import Exclusion, Incident
from tests.core.test_audit import APPENDED, tamper, tamper_again
from tests.fixtures.world import World
from tests.incidents.erasing import erase_now

CASE, OTHER = "PUI-2026-7K3Q", "PUI-2026-C6PD"


@pytest.fixture
def logged(world: World) -> World:
    """Two cases with an entry each by Anna, one entry of the system, one of a reporter without an account."""
    with world.change() as session:
        for reference in (CASE, OTHER):
            session.add(Incident(id=reference[-4:].lower() * 8, reference=reference, reported_at=world.now))
    anna = world.actor(Role.MANAGER)
    write(world, ANONYMOUS, "incident:reported", CASE, narrative=(None, "Ett brev kom fel."))
    world.later(days=2)
    write(
        world,
        anna,
        "incident:aware_set",
        CASE,
        aware_at=("2026-11-22", "2026-11-21"),
        reason=(None, "Mejlet kom förr."),
    )
    write(world, anna, "incident:taken", OTHER)
    with world.change() as session:
        record(session, SYSTEM, "control:late", "restore_test", world.now)
        happened = (world.now - timedelta(hours=3)).isoformat()
        record(session, SYSTEM, "strange:thing", "object", world.now, facts={"happened_at": happened})
    return world


def write(world: World, actor: object, action: str, reference: str, **changes: tuple[str | None, str | None]) -> None:
    with world.change() as session:
        case = session.scalars(select(Incident).where(Incident.reference == reference)).one()
        record(session, actor, action, reference, world.now, case=case.id, changes=changes)  # type: ignore[arg-type]


def exclude(world: World, role: Role, reference: str) -> None:
    with world.change() as session:
        case = session.scalars(select(Incident).where(Incident.reference == reference)).one()
        session.add(Exclusion(incident_id=case.id, user_id=world.users[role].id, by_id="x", at=world.now))


def english(world: World, role: Role) -> TestClient:
    client = world.client(role)
    client.cookies.set("lang", "en")
    return client


def seq_of(world: World, action: str) -> int:
    with world.look() as session:
        return session.scalars(
            select(AuditEntry.seq).where(AuditEntry.action == action).order_by(AuditEntry.seq)
        ).all()[-1]


def table(text: str) -> str:
    """The rows of the page; none when it has no table."""
    return text.partition("<tbody")[2].partition("</table>")[0]


def test_entries_are_told_in_words_newest_first(logged: World) -> None:
    text = table(english(logged, Role.AUDITOR).get("/log").text)
    places = [
        text.index(words) for words in ("strange:thing", "Marked a control as late", "Took the case", "Sent a report")
    ]
    assert places == sorted(places)
    assert "Anna Berg" in text
    assert "Without an account" in text
    assert "Restore a backup" in text
    assert "Tue 24 Nov 2026 11:05 CET" in text  # happened three hours before it was recorded


def test_the_log_is_not_there_for_others(logged: World) -> None:
    for role in (Role.EMPLOYEE, Role.COMMISSIONER, Role.WRITER, Role.CONTROL_OWNER, Role.ADMIN):
        for path in ("/log", "/log/0", "/log/export"):
            assert logged.client(role).get(path).status_code == 404


def rows(text: str) -> int:
    return text.count('<tr role="row">') - 1


FILTERS = [
    (f"about={CASE}", 2, CASE),
    (f"about={CASE.lower()}", 3, CASE.lower()),  # the reading just before is an entry too
    ("group=control", 1, "Controls"),
    ("group=sensitive", 1, "Sensitive acts"),
    ("person=system", 2, "Vaka"),
    ("person=anonymous", 1, "Without an account"),
    ("since=2026-11-23&until=2026-11-23", 0, "from 23 Nov 2026"),
    ("until=2026-11-22", 1, "until 22 Nov 2026"),
    (f"about={CASE}&group=incident&since=2026-11-24", 1, "Cases"),
]


def test_filters_show_what_they_say(logged: World) -> None:
    auditor = english(logged, Role.AUDITOR)
    for query, count, chip in FILTERS:
        text = auditor.get(f"/log?{query}").text
        assert max(0, rows(text)) == count, query
        assert chip in text
        assert "remove the filter" in text
    assert "remove the filter" not in auditor.get("/log?since=rubbish&group=nothing&before=x").text


def test_a_page_ends_and_the_next_begins_where_it_ended(logged: World) -> None:
    with logged.change() as session:
        for number in range(60):
            record(session, SYSTEM, "control:adopted", f"n{number}", logged.now)
    auditor = english(logged, Role.AUDITOR)
    text = auditor.get("/log?group=control").text
    assert rows(text) == 50
    older = auditor.get(text.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")).text
    assert rows(older) == 11
    assert "Newest entries" in older


def test_reading_is_logged_and_names_the_case_only_under_its_key(logged: World) -> None:
    auditor = english(logged, Role.AUDITOR)
    auditor.get(f"/log?about={CASE}")
    auditor.get("/log?about=PUI-2026-ZZZZ")
    with logged.look() as session:
        read = session.scalars(select(AuditEntry).where(AuditEntry.action == "log:read").order_by(AuditEntry.seq)).all()
    assert [(entry.object, bool(entry.case_id)) for entry in read] == [(CASE, True), ("log", False)]
    assert b"ZZZZ" not in read[1].entry
    assert {entry.actor for entry in read} == {logged.users[Role.AUDITOR].id}


def test_an_excluded_reader_finds_no_trace_of_the_case(logged: World) -> None:
    reader = english(logged, Role.AUDITOR)
    reader.get(f"/log?about={CASE}")
    reader.get(f"/log/{seq_of(logged, 'incident:aware_set')}")
    exclude(logged, Role.DPO, CASE)
    dpo = english(logged, Role.DPO)
    for path in ("/log", f"/log?person={logged.users[Role.AUDITOR].id}", "/log?group=log", "/log?group=incident"):
        assert CASE not in dpo.get(path).text
        assert "Changed the moment of awareness" not in table(dpo.get(path).text)
    assert rows(dpo.get(f"/log?about={CASE}").text) == -1
    assert CASE not in dpo.get("/log/export").text
    hidden, unknown = dpo.get(f"/log/{seq_of(logged, 'incident:aware_set')}"), dpo.get("/log/99999")
    assert hidden.status_code == unknown.status_code == 404
    assert CASE in english(logged, Role.AUDITOR).get("/log").text


def test_before_and_after_are_opened_and_held_against_the_entry(logged: World) -> None:
    text = english(logged, Role.AUDITOR).get(f"/log/{seq_of(logged, 'incident:aware_set')}").text
    assert "2026-11-22" in text
    assert "Mejlet kom förr." in text
    assert "matches its hash" in text
    assert "not what was committed to" not in text
    assert seq_of(logged, "log:opened")


def test_what_was_erased_is_called_erased(logged: World) -> None:
    with logged.change() as session:
        case = session.scalars(select(Incident).where(Incident.reference == CASE)).one()
        session.get_one(CaseKey, case.id).erased_at = logged.now
    answer = english(logged, Role.AUDITOR).get(f"/log/{seq_of(logged, 'incident:aware_set')}")
    assert "Mejlet" not in answer.text
    assert answer.text.count("erased") == 3


def test_the_value_of_another_entry_does_not_pass_for_this_one(logged: World) -> None:
    path = f"/log/{seq_of(logged, 'incident:aware_set')}"
    tamper(logged, "UPDATE audit_value SET side = 'x' WHERE field = 'reason'")
    text = english(logged, Role.AUDITOR).get(path).text
    assert "gone, though nobody erased it" in text
    assert ">erased<" not in text
    tamper_again(logged, "UPDATE audit_value SET side = 'after', sealed = 'v1.own.a.b' WHERE field = 'reason'")
    assert "not what was committed to" in english(logged, Role.AUDITOR).get(path).text


def test_who_reported_is_erased_before_the_case_and_called_so(logged: World) -> None:
    write(logged, ANONYMOUS, "incident:reported", CASE, contact=(None, "rut@kund.example"))
    with logged.look() as session:
        case_id = session.scalars(select(Incident.id).where(Incident.reference == CASE)).one()
    erase_now(logged, case_id, Part.REPORTER)
    text = english(logged, Role.DPO).get(f"/log/{seq_of(logged, 'incident:reported')}").text
    assert "rut@kund.example" not in text
    assert ">erased<" in text


def test_who_reported_is_for_handlers_and_the_dpo_only(logged: World) -> None:
    write(logged, ANONYMOUS, "incident:reported", CASE, contact=(None, "rut@kund.example"))
    path = f"/log/{seq_of(logged, 'incident:reported')}"
    assert "rut@kund.example" in english(logged, Role.DPO).get(path).text
    assert "rut@kund.example" not in english(logged, Role.AUDITOR).get(path).text


def checked(client: TestClient, query: str = "") -> str:
    """Press the button and look at the page it leads to."""
    answer = client.post(f"/log/verify{query}")
    assert answer.status_code == 303
    return client.get(answer.headers["location"]).text


def test_a_whole_log_is_said_to_be_whole(logged: World) -> None:
    text = checked(english(logged, Role.AUDITOR), f"?about={CASE}")
    assert "remove the filter" in text
    assert "5 entries, the log is whole" in text
    assert "Sun 22 Nov 2026 14:05 CET</time> to <time" in text
    assert "Tue 24 Nov 2026 14:05 CET</time>. Checked <time" in text
    assert "by Greta Granskare" in text
    with logged.look() as session:
        kept = session.scalars(select(AuditEntry).where(AuditEntry.action == "log:verified")).one()
    assert json.loads(kept.entry)["facts"]["result"] == "ok"


@pytest.mark.parametrize(
    ("statement", "place", "damage"),
    [
        ("UPDATE audit_entry SET actor = 'nobody' WHERE seq = 2", "First wrong entry: 2.", "Its content was changed."),
        ("DELETE FROM audit_entry WHERE seq = 1", "First wrong entry: 1.", "It was taken out."),
        ("DELETE FROM audit_entry WHERE seq >= 3", "First wrong entry: 3.", "cut off here"),
        (APPENDED.replace("SELECT 9", "SELECT 5"), "First wrong entry: 5.", "put in beside the service"),
    ],
)
def test_a_broken_log_is_said_to_be_broken_and_whom_to_call(
    logged: World, statement: str, place: str, damage: str
) -> None:
    auditor = english(logged, Role.AUDITOR)
    tamper(logged, statement)
    text = checked(auditor)
    assert "The log does not match" in text
    assert place in text
    assert damage in text
    assert "Disa Ombud" in text
    assert "031-390 06 42" in text


def test_an_administrator_may_check_the_log_but_not_read_it(logged: World) -> None:
    text = checked(english(logged, Role.ADMIN))
    assert "the log is whole" in text
    assert CASE not in text


def test_the_table_names_its_filter_and_holds_no_formula(logged: World) -> None:
    with logged.change() as session:
        record(session, SYSTEM, "control:adopted", '=HYPERLINK("http://x.example")', logged.now, facts={"=a": "+1"})
    answer = english(logged, Role.DPO).get("/log/export?group=control")
    assert answer.headers["content-disposition"] == 'attachment; filename="vaka-log-2026-11-24-filter.csv"'
    table = list(csv.reader(io.StringIO(answer.text.removeprefix(BYTE_ORDER_MARK), newline="")))
    assert ["Filter", "Controls"] in table
    assert ["By", "Disa Ombud"] in table
    head = next(place for place, row in enumerate(table) if row[0] == "No.")
    assert {len(row) for row in table[head:]} == {11}
    assert [row[6] for row in table[head + 1 :]] == ["control:late", "control:adopted"]
    assert table[-1][8] == '\'=HYPERLINK("http://x.example")'
    assert not [cell for row in table for cell in row if cell[:1] in tuple("=+-@")]
    assert seq_of(logged, "log:exported")


def test_leaders_read_the_log_but_do_not_take_it_away(logged: World) -> None:
    manager = english(logged, Role.MANAGER)
    text = manager.get("/log").text
    assert "CSV" not in text
    assert manager.get("/log/export").status_code == 404
