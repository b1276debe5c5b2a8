"""A machine reports, falls silent, comes back and fails: what becomes of it, who is told, and what the log keeps."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select, update

from core.access import Operation, Role
from core.audit.models import AuditEntry
from core.errors import Conflict, Invalid, NotFound
from notifications.models import ServiceState
from risk.heartbeats.beating import LONGEST_MESSAGE, message_of
from risk.heartbeats.jobs import NAME as LOOKED
from risk.heartbeats.jobs import look_for_silence
from risk.heartbeats.keeping import HeartbeatForm, change, find, renew, revoke
from risk.heartbeats.models import KEPT, Heartbeat, HeartbeatAlarm, HeartbeatBeat
from risk.heartbeats.rules import Kind, State
from risk.heartbeats.tokens import of_token
from risk.models import Control, ControlCheck
from tests.fixtures.plans import plans
from tests.fixtures.world import World
from tests.risk.heartbeats.machine import CONTROL, NAME, Machine, announced, logged, look, mails

OWNER, MANAGER = "control_owner@nordhamn.example", "manager@nordhamn.example"


@pytest.fixture
def machine(world: World) -> Machine:
    made = Machine(world)
    made.says()
    return made


def test_on_time_late_missed_and_back_are_each_told_once(machine: Machine, world: World) -> None:
    for _ in range(3):
        assert look(world, minutes=58) == 0
        machine.says()
    assert look(world, minutes=74) == 0
    assert look(world, minutes=2) == 1  # half of the grace of 30 minutes has gone
    assert machine.state == State.LATE
    assert [to for to, _, _ in mails(world, "heartbeat_late")] == [OWNER]
    assert announced(world) == []
    assert look(world, minutes=15) == 1
    assert machine.state == State.MISSED
    assert [to for to, _, _ in mails(world, "heartbeat_missed")] == [OWNER, MANAGER]
    assert look(world, days=3) == 0
    machine.says()
    assert machine.state == State.OK
    assert [to for to, _, _ in mails(world, "heartbeat_back")] == [OWNER, MANAGER]
    assert announced(world) == ["control.heartbeat_missed", "control.heartbeat_back"]
    assert logged(world) == ["made", "heard", "late", "missed", "back"]
    assert [beat.late for beat in machine.beats()] == [False] * 4 + [True]


def test_silence_while_the_control_is_paused_is_told_within_an_hour_of_its_end(machine: Machine, world: World) -> None:
    with world.change() as session:
        session.get_one(Control, CONTROL).paused_until = world.now + timedelta(days=2)
    assert look(world, hours=47) == 0
    assert machine.state == State.OK
    assert mails(world, "heartbeat_missed") == []
    assert look(world, hours=3) == 1
    assert machine.state == State.MISSED


def test_the_mail_names_machine_and_control_and_its_subject_neither_person_nor_machine(
    machine: Machine, world: World
) -> None:
    look(world, hours=2)
    _, subject, body = mails(world, "heartbeat_missed")[0]
    assert NAME in body
    assert NAME not in subject
    assert "9.2 a" in subject
    assert f"/controls/{CONTROL}/heartbeats/{machine.id}" in body


def test_a_failure_is_told_at_once_and_once_and_its_message_is_sealed(machine: Machine, world: World) -> None:
    machine.says(Kind.FAIL, "pg_dump: error: Åsa has no rights", exit_status=1)
    machine.says(Kind.FAIL, "again")
    assert machine.state == State.FAILED
    assert [to for to, _, _ in mails(world, "heartbeat_failed")] == [OWNER, MANAGER]
    assert announced(world) == ["control.heartbeat_failed"]
    assert not any("Åsa" in body for _, _, body in mails(world, "heartbeat_failed"))
    _, first, _ = machine.beats()
    with world.look() as session:
        assert message_of(session, first) == "pg_dump: error: Åsa has no rights"
        assert "sa has" not in first.message_sealed
        entries = b"".join(session.scalars(select(AuditEntry.entry)))
    assert b"no rights" not in entries
    assert NAME.encode() not in entries
    machine.says()
    assert machine.state == State.OK
    assert logged(world) == ["made", "heard", "failed", "back"]


def test_a_failed_machine_that_falls_silent_is_missed_too(machine: Machine, world: World) -> None:
    machine.says(Kind.FAIL)
    assert look(world, minutes=89) == 0
    assert look(world, minutes=2) == 1
    assert machine.state == State.MISSED


def test_a_message_that_is_too_long_changes_nothing(machine: Machine) -> None:
    with pytest.raises(Invalid) as refused:
        machine.says(Kind.FAIL, "x" * (LONGEST_MESSAGE + 1))
    assert "1000 characters" in refused.value.fields["message"]
    assert machine.state == State.OK
    assert len(machine.beats()) == 1


def test_ten_thousand_good_signs_leave_sixty_rows_and_no_entry(machine: Machine, world: World) -> None:
    """A thousand here and each once more in the place of an old one; what grows is a number."""
    with world.look() as session:
        before = session.scalar(select(func.count()).select_from(AuditEntry))
    for _ in range(KEPT + 20):
        world.later(minutes=30)
        machine.says()
    with world.change() as session:
        session.execute(update(Heartbeat).values(beats=10_000))
    machine.says(message="the last")
    with world.look() as session:
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == before
        assert session.scalar(select(func.count()).select_from(HeartbeatBeat)) == KEPT
        assert session.scalar(select(func.count()).select_from(HeartbeatAlarm)) == 0
        newest = session.scalars(select(HeartbeatBeat).order_by(HeartbeatBeat.number.desc()).limit(1)).one()
        assert message_of(session, newest) == "the last"


def test_a_start_gives_the_duration_and_is_no_sign_of_success(machine: Machine, world: World) -> None:
    world.later(minutes=50)
    machine.says(Kind.START)
    world.later(minutes=7)
    machine.says()
    assert machine.beats()[-1].milliseconds == 7 * 60 * 1000
    world.later(minutes=40)
    machine.says(Kind.START)
    assert look(world, hours=2) == 2  # it started, and never said that it was done: late, then missed
    assert machine.state == State.MISSED


def test_the_same_request_again_counts_once(machine: Machine, world: World) -> None:
    machine.says(Kind.FAIL, key="a-1")
    machine.says(key="a-2")
    machine.says(Kind.FAIL, key="a-1")
    assert machine.state == State.OK
    assert len(machine.beats()) == 3


def test_a_sign_that_came_while_no_worker_ran_counts_by_its_arrival(machine: Machine, world: World) -> None:
    look(world, minutes=4)
    for _ in range(8):
        world.later(minutes=55)
        machine.says()
    assert look(world, minutes=30) == 0
    assert machine.state == State.OK
    assert logged(world) == ["made", "heard"]


def test_after_a_pause_of_the_worker_nobody_is_accused_and_only_the_last_step_is_told(
    machine: Machine, world: World
) -> None:
    look(world, minutes=4)
    world.later(hours=12)
    assert look_for_silence(world.database, world.now) == 0
    assert machine.state == State.OK
    assert logged(world) == ["made", "heard", "listened_anew"]
    assert look(world, minutes=14) == 0
    assert look(world, minutes=20) == 2  # the fresh grace: late, then missed, for it is still silent
    assert machine.state == State.MISSED
    assert len(mails(world, "heartbeat_missed")) == 2


def test_many_silent_machines_are_one_mail_a_person(world: World) -> None:
    machines = [Machine(world, {"name": f"host {number}"}) for number in range(4)]
    for one in machines:
        one.says()
    look(world, hours=2)
    lines = [body.count("- host") for _, _, body in mails(world, "heartbeat_missed")]
    assert lines == [4, 4]


def test_several_workers_at_once_raise_each_alarm_once(world: World) -> None:
    machines = [Machine(world, {"name": f"host {number}"}) for number in range(5)]
    for one in machines:
        one.says()
    world.later(hours=2)
    with world.change() as session:
        session.add(ServiceState(name=LOOKED, value={}, at=world.now))
    together, raised = Barrier(4), list[int]()

    def knock() -> None:
        together.wait()
        raised.append(look_for_silence(world.database, world.now))

    threads = [Thread(target=knock) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(raised) == 5
    assert sum(body.count("- host") for to, _, body in mails(world, "heartbeat_missed") if to == OWNER) == 5
    assert logged(world).count("missed") == 5


def test_the_worker_looks_at_what_is_due_by_its_index(machine: Machine, world: World) -> None:
    world.later(hours=2)
    with world.change() as session:
        session.add(ServiceState(name=LOOKED, value={}, at=world.now))
    found = plans(world, lambda: look_for_silence(world.database, world.now), ["heartbeat"])
    looks = [one for one in found if "next_at <" in one.statement]
    assert len(looks) >= 2
    assert all("ix_heartbeat_due" in one.steps for one in looks), "\n".join(map(str, looks))


def test_a_token_is_kept_as_a_hash_renewed_and_taken_back(machine: Machine, world: World) -> None:
    manager, old = world.actor(Role.MANAGER), machine.token
    assert old not in str(vars(machine.row))
    with world.change() as session:
        machine.token = renew(session, manager, session.get_one(Heartbeat, machine.id), world.now)
    with world.look() as session:
        assert of_token(session, old) is None
        assert of_token(session, machine.token) is not None
    with world.change() as session:
        revoke(session, manager, session.get_one(Heartbeat, machine.id), world.now)
    assert machine.row.token_hash is None
    assert look(world, days=2) == 0
    with world.change() as session:
        machine.token = renew(session, manager, session.get_one(Heartbeat, machine.id), world.now)
    assert machine.state == State.WAITING
    machine.says()
    assert logged(world) == ["made", "heard", "renewed", "revoked", "renewed", "heard"]


def test_a_new_machine_has_a_day_and_then_is_missed(world: World) -> None:
    machine = Machine(world)
    assert look(world, hours=25) == 0
    assert look(world, hours=1) == 2
    assert machine.state == State.MISSED


def test_a_change_of_the_schedule_is_counted_anew(machine: Machine, world: World) -> None:
    look(world, hours=2)
    form = HeartbeatForm(name="db2", how="cron", cron="30 2 * * *", grace=2, grace_unit="hours", version=1)
    with world.change() as session:
        change(session, world.actor(Role.MANAGER), session.get_one(Heartbeat, machine.id), form, world.now)
    assert machine.state == State.OK
    assert machine.row.expected_at > world.now
    with world.change() as session, pytest.raises(Conflict):
        change(session, world.actor(Role.MANAGER), session.get_one(Heartbeat, machine.id), form, world.now)


def test_only_who_keeps_the_control_reaches_its_machines(machine: Machine, world: World) -> None:
    with world.change() as session:
        owner, other = world.actor(Role.CONTROL_OWNER), world.actor(Role.AUDITOR)
        assert find(session, owner, CONTROL, machine.id, Operation.MANAGE_HEARTBEATS).id == machine.id
        assert find(session, other, CONTROL, machine.id, Operation.LIST_CONTROLS).id == machine.id
        for actor, code in ((other, CONTROL), (owner, "antivirus")):
            with pytest.raises(NotFound):
                find(session, actor, code, machine.id, Operation.MANAGE_HEARTBEATS)


def test_where_it_answers_for_the_control_it_is_its_check(world: World) -> None:
    machine = Machine(world, {"answers": True})
    for _ in range(20):
        machine.says()
        world.later(minutes=40)
    assert results(world) == ["pass"]
    machine.says(Kind.FAIL, "no space left")
    world.later(minutes=5)
    machine.says(Kind.FAIL, "no space left")
    assert results(world) == ["pass", "fail"]
    assert mails(world, "heartbeat_failed") == []  # the failed check is told already
    assert len(mails(world, "control_failed")) == 2
    world.later(minutes=5)
    machine.says()
    assert results(world) == ["pass", "fail", "pass"]
    for _ in range(30):
        world.later(days=1)
        machine.says()
    assert len(results(world)) == 6  # one in a quarter of the control's thirty days


def test_a_machine_closes_nothing_that_another_found(world: World) -> None:
    first, second = Machine(world, {"answers": True}), Machine(world, {"answers": True, "name": "db2"})
    first.says(Kind.FAIL)
    second.says()
    assert results(world) == ["fail"]
    world.later(minutes=1)
    second.says(Kind.FAIL)
    world.later(minutes=1)
    second.says()
    assert results(world) == ["fail", "fail"]  # the first still fails
    world.later(minutes=1)
    first.says()
    world.later(minutes=1)
    second.says()
    assert results(world)[:2] == ["fail", "fail"]


def results(world: World) -> list[str]:
    with world.look() as session:
        return list(session.scalars(select(ControlCheck.result).order_by(ControlCheck.done_at, ControlCheck.id)))


def test_a_step_of_the_wall_clock_alone_accuses_nobody(machine: Machine, world: World) -> None:
    look(world, minutes=4)
    world.now += timedelta(days=400)
    assert look_for_silence(world.database, world.now) == 0
    assert machine.state == State.OK
