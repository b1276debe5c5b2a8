"""Agreements with processors (rule 7.1): where each stands, what a page says of it, and whom it reminds, once."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from core.access import Role
from core.audit.models import AuditEntry
from core.errors import Invalid
from core.files import StoredFile
from incidents.suppliers.agreement import AT_RISK, Standing, standing
from incidents.suppliers.jobs import remind_of_agreements
from incidents.suppliers.keeping import find_supplier
from incidents.suppliers.models import Supplier as Row
from incidents.suppliers.sub_processors import SubProcessor, as_text, from_text, read_rows
from notifications.mail import written
from notifications.models import OutboxMessage
from notifications.opening import open_message
from tests.fixtures.world import World
from tests.incidents.suppliers import CONTACT, NAME, Supplier

TODAY = date(2026, 11, 22)
FORM = {"name": NAME, "email": CONTACT, "language": "sv"}


@pytest.mark.parametrize(
    ("begins", "ends", "found"),
    [
        (None, None, Standing.MISSING),
        (TODAY, None, Standing.IN_FORCE),
        (TODAY + timedelta(days=1), None, Standing.NOT_YET),
        (date(2020, 1, 1), TODAY - timedelta(days=1), Standing.ENDED),
        (date(2020, 1, 1), TODAY, Standing.ENDING),
        (date(2020, 1, 1), TODAY + timedelta(days=60), Standing.ENDING),
        (date(2020, 1, 1), TODAY + timedelta(days=61), Standing.IN_FORCE),
    ],
)
def test_the_days_say_where_an_agreement_stands(begins: date | None, ends: date | None, found: Standing) -> None:
    assert standing(begins, ends, TODAY) is found
    assert (found in AT_RISK) is (found not in {Standing.IN_FORCE, Standing.ENDING})


def test_sub_processors_are_read_row_by_row_and_kept_as_they_are() -> None:
    rows = read_rows([{"name": " Moln  AB ", "purpose": "Lagring", "country": "norge"}, {}, {"name": "Åhs"}])
    assert rows == (SubProcessor(name="Moln AB", purpose="Lagring", country="NO"), SubProcessor(name="Åhs"))
    assert from_text(as_text(rows)) == rows
    with pytest.raises(Invalid) as wrong:
        read_rows([{"purpose": "x"}, {"name": "a|b", "country": "Atlantis"}])
    assert set(wrong.value.fields) == {"sub_name_1", "sub_name_2", "sub_country_2"}


def test_an_agreement_is_entered_with_its_file_and_read_by_the_auditor(small_world: World) -> None:
    manager, supplier = small_world.client(Role.MANAGER), Supplier(small_world)
    path = f"/suppliers/{supplier.id}"
    assert "Avtal saknas" in manager.get("/suppliers").text
    agreed = {"agreement_on": "2024-01-01", "agreement_ends_on": "2027-12-31", "breach_hours": "24"}
    agreed |= {"contact": "Moa Ek, 08-1", "country": "Sverige", "sub_name_1": "Norrdata", "sub_country_1": "FI"}
    file = {"file": ("avtal.txt", b"Avtal", "text/plain")}
    assert manager.post(path, data=FORM | agreed, files=file).status_code == 303
    auditor = small_world.client(Role.AUDITOR)
    page = auditor.get(path).text
    for shown in (
        "Avtalet gäller",
        "31 dec 2027",
        "inom 24 timmar",
        "Norrdata",
        "Finland",
        "Moa Ek, 08-1",
        "avtal.txt",
    ):
        assert shown in page
    assert "<form method" not in page.partition("<main")[2].partition("</main")[0]
    address = re.findall(rf"{path}/agreement/\w+", page)[0]
    taken = auditor.get(address)
    assert taken.content == b"Avtal"
    assert taken.headers["content-disposition"].startswith("attachment")
    with small_world.look() as session:
        stored = session.scalars(select(StoredFile)).one()
        assert len(stored.digest) > 20
        assert b"Avtal" not in stored.content_sealed.encode()
        row = session.get_one(Row, supplier.id)
        assert "Moa" not in row.contact_sealed
        assert "Norrdata" not in row.sub_processors_sealed
        actions = list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)))
        told = ["supplier:changed", "supplier:agreement_added", "supplier:read", "supplier:agreement_read"]
        assert actions[-4:] == told
    other = Supplier(small_world, name="Annan AB")
    assert auditor.get(address.replace(supplier.id, other.id)).status_code == 404


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"agreement_on": "2026-02-01", "agreement_ends_on": "2026-01-01"}, "innan det börjar gälla"),
        ({"agreement_ends_on": "2026-01-01"}, "från när avtalet gäller"),
        ({"breach_hours": "0"}, "för litet"),
        ({"country": "Atlantis"}, "namnet på ett land"),
        ({"sub_purpose_3": "Lagring", "email": "jour@"}, "Skriv vem det är"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_lost(small_world: World, typed: dict[str, str], sentence: str) -> None:
    manager, supplier = small_world.client(Role.MANAGER), Supplier(small_world)
    answer = manager.post(f"/suppliers/{supplier.id}", data=FORM | typed)
    assert answer.status_code == 422
    assert sentence in answer.text
    for value in typed.values():
        assert f'value="{value}"' in answer.text
    strange = manager.post(
        f"/suppliers/{supplier.id}", data=FORM | {"note": "Ny"}, files={"file": ("x.exe", b"MZ", "text/plain")}
    )
    assert strange.status_code == 422
    with small_world.look() as session:
        assert session.get_one(Row, supplier.id).note_sealed == ""


def test_a_missing_agreement_is_entered_as_a_risk_that_is_filled_in(small_world: World) -> None:
    manager, supplier = small_world.client(Role.MANAGER), Supplier(small_world)
    address = f"/risks/new?supplier={supplier.id}"
    assert address in manager.get(f"/suppliers/{supplier.id}").text
    form = manager.get(address).text
    assert f"{NAME} behandlar personuppgifter utan giltigt avtal" in form
    assert "Inget avtal med leverantören är infört" in form
    assert manager.get("/risks/new?supplier=nobody").status_code == 404
    with small_world.change() as session:
        find_supplier(session, supplier.id).agreement_on = date(2020, 1, 1)
    assert address not in manager.get(f"/suppliers/{supplier.id}").text


def _agreed(world: World, ends: date) -> Supplier:
    supplier = Supplier(world)
    with world.change() as session:
        row = find_supplier(session, supplier.id)
        row.agreement_on, row.agreement_ends_on = date(2020, 1, 1), ends
    return supplier


def test_each_change_is_told_once_also_after_a_pause(world: World) -> None:
    supplier = _agreed(world, TODAY + timedelta(days=90))
    assert remind_of_agreements(world.database, world.now) == 0
    world.later(days=45)
    assert [remind_of_agreements(world.database, world.now) for _ in range(3)] == [1, 0, 0]
    world.later(days=60)
    assert [remind_of_agreements(world.database, world.now) for _ in range(3)] == [1, 0, 0]
    with world.change() as session:
        kinds = select(OutboxMessage.kind, func.count()).group_by(OutboxMessage.kind).order_by(OutboxMessage.kind)
        assert [tuple(row) for row in session.execute(kinds)] == [("agreement_ended", 2), ("agreement_ending", 2)]
        find_supplier(session, supplier.id).agreement_ends_on = world.now.date() + timedelta(days=10)
    assert remind_of_agreements(world.database, world.now) == 1, "a new end is a new change"
    with world.change() as session:
        row = find_supplier(session, supplier.id)
        row.agreement_ends_on, row.archived_at = world.now.date() + timedelta(days=9), world.now
    assert remind_of_agreements(world.database, world.now) == 0


def test_the_mail_names_nobody(small_world: World) -> None:
    world, supplier = small_world, _agreed(small_world, TODAY + timedelta(days=30))
    remind_of_agreements(world.database, world.now)
    with world.look() as session:
        from core.organisation import organisation

        for message in session.scalars(select(OutboxMessage)):
            subject, body = written(open_message(session, message), organisation(session), world.settings)
            assert NAME not in subject + body
            assert "22 dec 2026" in subject
            assert f"/suppliers/{supplier.id}" in body


def test_who_works_for_us_no_more_is_asked_nothing_and_is_no_risk(small_world: World) -> None:
    manager, supplier = small_world.client(Role.MANAGER), Supplier(small_world)
    path = f"/suppliers/{supplier.id}"
    assert manager.post(f"{path}/archive").status_code == 303
    assert manager.post(f"{path}/archive").status_code == 409
    assert NAME not in manager.get("/suppliers").text
    assert NAME in manager.get("/suppliers?show=archived").text
    assert manager.post(f"{path}/bring-back").status_code == 303
    assert NAME in manager.get("/suppliers").text
