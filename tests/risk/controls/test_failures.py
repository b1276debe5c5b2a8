"""What was found not in order is closed by another person than the one who mended it."""

import pytest
from sqlalchemy import select

from core.access import Role
from core.audit.models import AuditEntry
from core.errors import Conflict
from notifications.models import OutboxMessage
from risk.control_status import Result, Status, standing
from risk.controls import failures, list_view, page_view
from risk.controls.failure_states import MOVES, FailureState, move
from risk.controls.models import ControlFailure
from risk.models import Control
from risk.service import TickForm, adopt, tick_control
from tests.fixtures.world import World

CODE = "restore_test"


@pytest.fixture
def failed(world: World) -> World:
    """Kalle keeps the control and found it not in order."""
    with world.change() as session:
        adopt(session, world.now, only=CODE)
        session.get_one(Control, CODE).owner_id = world.users[Role.CONTROL_OWNER].id
    tick(world, Result.FAIL)
    return world


def tick(world: World, result: Result, role: Role = Role.CONTROL_OWNER) -> None:
    with world.change() as session:
        form = TickForm(result=result, done_on=world.now.date(), note="Läste tillbaka fredagens kopia.")
        tick_control(session, world.actor(role), session.get_one(Control, CODE), form, [], world.now)
    world.later(minutes=5)


def confirm(world: World, role: Role) -> None:
    with world.change() as session:
        failures.confirm(session, world.actor(role), session.get_one(Control, CODE), world.now)


def give_back(world: World, role: Role) -> None:
    with world.change() as session:
        form = failures.GiveBackForm(fault="Två tabeller saknas fortfarande.")
        failures.give_back(session, world.actor(role), session.get_one(Control, CODE), form, world.now)


def stands(world: World) -> Status:
    with world.look() as session:
        return list_view.row(session, world.actor(Role.AUDITOR), session.get_one(Control, CODE), world.now, "en").status


def mailed(world: World, kind: str) -> int:
    with world.look() as session:
        return len(session.scalars(select(OutboxMessage).where(OutboxMessage.kind == kind)).all())


def test_it_stays_open_until_somebody_else_has_looked(failed: World) -> None:
    assert stands(failed) is Status.FAILED
    tick(failed, Result.PASS)
    assert stands(failed) is Status.MENDED
    assert mailed(failed, "control_mended") == 1  # the manager; Kalle mended it himself
    with pytest.raises(Conflict, match="somebody else has to confirm"):
        confirm(failed, Role.CONTROL_OWNER)
    assert stands(failed) is Status.MENDED
    confirm(failed, Role.MANAGER)
    assert stands(failed) is Status.OK
    assert mailed(failed, "control_confirmed") == 1
    with pytest.raises(Conflict):
        confirm(failed, Role.MANAGER)
    with failed.look() as session:
        told = list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)))
    assert told[-4:] == ["control:checked", "control:mended", "control:checked", "control:confirmed"]


def test_who_looked_can_give_it_back_with_a_reason_that_is_sealed(failed: World) -> None:
    tick(failed, Result.PASS)
    give_back(failed, Role.DEPUTY)
    assert stands(failed) is Status.FAILED
    assert mailed(failed, "control_given_back") == 1
    with failed.look() as session:
        control = session.get_one(Control, CODE)
        assert (control.next_due_at.date() - failed.now.date()).days == 14
        shown = page_view.failure(session, failed.actor(Role.CONTROL_OWNER), control)
        assert shown
        assert shown.given_back == "Två tabeller saknas fortfarande."
        [row] = session.scalars(select(ControlFailure)).all()
        assert "tabeller" not in row.given_back_sealed
    tick(failed, Result.PASS, Role.MANAGER)
    confirm(failed, Role.CONTROL_OWNER)
    assert stands(failed) is Status.OK


def test_found_wrong_again_while_it_waits_it_is_open_again(failed: World) -> None:
    tick(failed, Result.PASS)
    tick(failed, Result.FAIL, Role.MANAGER)
    assert stands(failed) is Status.FAILED
    with pytest.raises(Conflict):
        confirm(failed, Role.DEPUTY)
    with failed.look() as session:
        assert len(session.scalars(select(ControlFailure)).all()) == 1


def test_a_second_check_by_another_does_not_let_the_first_confirm(failed: World) -> None:
    tick(failed, Result.PASS)
    tick(failed, Result.PASS, Role.MANAGER)
    with pytest.raises(Conflict):
        confirm(failed, Role.CONTROL_OWNER)
    confirm(failed, Role.MANAGER)


def test_a_later_failure_is_one_of_its_own(failed: World) -> None:
    tick(failed, Result.PASS)
    confirm(failed, Role.HEAD)
    tick(failed, Result.FAIL)
    with failed.look() as session:
        assert sorted(session.scalars(select(ControlFailure.state))) == ["confirmed", "failed"]


def test_the_moves_are_a_table() -> None:
    assert set(MOVES) == set(FailureState)
    assert move("failed", FailureState.MENDED) == "mended"
    with pytest.raises(Conflict):
        move("failed", FailureState.CONFIRMED)


@pytest.mark.parametrize(
    ("dated", "known", "shown"),
    [
        (Status.MISSED, {"paused": True, "failed": True}, Status.PAUSED),
        (Status.MISSED, {"failed": True}, Status.MISSED),
        (Status.LATE, {"failed": True, "mended": True}, Status.LATE),
        (Status.SOON, {"failed": True}, Status.FAILED),
        (Status.OK, {"failed": True, "mended": True}, Status.MENDED),
        (Status.OK, {"applies": False}, Status.NOT_APPLICABLE),
        (Status.SOON, {"applies": False}, Status.SOON),
        (Status.OK, {}, Status.OK),
    ],
)
def test_rest_comes_before_lateness_and_lateness_before_a_failure(
    dated: Status, known: dict[str, bool], shown: Status
) -> None:
    assert standing(dated, **known) is shown
