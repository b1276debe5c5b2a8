"""Registers as files: looked at before anything is done, taken whole or not at all, and the same out and in again."""

import html
import json
import re
from datetime import date
from typing import Any

import pytest
from httpx2 import Response
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from starlette.testclient import TestClient

from core.access import Role
from core.audit.models import AuditEntry
from core.tables import safe_cell
from incidents.activities.models import Activity, ActivityProcessor, IncidentActivity
from incidents.registers import of_activities, of_suppliers
from incidents.registers.cells import coded, plain
from incidents.suppliers.keeping import SupplierForm, add
from incidents.suppliers.models import Supplier
from incidents.suppliers.sub_processors import SubProcessor
from tests.fixtures.world import World
from tests.incidents.activities import activity

CSV = "Namn;E-post;Språk;Gäller från;Land;Okänt\r\nMolnlagret AB;jour@moln.example;Svenska;2024-01-01;Sverige;x\r\n"


@given(st.text(alphabet="=+-@'\t aÅ＝", max_size=6).filter(lambda text: not text.startswith("'")))
def test_a_cell_made_safe_is_read_back_as_it_was(text: str) -> None:
    assert plain(safe_cell(text)) == text


def test_codes_and_words_of_both_languages_are_understood() -> None:
    known = of_activities.MANY["data_categories"]
    assert coded("health; Inkomst, skulder eller fakturor; Location", known)[0] == "health"
    assert coded("Income, debts or invoices;health, contact", known) == ["finances", "health", "contact"]
    assert coded("strange", known) == ["strange"]


def fill(world: World) -> None:
    """What a spreadsheet would run, a comma, a line break and both alphabets among it."""
    with world.change() as session:
        manager = world.actor(Role.MANAGER)
        subs = (SubProcessor(name="=Norr", purpose="Lagring, kopior", country="FI"), SubProcessor(name="Åhs; Öst"))
        form = SupplierForm(name="=HYPERLINK(1)", email="a@moln.example", language="en", country="se",
                            agreement_on=date(2024, 1, 1), agreement_ends_on=date(2027, 12, 31), breach_hours=24,
                            contact="+46 31 1", note="@en\nrad; till", sub_processors=subs)  # fmt: skip
        first = add(session, manager, form, world.now).id
        other = add(session, manager, SupplierForm(name="Frakt; Packet", email="b@x.example", language="sv"), world.now)
        ids = [first, other.id]
    activity(world, processors=ids, owner=world.users[Role.HEAD].id, purpose='-5 i lön\nsen "mer"', security="=ja")
    activity(world, name="Kunder", role="processor", on_behalf_of="Norr AB", legal_bases=[], transfers="",
             transfer_basis="")  # fmt: skip


def taken(client: TestClient, path: str, name: str, content: bytes) -> Response:
    """Look, then press the button."""
    seen = client.post(f"{path}/import", files={"file": (name, content, "text/plain")})
    assert seen.status_code == 200, seen.text
    rows = html.unescape(re.findall(r'name="rows" value="([^"]*)"', seen.text)[0])
    return client.post(f"{path}/import/take", data={"rows": rows})


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json"])
def test_what_is_given_out_comes_back_the_same(small_world: World, kind: str) -> None:
    fill(small_world)
    manager = small_world.client(Role.MANAGER)
    files = {path: manager.get(f"{path}/export.{kind}") for path in ("/suppliers", "/activities")}
    with small_world.look() as session:
        before = of_suppliers.records(session), of_activities.records(session)
    with small_world.change() as session:
        for model in (ActivityProcessor, IncidentActivity, Activity, Supplier):
            for row in session.scalars(select(model)):
                session.delete(row)
            session.flush()
    for path, answer in files.items():
        assert answer.headers["content-disposition"].startswith("attachment")
        assert taken(manager, path, f"x.{kind}", answer.content).status_code == 303
        again = manager.post(f"{path}/import", files={"file": ("x", answer.content, "text/plain")}).text
        assert "Finns redan" in again
        assert 'class="ds-button" type="submit"' not in again
    with small_world.look() as session:
        assert (of_suppliers.records(session), of_activities.records(session)) == before
        actions = list(session.scalars(select(AuditEntry.action)))
        assert {"supplier:exported", "activity:exported", "supplier:imported", "activity:imported"} <= set(actions)
    if kind == "csv":
        assert all(not line.startswith(("=", "+", "@", '"=')) for line in files["/suppliers"].text.splitlines())


@pytest.mark.parametrize(
    ("encoding", "between"), [("utf-8", ";"), ("utf-8-sig", ","), ("cp1252", ";"), ("utf-16", "\t")]
)
def test_alphabets_and_separators_as_spreadsheets_write_them(small_world: World, encoding: str, between: str) -> None:
    content = CSV.replace(";", between).encode(encoding)
    assert taken(small_world.client(Role.MANAGER), "/suppliers", "x.csv", content).status_code == 303
    with small_world.look() as session:
        record = of_suppliers.records(session)[0]
        assert [record[name] for name in ("name", "language", "agreement_on", "country")] == [
            "Molnlagret AB", "sv", "2024-01-01", "SE"]  # fmt: skip


def test_a_refused_row_is_named_with_its_line_and_nothing_is_taken(world: World) -> None:
    manager = world.client(Role.MANAGER)
    rows = CSV + "Molnlagret AB;x@y.example;;;;\r\n;;;;;\r\nFel AB;jour@;;2026-13-01;Atlantis;\r\n"
    seen = manager.post("/suppliers/import", data={"pasted": rows})
    shown = html.unescape(seen.text)
    for said in ("Rad 2", "Rad 3", "Samma namn står", "Rad 5", "Skriv en hel e-postadress", "Okänt"):
        assert said in shown, said
    assert "Importera 1" not in shown
    carried = html.unescape(re.findall(r'name="rows" value="([^"]*)"', seen.text)[0])
    refused = manager.post("/suppliers/import/take", data={"rows": carried})
    assert refused.status_code == 422
    assert "2 rader avvisas" in refused.text
    with world.look() as session:
        assert session.scalars(select(Supplier)).all() == []
        assert not [one for one in session.scalars(select(AuditEntry.action)) if one.startswith("supplier")]


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({}, "Välj en fil först"),
        ({"pasted": "E-post\nx@y.example"}, "rubriken"),
        ({"pasted": '[{"name": 1}, 7]'}, "inte ett registers JSON"),
        ({"pasted": 'Namn;"E-post\nx'}, "citattecken"),
        ({"pasted": "Namn\n" + "x\n" * 2001}, "2000"),
    ],
)
def test_what_is_no_register_is_said(small_world: World, sent: dict[str, Any], sentence: str) -> None:
    answer = small_world.client(Role.MANAGER).post("/suppliers/import", data=sent)
    assert answer.status_code == 422
    assert sentence in html.unescape(answer.text)


@pytest.mark.parametrize("rows", ["", "{", "[1, 2]", '[["name"], [["x", []]]]', '[["email"], []]'])
def test_rows_that_were_bent_on_the_way_take_nothing(small_world: World, rows: str) -> None:
    answer = small_world.client(Role.MANAGER).post("/suppliers/import/take", data={"rows": rows})
    assert answer.status_code == 422


def test_an_activity_of_unknown_suppliers_or_owners_is_refused(small_world: World) -> None:
    rows = [{"name": "A", "purpose": "Lön", "legal_bases": "contract", "data_categories": "contact",
             "subject_groups": "employees", "processors": "Ingen AB"}]  # fmt: skip
    client = small_world.client(Role.DPO)
    answer = client.post("/activities/import", data={"pasted": json.dumps(rows)})
    assert "Importera leverantörerna först" in answer.text
    assert client.post("/suppliers/import", data={"pasted": CSV}).status_code == 404, "the DPO keeps no suppliers"
    assert small_world.client(Role.AUDITOR).get("/activities/export.csv").status_code == 200
    assert small_world.client(Role.CONTROL_OWNER).get("/activities/export.csv").status_code == 404
