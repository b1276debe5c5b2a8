"""A paused control rests until its day, hides nothing that was late, and goes on by itself."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from core.access import Role
from core.audit.models import AuditEntry
from core.errors import Conflict, Invalid
from notifications.models import OutboxMessage
from risk.control_status import Result, end_of_day
from risk.controls import list_view, page_view, pausing
from risk.jobs import remind
from risk.models import Control
from risk.service import TickForm, adopt, tick_control
from tests.fixtures.world import World

CODE = "restore_test"
ZONE = "Europe/Stockholm"
FIRST = end_of_day(date(2026, 12, 22), ZONE)
REASON = "Servern byts under vintern."


@pytest.fixture
def kept(world: World) -> World:
    with world.change() as session:
        adopt(session, world.now, only=CODE)
    return world


def paused(world: World, until: date, **other: object) -> None:
    with world.change() as session:
        control = session.get_one(Control, CODE)
        form = {"reason": REASON, "until": until, "version": control.version} | other
        pausing.pause(session, world.actor(Role.MANAGER), control, pausing.PauseForm.model_validate(form), world.now)


def resumed(world: World) -> None:
    with world.change() as session:
        pausing.resume(session, world.actor(Role.HEAD), session.get_one(Control, CODE), world.now)


def standing(world: World) -> tuple[str, object]:
    with world.look() as session:
        row = list_view.row(session, world.actor(Role.AUDITOR), session.get_one(Control, CODE), world.now, "en")
    return row.word, row.due_at


def mails(world: World) -> int:
    with world.look() as session:
        return len(session.scalars(select(OutboxMessage)).all())


def actions(world: World) -> list[str]:
    with world.look() as session:
        return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)))


def test_nobody_is_reminded_while_it_rests_and_it_goes_on_by_itself(kept: World) -> None:
    paused(kept, date(2027, 2, 1))
    assert standing(kept) == ("Paused", end_of_day(date(2027, 3, 3), ZONE))
    kept.now = FIRST + timedelta(days=20)
    assert remind(kept.database, kept.now) == 0
    assert mails(kept) == 0
    kept.now = end_of_day(date(2027, 2, 1), ZONE) + timedelta(minutes=1)
    remind(kept.database, kept.now)
    remind(kept.database, kept.now)
    assert standing(kept) == ("Not done yet", end_of_day(date(2027, 3, 3), ZONE))
    assert actions(kept).count("control:resumed") == 1
    kept.now = end_of_day(date(2027, 3, 3), ZONE) + timedelta(hours=1)
    assert remind(kept.database, kept.now) == 1
    assert mails(kept) == 2  # nobody keeps it, so the manager and the deputy


def test_a_pause_that_is_undone_leaves_the_due_day_as_it_was(kept: World) -> None:
    paused(kept, date(2027, 2, 1))
    resumed(kept)
    assert standing(kept) == ("Not done yet", FIRST)
    with pytest.raises(Conflict):
        resumed(kept)


def test_when_the_due_day_passed_meanwhile_there_is_a_month_to_do_it(kept: World) -> None:
    paused(kept, date(2027, 2, 1))
    kept.now = FIRST + timedelta(days=2)
    resumed(kept)
    assert standing(kept) == ("Not done yet", end_of_day(date(2027, 1, 23), ZONE))


def test_what_was_late_before_the_pause_is_late_after_it(kept: World) -> None:
    kept.now = FIRST + timedelta(days=3)
    paused(kept, date(2027, 2, 1))
    assert standing(kept)[0] == "Paused"
    resumed(kept)
    assert standing(kept) == ("Late", FIRST)


def test_doing_the_control_ends_its_pause(kept: World) -> None:
    paused(kept, date(2027, 2, 1))
    with kept.change() as session:
        form = TickForm(result=Result.PASS, done_on=kept.now.date(), note="Gjord ändå.")
        tick_control(session, kept.actor(Role.MANAGER), session.get_one(Control, CODE), form, [], kept.now)
    assert standing(kept) == ("Ok", end_of_day(kept.now.date() + timedelta(days=90), ZONE))
    assert actions(kept)[-2:] == ["control:resumed", "control:checked"]


@pytest.mark.parametrize(("until", "says"), [(date(2026, 11, 21), "has passed"), (date(2028, 1, 1), "a year at most")])
def test_a_pause_ends_within_a_year_and_not_in_the_past(kept: World, until: date, says: str) -> None:
    with pytest.raises(Invalid) as wrong:
        paused(kept, until)
    assert says in wrong.value.fields["until"]


def test_two_pauses_and_old_pages_are_refused(kept: World) -> None:
    with pytest.raises(Conflict):
        paused(kept, date(2027, 2, 1), version=9)
    paused(kept, date(2027, 2, 1))
    with pytest.raises(Conflict):
        paused(kept, date(2027, 3, 1))


def test_the_reason_is_sealed_and_read_on_the_page(kept: World) -> None:
    paused(kept, date(2027, 2, 1))
    with kept.look() as session:
        control = session.get_one(Control, CODE)
        assert REASON not in control.pause_reason_sealed
        pause = page_view.paused(session, control, kept.now)
        assert pause
        assert (pause.reason, pause.by) == (REASON, "Anna Berg")
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "control:paused")).one()
        assert b"vintern" not in entry.entry
