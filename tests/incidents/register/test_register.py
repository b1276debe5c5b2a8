"""The register of Art. 33(5): every case with what the law asks for, for those who may see it, as page and as file."""

import csv
import io
import json
from datetime import timedelta

import jsonschema
import openpyxl
import pytest
from sqlalchemy import select, text
from starlette.testclient import TestClient

from bench.ground import fill
from core.access import Role
from core.audit.models import AuditEntry
from core.keys import CaseKey
from core.tables import BYTE_ORDER_MARK
from identity.models import UserRole
from incidents import service
from incidents.ending import dismiss
from incidents.erasing.erase import erase_case
from incidents.erasing_models import ErasedPart
from incidents.models import Exclusion, Incident
from incidents.register import document, paging
from incidents.register.asking import Asked
from incidents.register.entry import Entry
from incidents.register.outputs import schema
from incidents.register.wording import FIELDS
from tests.fixtures.pdf_text import pdf_text
from tests.fixtures.world import World
from tests.incidents.bench import Bench
from tests.incidents.cases import Case, learnt
from tests.incidents.first_notice import file_first
from tests.incidents.test_sealed_case import decided_in_advance

FORMULA = '=HYPERLINK("http://x.example")'


def rows(world: World, role: str = Role.AUDITOR, asked: Asked | None = None) -> list[Entry]:
    return list(paging.every(world.database, world.actor(role), asked or Asked(), world.now))


def english(world: World, role: str) -> TestClient:
    client = world.client(role)
    client.cookies.set("lang", "en")
    return client


def exclude(world: World, role: str, case: Case) -> None:
    with world.change() as session:
        session.add(Exclusion(incident_id=case.row(session).id, user_id=world.users[role].id, by_id="x", at=world.now))


def dismissed(world: World) -> Case:
    case = Case(world).take()
    case.do(dismiss, Role.MANAGER, "Filen var tom.")
    case.sign(Role.HEAD)
    return case


def test_a_row_holds_what_the_article_asks_for_and_nothing_of_who_reported(world: World) -> None:
    case = Case(world, contact_choice="email", contact_value="rut@kund.example", reporter_name="Rut Rapport").take()
    case.classify(data_categories=["contact", "health"], records_count=240)
    case.do(service.contain, Role.MANAGER, "Länken är stängd.", world.now)
    case.do(learnt, Role.MANAGER, "Vi skickar listor med en annan väg.")
    (row,) = rows(world)
    assert (row.title, row.cause_class, row.cause_code) == (
        "Kundlista mejlad till fel företag", "accidental", "accidental.misrouting",
    )  # fmt: skip
    assert row.breach_types == ("confidentiality",)
    assert row.data == ("contact", "health")
    assert (row.people.least, row.people.most, row.records) == (214, 214, 240)
    assert row.measures == ("Länken är stängd.",)
    assert row.lessons == ("Vi skickar listor med en annan väg.",)
    assert row.authority.due_at == world.now + timedelta(hours=72)
    assert row.authority.late_seconds is None
    written = row.model_dump_json()
    assert "rut@" not in written
    assert "Rut" not in written


def test_what_is_no_incident_stays_with_its_reason_and_both_who_signed(world: World) -> None:
    dismissed(world)
    (row,) = rows(world)
    assert row.state == "not_an_incident"
    assert row.decision is not None
    assert [one.text for one in row.decision.reasons] == ["Filen var tom."]
    assert (row.decision.by, row.decision.second) == ("Anna Berg", "Harald Huvud")


def test_a_decision_stands_with_ground_reasons_and_signer_but_not_for_a_member_who_owes_an_answer(
    small_world: World,
) -> None:
    bench = decided_in_advance(small_world)
    with small_world.change() as session:
        leila = session.merge(small_world.users["leila"])
        leila.held_roles.append(UserRole(role=Role.DPO))
    small_world.users["leila"] = leila
    (row,) = rows(small_world)
    assert row.decision is not None
    assert (row.decision.kind, row.decision.notify_authority, row.decision.by) == ("decision", False, "Anna Berg")
    assert {one.why for one in row.decision.reasons} == {"reasons", "early"}
    (blind,) = rows(small_world, "leila")
    assert blind.withheld
    assert (blind.decision, blind.severity, blind.consequences) == (None, "", ())
    assert "Det brådskar." not in english(small_world, "leila").get("/register/export.csv").text
    bench.vote("leila", "none")
    assert rows(small_world, "leila")[0].decision == row.decision


def test_a_notice_is_in_time_or_late_by_the_strict_deadline(small_world: World) -> None:
    late, in_time = Case(small_world).take().classify(), Case(small_world).take().classify()
    small_world.later(hours=71)
    file_first(in_time)
    small_world.later(hours=2)
    file_first(late, "Systemet låg nere.")
    found = {one.reference: one.authority for one in rows(small_world)}
    assert found[in_time.reference].late_seconds == 0
    assert found[late.reference].late_seconds == 3600
    text = english(small_world, Role.AUDITOR).get("/register").text
    assert "In time" in text
    assert "1 h 00 min late" in text


def test_an_overdue_notice_is_overdue_and_one_that_waits_is_not(world: World) -> None:
    first = Case(world).take()
    world.later(hours=71)
    assert [one.authority.overdue for one in rows(world)] == [False]
    world.later(hours=2)
    assert [(one.reference, one.authority.overdue) for one in rows(world)] == [(first.reference, True)]


def test_who_is_involved_finds_no_row_and_neither_the_page_of_the_case(world: World) -> None:
    hidden, other = Case(world).take(), Case(world)
    exclude(world, Role.DPO, hidden)
    assert {one.reference for one in rows(world, Role.DPO)} == {other.reference}
    dpo = english(world, Role.DPO)
    assert hidden.reference not in dpo.get("/register").text
    for kind in ("csv", "json"):
        assert hidden.reference not in dpo.get(f"/register/export.{kind}").text
    closed, unknown = dpo.get(f"/register/{hidden.reference}"), dpo.get("/register/PUI-2026-0000")
    assert closed.status_code == unknown.status_code == 404
    assert hidden.reference in english(world, Role.AUDITOR).get("/register").text


def test_an_erased_case_keeps_its_counts_and_causes_and_says_that_its_texts_are_gone(world: World) -> None:
    case = Case(world).take().classify()
    case.do(service.contain, Role.MANAGER, "Länken är stängd.", world.now)
    with world.change() as session:
        session.get_one(CaseKey, case.row(session).id).erased_at = world.now
    (row,) = rows(world)
    assert row.erased
    assert row.measures == ()
    assert (row.people.least, row.cause_code) == (214, "accidental.misrouting")
    text = english(world, Role.AUDITOR).get(f"/register/{case.reference}").text
    assert "The texts of this case are erased." in text
    assert "Länken" not in text
    assert ">erased<" in text


def test_the_row_of_a_case_that_was_really_erased_says_what_the_erasure_kept(small_world: World) -> None:
    bench = Bench(small_world).done()
    bench.decide()
    with small_world.change() as session:
        case = session.scalars(select(Incident)).one()
        kept = erase_case(session, case, small_world.now)
        session.add(ErasedPart(incident_id=case.id, part="case", rule="closed", due_at=small_world.now,
                               erased_at=small_world.now, kept=kept))  # fmt: skip
    (row,) = rows(small_world)
    assert row.erased
    assert row.title == ""
    assert row.decision is not None
    assert (row.decision.notify_authority, row.decision.by, row.decision.at) == (True, "", small_world.now)
    auditor = english(small_world, Role.AUDITOR)
    assert "The texts of this case are erased." in auditor.get(f"/register/{bench.reference}").text
    assert ",erased," in auditor.get("/register/export.csv").text
    assert auditor.get("/register/export.pdf").status_code == 200


def test_filters_choose_by_period_cause_and_state(small_world: World) -> None:
    world = small_world
    early = Case(world).take().classify()
    world.later(days=40)
    late = Case(world)
    ended = dismissed(world)
    day = world.now.date()
    expected = [
        (Asked(cause="accidental"), {early}),
        (Asked(cause="accidental.misrouting"), {early}),
        (Asked(cause="intentional"), set()),
        (Asked(cause="unknown"), {late, ended}),
        (Asked(state="not_an_incident"), {ended}),
        (Asked(since=day), {late, ended}),
        (Asked(until=day - timedelta(days=1)), {early}),
        (Asked(cause="unknown", state="reported", since=day, until=day), {late}),
    ]
    for asked, cases in expected:
        assert {one.reference for one in rows(world, asked=asked)} == {case.reference for case in cases}, asked
    text = english(world, Role.AUDITOR).get("/register?cause=accidental.misrouting&state=rubbish&since=x").text
    assert early.reference in text
    assert late.reference not in text
    assert text.count("remove the filter") == 1


def test_pages_and_blocks_hold_each_case_once(small_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    made = [Case(small_world).reference for _ in range(7)]
    monkeypatch.setattr(paging, "BLOCK", 3)
    assert sorted(one.reference for one in rows(small_world)) == sorted(made)
    with small_world.look() as session:
        actor = small_world.actor(Role.AUDITOR)
        first = paging.listed(session, actor, Asked(), None, small_world.now, 5)
    assert len(first.entries) == 5
    assert first.next


def test_a_drill_is_no_breach(small_world: World) -> None:
    case = Case(small_world)
    with small_world.change() as session:
        case.row(session).drill = True
    assert rows(small_world) == []


@pytest.fixture
def formulas(small_world: World) -> World:
    """A title that a spreadsheet would run."""
    Case(small_world).take().classify(title=FORMULA, systems="+1")
    return small_world


def test_the_tables_hold_the_filter_and_no_formula(formulas: World) -> None:
    client = english(formulas, Role.MANAGER)
    answer = client.get("/register/export.csv?cause=accidental")
    assert answer.headers["content-disposition"] == 'attachment; filename="vaka-register-2026-11-22-filter.csv"'
    table = list(csv.reader(io.StringIO(answer.text.removeprefix(BYTE_ORDER_MARK), newline="")))
    assert ["Filter", "Accidental"] in table
    assert ["By", "Anna Berg"] in table
    assert len(table[-1]) == len(FIELDS) + 1
    assert table[-1][1] == f"'{FORMULA}"
    assert not [cell for row in table for cell in row if cell[:1] in tuple("=+-@")]
    book = openpyxl.load_workbook(io.BytesIO(client.get("/register/export.xlsx").content))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert FORMULA in [cell.value for cell in cells]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert [cell.value for cell in cells if cell.data_type == "n" and cell.value is not None] == [214, 214]


def test_the_json_is_what_its_schema_says(formulas: World) -> None:
    client = english(formulas, Role.DPO)
    found = client.get("/register/export.json?cause=accidental").json()
    published = client.get("/register/schema.json").json()
    assert published == json.loads(schema())
    jsonschema.validate(found, published)
    assert found["head"]["filter_codes"] == {"cause": "accidental"}
    assert [one["title"] for one in found["entries"]] == [FORMULA]


def test_the_pdf_reads_like_the_page_and_says_when_it_would_be_too_long(
    formulas: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = english(formulas, Role.AUDITOR)
    answer = client.get("/register/export.pdf")
    assert answer.content.startswith(b"%PDF-")
    text = pdf_text(answer.content)
    for words in ("everythingthisreadermaysee", "HYPERLINK", "Facts", "214people"):
        assert words in text
    monkeypatch.setattr(document, "MOST", 0)
    refused = client.get("/register/export.pdf")
    assert refused.status_code == 413
    assert "Choose a shorter period" in refused.text


def test_reading_and_taking_out_are_logged_with_the_filter(small_world: World) -> None:
    case = Case(small_world)
    auditor = english(small_world, Role.AUDITOR)
    auditor.get("/register?state=reported")
    auditor.get(f"/register/{case.reference}")
    auditor.get("/register/export.csv?cause=unknown")
    with small_world.look() as session:
        found = session.scalars(select(AuditEntry).where(AuditEntry.action.startswith("register:"))).all()
        by = {entry.action: json.loads(entry.entry) for entry in found}
        assert session.scalars(select(Incident.id)).one() == by["register:opened"]["case"]
    assert by["register:read"]["facts"] == {"case_state": "reported"}
    assert by["register:exported"]["facts"] == {"cause": "unknown", "format": "csv"}


def test_the_register_is_not_there_for_others(small_world: World) -> None:
    for role in (Role.EMPLOYEE, Role.COMMISSIONER, Role.WRITER, Role.ADMIN):
        assert small_world.client(role).get("/register").status_code == 404


def test_each_filter_is_found_by_an_index(world: World) -> None:
    fill(world.database, 5_000, world.now)
    with world.change() as session:
        session.execute(text("ANALYZE"))
        for asked, index in ((Asked(), "ix_incident_reported_at_id"), (Asked(state="closed"), "ix_incident_state"),
                             (Asked(cause="accidental.nothing"), "ix_incident_cause_code")):  # fmt: skip
            query = paging.registered(world.actor(Role.AUDITOR), asked, "Europe/Stockholm").limit(26)
            sql = query.compile(session.connection(), compile_kwargs={"literal_binds": True})
            verb = "EXPLAIN QUERY PLAN" if session.connection().dialect.name == "sqlite" else "EXPLAIN"
            plan = " ".join(str(row) for row in session.connection().exec_driver_sql(f"{verb} {sql}"))
            assert index in plan, plan
