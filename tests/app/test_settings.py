"""The settings page, and where each role starts."""

from threading import Thread

import pytest
from sqlalchemy import select

from core.access import SYSTEM, Role
from core.audit import record
from core.audit.models import AuditEntry, AuditValue
from core.organisation import organisation
from tests.fixtures.smtp import Postbox
from tests.fixtures.world import World
from tests.incidents.cases import Case

PARTICULARS = {
    "name": "Nordhamn Verktyg AB",
    "phone": "031-390 06 43",
    "email": "info@nordhamn.example",
    "address": "Hamngatan 1\n411 00 Göteborg",
    "authority": "datatilsynet",
    "language": "en",
    "zone": "Europe/Oslo",
}


def test_the_head_changes_the_particulars_and_the_log_keeps_before_and_after(small_world: World) -> None:
    head = small_world.client(Role.HEAD)
    assert head.get("/settings").status_code == 200
    assert head.post("/settings", data=PARTICULARS).headers["location"] == "/settings?done=company"
    with small_world.look() as session:
        company = organisation(session)
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
        values = session.scalars(select(AuditValue)).all()
    assert (company.phone, company.authority, company.zone) == ("031-390 06 43", "datatilsynet", "Europe/Oslo")
    assert entry is not None
    assert entry.action == "settings:company_changed"
    assert b"031-390" not in entry.entry
    assert {value.field for value in values if value.seq == entry.seq} >= {"phone", "authority"}


def test_a_fault_keeps_what_was_typed(small_world: World) -> None:
    shown = small_world.client(Role.ADMIN).post("/settings", data=PARTICULARS | {"phone": "", "name": "Nytt namn"})
    assert shown.status_code == 422
    assert "Nytt namn" in shown.text


def test_the_relay_is_tried_kept_and_removed_and_its_password_never_shown(small_world: World, postbox: Postbox) -> None:
    admin = small_world.client(Role.ADMIN)
    assert (
        "svarar och släpper in oss" in admin.post("/settings/relay", data={"step": "try", "smtp_url": postbox.url}).text
    )
    wrong = admin.post("/settings/relay", data={"step": "save", "smtp_url": "mail.example.test"})
    assert wrong.status_code == 422
    url = "smtp://vaka:hemligt-ord@mail.example.test:587"
    assert admin.post("/settings/relay", data={"step": "save", "smtp_url": url}).status_code == 303
    shown = admin.get("/settings").text
    assert "mail.example.test:587" in shown
    assert "hemligt-ord" not in shown
    admin.post("/settings/relay", data={"step": "save", "smtp_url": "", "mail_from": "vaka@nordhamn.example"})
    assert "mail.example.test:587" in admin.get("/settings").text
    admin.post("/settings/relay", data={"step": "remove", "smtp_url": ""})
    assert "mail.example.test:587" not in admin.get("/settings").text
    with small_world.look() as session:
        log = b"".join(session.scalars(select(AuditEntry.entry)))
    assert b"hemligt-ord" not in log
    assert b"mail.example.test" not in log


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.ADMIN, Role.HEAD}])
def test_only_administrator_and_head_see_the_settings(small_world: World, role: Role) -> None:
    assert small_world.client(role).get("/settings").status_code == 404


@pytest.mark.parametrize(
    ("role", "page"),
    [
        (Role.MANAGER, "/incidents"),
        (Role.DPO, "/incidents"),
        (Role.COMMISSIONER, "/incidents"),
        (Role.AUDITOR, "/log"),
        (Role.CONTROL_OWNER, "/controls"),
        (Role.ADMIN, "/users"),
        (Role.EMPLOYEE, "/report/mine"),
    ],
)
def test_everybody_starts_where_their_work_is(small_world: World, role: Role, page: str) -> None:
    assert small_world.client(role).get("/").headers["location"] == page
    assert small_world.client().get("/").headers["location"].startswith("/sign-in")


def test_nobody_waits_while_a_relay_is_tried(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer of a relay can take ten seconds; reports are written meanwhile."""
    written = []

    def slow(_url: str) -> str:
        def write() -> None:
            with world.change() as session:
                record(session, SYSTEM, "test:ran", "object", world.now)
            written.append(True)

        other = Thread(target=write, daemon=True)
        other.start()
        other.join(10)
        return ""

    monkeypatch.setattr("app.pages.set_up.knock", slow)
    admin = world.client(Role.ADMIN)
    assert admin.post("/settings/relay", data={"step": "save", "smtp_url": "smtp://x.example"}).status_code == 303
    answer = admin.post("/settings/relay", data={"step": "try", "smtp_url": ""})
    assert answer.status_code == 200
    assert written == [True]


def test_the_laws_that_are_ticked_run_by_caution_from_the_next_report_on(small_world: World) -> None:
    head, before = small_world.client(Role.HEAD), Case(small_world)
    shown = head.get("/settings").text
    assert "Lämna en tidig varning inom 24 timmar" in shown
    assert "Säkerhetsbrist" in shown or "betrodd tjänst" in shown
    assert head.post("/settings/regimes", data={"regimes": ["nis2", "processor"]}).status_code == 303
    after = Case(small_world)
    assert {clock.regime for clock in before.now().clocks} == {"house", "gdpr"}
    assert {clock.regime for clock in after.now().clocks} == {"house", "gdpr", "nis2", "processor"}
    assert not any(clock.confirmed for clock in after.now().clocks if clock.regime == "nis2")
    assert head.post("/settings/regimes", data={"regimes": ["gdpr"]}).status_code == 422
    assert head.post("/settings/regimes", data={}).status_code == 303
    with small_world.look() as session:
        assert organisation(session).preferences["regimes"] == []
        entries = session.scalars(select(AuditEntry.action)).all()
    assert entries.count("settings:regimes_changed") == 2
