"""The demonstration: every state is there, told by the real verbs, and nobody is mailed about the past."""

import sqlite3
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from app.commands.demo import demo
from app.demo import company
from app.demo.filling import fill
from app.demo.plots import PLOTS
from app.demo.tales import every_tale
from core.access import Operation, Role
from core.audit.models import AuditEntry
from core.audit.verify import verify
from core.db import Database
from core.errors import Conflict
from identity.rules.reminding import ask_due
from identity.rules.sight import everybody_signing, in_force
from identity.rules.standing import Standing
from identity.training.keeping import today_of
from identity.training.reminding import ask_due as remind_of_training
from identity.training.rules import Trained
from identity.training.sight import courses, staff, standings
from incidents.classification import CauseClass
from incidents.jobs import raise_due
from incidents.models import ClockLevel, Countersign, Exclusion, Incident, IncidentClock
from incidents.queries import visible
from incidents.states import AuthorityTrack, Containment, PeopleTrack, State
from notifications.models import ChannelMessage, OutboxMessage
from risk.control_status import Result as CheckResult
from risk.control_status import Status
from risk.controls import list_view
from risk.controls.roll import roll
from risk.heartbeats.jobs import look_for_silence
from risk.heartbeats.models import Heartbeat
from risk.heartbeats.rules import State as HeartbeatState
from risk.jobs import remind_due
from risk.models import OWN, Control, ControlCheck
from risk.tasks.cards import TASKS
from risk.tasks.jobs import watch
from risk.tasks.models import EventTask
from risk.tasks.rules import TaskState, task_state
from tests.fixtures.demo import DEMO_NOW
from tests.fixtures.world import World, build

# Nothing rests here: a filing and an approval go on in the same transaction.
PASSED_THROUGH: dict[str, set[str]] = {
    "authority_track": {AuthorityTrack.FILED},
    "people_track": {PeopleTrack.APPROVED},
}


def values(world: World, column: str) -> set[str]:
    with world.look() as session:
        return set(session.scalars(select(getattr(Incident, column))))


@pytest.fixture
def own_world(demo_world: World, tmp_path: Path) -> Iterator[World]:
    """A copy that may be changed."""
    copy = tmp_path / "copy.db"
    with sqlite3.connect(demo_world.database.url.removeprefix("sqlite:///")) as source, sqlite3.connect(copy) as target:
        source.backup(target)
    database = Database(f"sqlite:///{copy}", demo_world.database.keyring)
    yield World(demo_world.settings, database, demo_world.now, demo_world.users)
    database.dispose()


def test_thirty_nine_incidents(demo_world: World) -> None:
    with demo_world.look() as session:
        assert session.scalar(select(func.count()).select_from(Incident)) == 39


@pytest.mark.parametrize(
    ("column", "codes"),
    [
        ("state", State),
        ("authority_track", AuthorityTrack),
        ("people_track", PeopleTrack),
        ("containment", Containment),
        ("cause_class", CauseClass),
    ],
)
def test_every_state_is_there(demo_world: World, column: str, codes: type[StrEnum]) -> None:
    assert values(demo_world, column) == {str(code) for code in codes} - PASSED_THROUGH.get(column, set())


def test_every_role_has_somebody(demo_world: World) -> None:
    assert {role for user in demo_world.users.values() for role in user.roles} == set(Role)


def test_the_log_is_whole_and_in_the_order_of_time(demo_world: World) -> None:
    with demo_world.look() as session:
        assert verify(session).result == "ok"
        moments = list(session.scalars(select(AuditEntry.at).order_by(AuditEntry.seq)))
        failed = session.scalar(select(func.count()).where(AuditEntry.action == "identity:signature_failed"))
    assert moments == sorted(moments)
    assert moments[-1] == DEMO_NOW
    assert failed == 0


def test_minutes_tell_the_whole_way_to_the_decision(demo_world: World) -> None:
    with demo_world.look() as session:
        reference = session.scalars(select(Incident.reference).where(Incident.state == State.IN_REMEDY)).first()
    text = demo_world.client("manager").get(f"/incidents/{reference}/minutes/1").text
    assert "tog hand om ärendet" in text


def test_nobody_is_mailed_about_the_past(demo_world: World) -> None:
    with demo_world.look() as session:
        left = select(OutboxMessage.state).where(OutboxMessage.state.in_(["queued", "claimed", "in_data"]))
        assert list(session.scalars(left)) == []
        alerts = select(OutboxMessage.state).where(OutboxMessage.mailing_id.is_(None)).distinct()
        assert list(session.scalars(alerts)) == ["cancelled"]


def test_a_worker_that_starts_now_has_no_alarm_to_make_up_for(own_world: World) -> None:
    with own_world.change() as session:
        assert raise_due(session, own_world.now) == (0, False)
        assert remind_due(session, own_world.now) == 0
        assert ask_due(session, own_world.now) == 0
        assert watch(session, own_world.now) == 0
        assert remind_of_training(session, own_world.now) == 0
    assert look_for_silence(own_world.database, own_world.now) == 0
    with own_world.look() as session:
        assert len(session.scalars(select(ClockLevel.level)).all()) >= 5


def test_the_clocks_burn_as_promised(demo_world: World) -> None:
    """One critical without an owner, some within a day, some calm, one overdue."""
    with demo_world.look() as session:
        running = select(Incident.owner_id, IncidentClock.due_at).join(IncidentClock.incident).where(
            IncidentClock.stopped_at.is_(None), IncidentClock.regime == "gdpr"
        )  # fmt: skip
        left = [(row.owner_id, (row.due_at - DEMO_NOW).total_seconds() / 3600) for row in session.execute(running)]
    assert any(owner is None and 0 < hours < 6 for owner, hours in left)
    assert any(6 < hours < 24 for _, hours in left)
    assert any(hours > 24 for _, hours in left)
    assert sum(hours < 0 for _, hours in left) == 1


def test_the_manager_sees_no_trace_of_the_case_they_are_involved_in(demo_world: World) -> None:
    with demo_world.look() as session:
        excluded = session.scalars(select(Exclusion)).all()
        (hidden,) = [session.get_one(Incident, one.incident_id) for one in excluded]
        seen = session.scalars(visible(demo_world.users["manager"].actor, Operation.LIST_CASES)).all()
    assert [one.user_id for one in excluded] == [demo_world.users["manager"].id]
    assert hidden.id not in {one.id for one in seen}
    assert len(seen) == 38
    client = demo_world.client("manager")
    assert client.get(hidden.path).status_code == 404
    assert hidden.reference not in client.get("/incidents").text


def test_signatures_wait(demo_world: World) -> None:
    with demo_world.look() as session:
        kinds = set(session.scalars(select(Countersign.kind).where(Countersign.state == "waiting")))
    assert kinds == {"awareness", "departure", "dismissal"}


def test_controls_stand_in_every_way(demo_world: World) -> None:
    with demo_world.look() as session:
        rows = list_view.rows(session, roll(session, demo_world.users["auditor"].actor, DEMO_NOW), DEMO_NOW, "en")
        results = set(session.scalars(select(ControlCheck.result)))
        handed_back = session.scalars(select(Control.code).where(Control.handed_back_at.is_not(None))).all()
    assert {row.status for row in rows} == set(Status)
    assert results == set(CheckResult)
    assert any(row.proof_over for row in rows)
    assert any(row.code.startswith(OWN) and row.status is Status.OK for row in rows)
    assert handed_back == ["changed_work"]


def test_machines_stand_in_every_way(demo_world: World) -> None:
    with demo_world.look() as session:
        machines = session.scalars(select(Heartbeat)).all()
        waiting = session.scalar(select(func.count()).where(ChannelMessage.state == "queued"))
    assert {one.state for one in machines} == set(HeartbeatState)
    assert any(one.started_at and one.last_at and one.started_at > one.last_at for one in machines)
    assert {one.answers for one in machines} == {True, False}
    assert waiting == 0


def test_the_rules_are_answered_in_every_way(demo_world: World) -> None:
    with demo_world.look() as session:
        version = in_force(session)
        assert version
        assert version.number == 2
        found = {one.stand.standing for one in everybody_signing(session, version, DEMO_NOW)}
    assert found == set(Standing) - {Standing.AGAIN}  # the company is not a year old


def test_checklists_stand_in_every_way(demo_world: World) -> None:
    with demo_world.look() as session:
        tasks = session.scalars(select(EventTask)).all()
    assert {task_state(one.due_at, one.done_at, DEMO_NOW) for one in tasks} == set(TaskState)
    assert {one.kind for one in tasks} == set(TASKS)


def test_training_stands_in_every_way(demo_world: World) -> None:
    with demo_world.look() as session:
        found = standings(session, staff(session), courses(session), today_of(session, DEMO_NOW))
    assert {one.trained for one in found} == set(Trained)


def test_titles_name_nobody(demo_world: World) -> None:
    with demo_world.look() as session:
        titles = " ".join(session.scalars(select(Incident.title))).lower()
    assert not [
        name for user in demo_world.users.values() for name in user.name.lower().split() if f" {name} " in titles
    ]


def test_every_plot_is_played() -> None:
    assert {tale.plot for tale in every_tale().values()} == set(PLOTS)


def test_everybody_signs_in_with_the_one_password_and_it_is_new_each_time() -> None:
    assert company.new_password() != company.new_password()


def test_a_second_run_is_refused(demo_world: World) -> None:
    with pytest.raises(Conflict):
        fill(demo_world.database, demo_world.settings, DEMO_NOW)


def test_nothing_is_left_when_it_fails(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object) -> None:
        raise RuntimeError("in the middle")

    world = build(sqlite_url, tmp_path, people=False)
    monkeypatch.setattr("app.demo.filling.checks.begin", breaks)
    with pytest.raises(RuntimeError):
        fill(world.database, world.settings, world.now)
    with world.look() as session:
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == 0


def run(**settings: str) -> Result:
    return CliRunner().invoke(demo, env={f"VAKA_{name}".upper(): value for name, value in settings.items()})


def test_the_command_refuses_in_production(sqlite_url: str, tmp_path: Path) -> None:
    result = run(database_url=sqlite_url, var_dir=str(tmp_path), environment="production",
                 base_url="https://vaka.nordhamn.example")  # fmt: skip
    assert result.exit_code == 2
    assert "production" in result.output


def test_the_command_refuses_what_is_not_empty(sqlite_url: str, tmp_path: Path) -> None:
    build(sqlite_url, tmp_path).database.dispose()
    result = run(database_url=sqlite_url, var_dir=str(tmp_path))
    assert result.exit_code == 2
    assert "not empty" in result.output
    assert "Traceback" not in result.output
