"""Controls are adopted once, ticked with proof by who keeps them, and reminded of once."""

from datetime import date, timedelta
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import func, select

from core.access import Operation, Role
from core.audit.models import AuditEntry
from core.db import Database
from core.errors import Conflict, Invalid, NotFound
from core.files import StoredFile, file_name
from core.organisation import organisation
from notifications.mail import written
from notifications.models import OutboxMessage
from notifications.opening import open_message
from risk.control_status import Result, end_of_day
from risk.controls.cards import CONTROLS
from risk.jobs import remind
from risk.models import Control, ControlCheck, ControlReminder
from risk.queries import find_control, history
from risk.service import AssignForm, TickForm, Upload, adopt, assign, note_of, tick_control
from tests.fixtures.world import World

CODE = "restore_test"
PROOF = Upload("återläst.txt", b"It took 20 minutes.")


@pytest.fixture
def kept(world: World) -> World:
    """Every control is adopted; Kalle keeps the restore test, Johan stands in."""
    with world.change() as session:
        adopt(session, world.now)
        control = session.get_one(Control, CODE)
        control.owner_id, control.deputy_id = world.users[Role.CONTROL_OWNER].id, world.users[Role.DEPUTY].id
    return world


def tick(
    world: World, role: Role = Role.CONTROL_OWNER, code: str = CODE, files: tuple[Upload, ...] = (), **form: object
) -> None:
    with world.change() as session:
        actor = world.actor(role)
        control = find_control(session, actor, code, Operation.CHECK_CONTROL)
        typed = {"result": Result.PASS, "done_on": world.now.date(), "note": "Read back and opened."} | form
        tick_control(session, actor, control, TickForm.model_validate(typed), files, world.now)


def mails(world: World, kind: str) -> dict[str, tuple[str, str]]:
    """Address -> subject and body of every queued mail of a kind; two to one person would fail."""
    found = {}
    with world.look() as session:
        for row in session.scalars(select(OutboxMessage).where(OutboxMessage.kind == kind)):
            mail = open_message(session, row)
            assert mail.to not in found
            found[mail.to] = written(mail, organisation(session), world.settings)
    return found


def test_every_card_becomes_a_control_and_only_once(world: World) -> None:
    with world.change() as session:
        assert len(adopt(session, world.now)) == len(CONTROLS)
    with world.change() as session:
        assert adopt(session, world.now) == []
    with world.look() as session:
        assert session.scalar(select(func.count()).select_from(Control)) == len(CONTROLS)
        assert session.get_one(Control, CODE).next_due_at == end_of_day(date(2026, 12, 22), "Europe/Stockholm")


def test_a_check_moves_the_due_day_and_keeps_note_and_file_sealed(kept: World) -> None:
    tick(kept, files=(PROOF,))
    with kept.look() as session:
        control = session.get_one(Control, CODE)
        assert control.next_due_at == end_of_day(kept.now.date() + timedelta(days=90), "Europe/Stockholm")
        [check] = history(session, control)
        assert note_of(session, check) == "Read back and opened."
        assert "Read back" not in check.note_sealed
        file = session.get_one(StoredFile, check.evidence[0])
        assert file_name(session, file) == "återläst.txt"
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "control:checked")).one()
        assert b"Read back" not in entry.entry


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"done_on": date(2026, 11, 23)}, "done_on"),
        ({"note": ""}, "note"),
        ({"result": Result.NOT_APPLICABLE, "note": ""}, "note"),
    ],
)
def test_a_check_without_proof_or_from_the_future_is_refused(kept: World, form: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as wrong:
        tick(kept, **form)
    assert list(wrong.value.fields) == [field]
    with kept.look() as session:
        assert session.scalar(select(func.count()).select_from(ControlCheck)) == 0


def test_a_file_alone_is_proof_but_not_a_reason(kept: World) -> None:
    tick(kept, note="", files=(PROOF,))
    with pytest.raises(Invalid):
        tick(kept, note="", files=(PROOF,), result=Result.NOT_APPLICABLE)


def test_what_is_found_wrong_is_due_again_soon_and_told_at_once(kept: World) -> None:
    tick(kept, result=Result.FAIL)
    with kept.look() as session:
        assert session.get_one(Control, CODE).next_due_at.date() == kept.now.date() + timedelta(days=14)
    assert set(mails(kept, "control_failed")) == {"control_owner@nordhamn.example", "manager@nordhamn.example"}


def test_an_old_check_recorded_late_does_not_move_the_due_day_back(kept: World) -> None:
    tick(kept)
    with kept.look() as session:
        due = session.get_one(Control, CODE).next_due_at
    tick(kept, done_on=date(2026, 9, 1))
    with kept.look() as session:
        assert session.get_one(Control, CODE).next_due_at == due


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.DPO, Role.EMPLOYEE, Role.ADMIN, Role.COMMISSIONER])
def test_only_keepers_may_tick(kept: World, role: Role) -> None:
    with pytest.raises(NotFound):
        tick(kept, role)


def test_an_owner_ticks_only_what_is_theirs(kept: World) -> None:
    tick(kept)
    tick(kept, Role.DEPUTY)
    tick(kept, Role.MANAGER)
    with pytest.raises(NotFound):
        tick(kept, code="antivirus")


def give(world: World, **form: object) -> None:
    with world.change() as session:
        control = session.get_one(Control, CODE)
        values = {"owner": world.users[Role.MANAGER].id, "interval_days": 30, "version": control.version} | form
        assign(session, world.actor(Role.HEAD), control, AssignForm.model_validate(values), world.now)


def test_a_control_is_given_to_somebody_with_another_interval(kept: World) -> None:
    with kept.look() as session:
        before = session.get_one(Control, CODE).next_due_at
    give(kept)
    with kept.look() as session:
        control = session.get_one(Control, CODE)
        assert (control.owner_id, control.deputy_id) == (kept.users[Role.MANAGER].id, None)
        assert control.next_due_at == before - timedelta(days=60)


def test_a_control_is_not_given_to_one_person_twice_or_to_a_stranger(kept: World) -> None:
    with pytest.raises(Invalid):
        give(kept, deputy=kept.users[Role.MANAGER].id)
    with pytest.raises(Invalid):
        give(kept, owner=kept.users[Role.EMPLOYEE].id)


def test_a_change_on_an_old_page_is_refused(kept: World) -> None:
    with pytest.raises(Conflict):
        give(kept, version=77)


def at_due(world: World, **span: float) -> None:
    with world.look() as session:
        world.now = session.get_one(Control, CODE).next_due_at + timedelta(**span)


def test_each_moment_is_mailed_once_to_who_keeps_the_control(kept: World) -> None:
    with kept.change() as session:
        for control in session.scalars(select(Control).where(Control.code != CODE)):
            control.next_due_at += timedelta(days=900)
    at_due(kept, days=-14)
    assert [remind(kept.database, kept.now) for _ in range(3)] == [1, 0, 0]
    subject, body = mails(kept, "control_due")["control_owner@nordhamn.example"]
    assert subject == "Kontroll senast 22 dec 2026 · regel 9.2 a"
    assert "Återläs en säkerhetskopia (9.2 a): 22 dec 2026" in body
    assert f"/controls/{CODE}" in body
    at_due(kept, days=1)
    assert remind(kept.database, kept.now) == 1
    assert set(mails(kept, "control_overdue")) == {"control_owner@nordhamn.example", "manager@nordhamn.example"}
    with kept.look() as session:
        assert session.scalars(select(AuditEntry.action).where(AuditEntry.action == "control:late")).all()


def test_after_a_long_pause_one_mail_a_person_tells_everything(kept: World) -> None:
    at_due(kept, days=60)
    assert remind(kept.database, kept.now) == len(CONTROLS)
    overdue = mails(kept, "control_overdue")
    assert mails(kept, "control_due") == {}
    assert set(overdue) == {f"{role}@nordhamn.example" for role in ("manager", "deputy", "control_owner")}
    assert overdue["manager@nordhamn.example"][0] == f"{len(CONTROLS)} kontroller är inte gjorda i tid"
    assert all(len(subject) <= 50 for subject, _ in overdue.values())


def test_two_schedulers_remind_once(kept: World) -> None:
    at_due(kept, days=60)
    others = [Database(kept.database.url, kept.database.keyring) for _ in range(3)]
    threads = [Thread(target=remind, args=(other, kept.now)) for other in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for other in others:
        other.dispose()
    assert len(mails(kept, "control_overdue")) == 3
    with kept.look() as session:
        rows = session.scalars(select(ControlReminder.control_code).where(ControlReminder.kind == "missed")).all()
        assert len(rows) == len(set(rows)) == len(CONTROLS)
        missed = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "control:missed")
        assert session.scalar(missed) == len(CONTROLS)


def test_before_the_company_is_named_nothing_happens(sqlite_url: str, tmp_path: object) -> None:
    from pathlib import Path

    from tests.fixtures.world import build

    empty = build(sqlite_url, Path(str(tmp_path)), people=False)
    assert remind(empty.database, empty.now) == 0
    empty.database.dispose()
