"""Event tasks: who leaves, a password that may be known, who starts; the same day, one alarm, a report made ready."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from starlette.testclient import TestClient

from core.access import Role
from core.audit.models import AuditEntry
from core.moment import utc
from incidents.models import Incident
from incidents.questions import Kind
from notifications.models import OutboxMessage
from notifications.opening import open_message
from risk.control_status import Result
from risk.models import Control
from risk.service import TickForm, adopt, tick_control
from risk.tasks.cards import TASKS
from risk.tasks.jobs import watch_tasks
from risk.tasks.models import EventTask, EventTaskStep
from risk.tasks.rules import LATE_STATES, TaskState, due_of, remind_now, task_state
from tests.fixtures.plans import recorded
from tests.fixtures.tasks import WHOM, start_task
from tests.fixtures.world import World

DUE = utc(2026, 11, 22, 22, 59)
HOURS = st.integers(-400, 400).map(lambda hours: timedelta(hours=hours))


@given(HOURS, st.none() | HOURS)
def test_a_list_is_late_after_its_day_and_stays_known_as_late(now: timedelta, done: timedelta | None) -> None:
    state = task_state(DUE, None if done is None else DUE + done, DUE + now)
    late = (now if done is None else done) > timedelta(0)
    assert (state in LATE_STATES) is late
    assert (state in {TaskState.DONE, TaskState.DONE_LATE}) is (done is not None)


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.sampled_from(["Europe/Stockholm", "Europe/Vilnius", "UTC"]))
def test_the_day_ends_where_the_company_is(day: date, zone: str) -> None:
    local = due_of(day, zone).astimezone(ZoneInfo(zone))
    assert (local.date(), local.hour, local.minute) == (day, 23, 59)


@given(HOURS, HOURS)
def test_a_morning_reminder_comes_on_the_day_only_and_not_on_the_day_it_started(
    started: timedelta, now: timedelta
) -> None:
    if remind_now(DUE, DUE + started, DUE + now):
        assert timedelta(hours=-18) <= now <= timedelta(0)
        assert started < timedelta(hours=-18)


def test_each_clause_has_its_card_and_each_card_a_report() -> None:
    assert {clause for card in TASKS.values() for clause in card.clauses} >= {"3.6", "3.9", "3.10", "3.12", "9.1 a"}
    for card in TASKS.values():
        assert Kind(card.report_kind)
        assert 10 < len(card.report_text.sv) < 400
        assert 10 < len(card.report_text.en) < 400


def english(world: World, role: str) -> TestClient:
    client = world.client(role)
    client.cookies.set("lang", "en")
    return client


def mails(world: World, kind: str) -> list[tuple[str, str]]:
    with world.look() as session:
        rows = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == kind)).all()
        found = [open_message(session, row) for row in rows]
        return sorted((mail.to, str(dict(mail.facts))) for mail in found)


def steps(world: World, task: EventTask) -> dict[str, EventTaskStep]:
    with world.look() as session:
        return {row.code: row for row in session.scalars(select(EventTaskStep).where(EventTaskStep.task_id == task.id))}


def test_a_leavers_list_is_started_ticked_and_done_and_no_mail_names_anybody(world: World) -> None:
    manager = english(world, Role.MANAGER)
    day = world.now.astimezone(ZoneInfo("Europe/Stockholm")).date().isoformat()
    answer = manager.post("/tasks/new", data={"kind": "leaver", "whom": WHOM, "day": day})
    assert answer.status_code == 303
    path = answer.headers["location"].partition("?")[0]
    assert WHOM in manager.get(path).text
    given_out = mails(world, "task_given")
    assert [to.partition("@")[0] for to, _ in given_out] == ["admin", "control_owner", "manager"]
    assert WHOM not in str(given_out)
    owner = english(world, Role.CONTROL_OWNER)
    assert owner.post(f"{path}/steps/access_removed", data={"settled": "done"}).status_code == 404  # the admin's
    assert owner.post(f"{path}/steps/passwords_changed", data={"settled": "not_needed"}).status_code == 422
    said = {"settled": "not_needed", "note_passwords_changed": "Kände inte till några."}
    assert owner.post(f"{path}/steps/passwords_changed", data=said).status_code == 303
    for step in ("media_returned", "access_removed", "mail_handed_over"):
        assert manager.post(f"{path}/steps/{step}", data={"settled": "done"}).status_code == 303
    text = manager.get(path).text
    assert "Kände inte till några." in text
    assert "Kalle Kontroll" in text
    with world.look() as session:
        task = session.scalars(select(EventTask)).one()
        told = select(AuditEntry).where(AuditEntry.action.startswith("task:")).order_by(AuditEntry.seq)
        entries = session.scalars(told).all()
        assert task.done_at == world.now
        assert WHOM not in task.person_sealed
        assert all(b"Lena" not in entry.entry for entry in entries)
        assert [entry.action for entry in entries].count("task:step_done") == 4
        assert entries[-1].action == "task:done"
    assert manager.post(f"{path}/steps/access_removed/back").status_code == 303
    with world.look() as session:
        assert session.scalars(select(EventTask.done_at)).one() is None


def test_who_has_no_step_sees_no_list(small_world: World) -> None:
    task = start_task(small_world)
    for role in (Role.EMPLOYEE, Role.WRITER, Role.COMMISSIONER):
        client = english(small_world, role)
        assert client.get(task.path).status_code == client.get("/tasks/x").status_code == 404
        assert WHOM not in client.get("/tasks?show=all").text
        assert client.get(f"/report/about/task/{task.id}").status_code == 404
    assert WHOM in english(small_world, Role.CONTROL_OWNER).get("/tasks?show=mine").text
    assert "Mark as done" not in english(small_world, Role.AUDITOR).get(task.path).text


def test_a_late_list_alarms_once_whatever_runs(world: World) -> None:
    start_task(world, day=world.now.date() + timedelta(days=1))
    assert watch_tasks(world.database, world.later(hours=2)) == 0
    assert watch_tasks(world.database, world.later(hours=20)) == 1  # the morning of the day
    assert watch_tasks(world.database, world.now) == 0
    assert len(mails(world, "task_today")) == 3
    assert mails(world, "task_late") == []
    assert watch_tasks(world.database, world.later(days=2)) == 1
    assert watch_tasks(world.database, world.later(days=2)) == 0
    told = [to.partition("@")[0] for to, _ in mails(world, "task_late")]
    assert told == ["admin", "control_owner", "deputy", "manager"]
    with world.look() as session:
        count = select(func.count()).where(AuditEntry.action == "task:late")
        assert session.scalar(count) == 1


def test_a_late_list_offers_a_report_that_the_reporter_sends(small_world: World) -> None:
    task = start_task(small_world)
    assert english(small_world, Role.MANAGER).get(f"/report/about/task/{task.id}").status_code == 404  # in time
    small_world.later(days=2)
    manager = english(small_world, Role.MANAGER)
    page = manager.get(task.path).text
    assert "It was not finished on its day" in page
    assert f"/report/about/task/{task.id}" in page
    form = manager.get(f"/report/about/task/{task.id}").text
    assert "may have kept access to personal data after the last day" in form
    assert WHOM not in form
    assert 'value="seen_by_wrong" checked' in form
    assert 'action="/r/nordhamn"' in form
    with small_world.look() as session:
        assert session.scalars(select(Incident)).all() == []


def test_a_failed_control_offers_a_report_too(small_world: World) -> None:
    with small_world.change() as session:
        adopt(session, small_world.now)
        control = session.get_one(Control, "antivirus")
        form = TickForm(result=Result.FAIL, done_on=small_world.now.date(), note="Två stationer saknar skydd.")
        tick_control(session, small_world.actor(Role.MANAGER), control, form, [], small_world.now)
    manager = english(small_world, Role.MANAGER)
    assert "/report/about/control/antivirus" in manager.get("/controls/antivirus").text
    text = manager.get("/report/about/control/antivirus").text
    assert "A control was found not in order" in text
    assert "Två stationer" not in text
    assert manager.get("/report/about/control/restore_test").status_code == 404
    assert english(small_world, Role.EMPLOYEE).get("/report/about/control/antivirus").status_code == 404


def test_a_closed_account_starts_the_list_with_one_click_and_once(small_world: World) -> None:
    admin = english(small_world, Role.ADMIN)
    leaver = small_world.users[Role.EMPLOYEE]
    assert "/tasks/leaver/" not in admin.get(f"/users/{leaver.id}").text
    closed = admin.post(f"/users/{leaver.id}/close").headers["location"]
    assert f'action="/tasks/leaver/{leaver.id}"' in admin.get(closed).text
    first = admin.post(f"/tasks/leaver/{leaver.id}").headers["location"]
    assert admin.post(f"/tasks/leaver/{leaver.id}").headers["location"] == first
    assert "Ella Medarbetare" in admin.get(first).text
    with small_world.look() as session:
        task = session.scalars(select(EventTask)).one()
    assert {row.code for row in steps(small_world, task).values()} >= {
        "access_removed",
        "passwords_changed",
        "media_returned",
    }
    assert task.due_at == due_of(small_world.now.date(), "Europe/Stockholm")
    assert english(small_world, Role.AUDITOR).post(f"/tasks/leaver/{leaver.id}").status_code == 404


ODD = [{"whom": ""}, {"day": "snart"}, {"day": "2031-01-01"}, {"owner_access_removed": "x"}, {"whom": "En\u0007klang"}]


@pytest.mark.parametrize("changes", ODD, ids=str)
def test_what_cannot_be_is_refused_with_everything_kept(small_world: World, changes: dict[str, str]) -> None:
    typed = {"kind": "leaver", "whom": WHOM, "day": small_world.now.date().isoformat()} | changes
    answer = english(small_world, Role.MANAGER).post("/tasks/new", data=typed)
    assert answer.status_code == 422
    assert "Something needs correcting" in answer.text
    assert typed["day"] in answer.text or typed["whom"] in answer.text
    with small_world.look() as session:
        assert session.scalars(select(EventTask)).all() == []


def test_the_list_takes_no_more_queries_for_thirty_than_for_two(small_world: World) -> None:
    auditor = english(small_world, Role.AUDITOR)

    def queries() -> int:
        with recorded(small_world, ["event_task", "user"]) as seen:
            assert auditor.get("/tasks?show=all").status_code == 200
        return len(seen)

    start_task(small_world)
    start_task(small_world, "known_password")
    queries()
    before = queries()
    for _ in range(28):
        start_task(small_world)
    assert queries() <= before
