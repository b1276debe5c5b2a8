"""Training: who took what and until when it holds, entered one by one or from a list, and the counts of a unit."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from starlette.testclient import TestClient

from core.access import Role
from core.db import new_id
from core.errors import Invalid
from identity.models import User
from identity.training.keeping import CourseForm, add_course
from identity.training.listing import read_list
from identity.training.models import Course, TrainingRecord
from identity.training.reminding import remind_to_train
from identity.training.rules import HOLDING, STEPS, Trained, runs_out, steps_due, trained
from identity.training.view import PAGE
from identity.units import FEWEST, unit_counts, units
from notifications.models import OutboxMessage
from tests.fixtures.plans import recorded
from tests.fixtures.rules import publish_rules
from tests.fixtures.walking import walked
from tests.fixtures.world import World

TAKEN = date(2026, 3, 1)
DAYS = st.integers(-40, 500)


@given(st.integers(1, 400), DAYS)
def test_a_course_holds_to_the_end_of_its_last_day(valid: int, later: int) -> None:
    today = TAKEN + timedelta(days=later)
    assert (trained(True, runs_out(TAKEN, valid), today) in HOLDING) is (later <= valid)
    assert trained(True, runs_out(TAKEN, 0), today) is Trained.CURRENT
    assert trained(False, None, today) is Trained.NEVER


@given(DAYS)
def test_reminders_come_before_it_runs_out(later: int) -> None:
    last, today = TAKEN + timedelta(days=365), TAKEN + timedelta(days=later)
    assert steps_due(last, today) == [days for days in STEPS if (last - today).days <= days]
    assert steps_due(None, today) == []


def test_a_list_is_read_in_both_languages_and_faults_are_named_by_row() -> None:
    found, faults = read_list("E-post;Datum;Poäng\nA@x.example;2026-02-01;97 %\n\nb@x.example;igår;\n".encode(), TAKEN)
    assert [(one.row, one.email, one.score) for one in found] == [(2, "a@x.example", 97)]
    assert [fault.row for fault in faults] == [4]
    _, faults = read_list(b"email,date,score\na@x.example,2026-02-01,ten\nb@x.example,2026-03-02,\n", TAKEN)
    assert [fault.row for fault in faults] == [2, 3]


@pytest.mark.parametrize(
    "content", [b"", b"name,day\nx,2026-01-01\n", b"email,date\n", b"\xff\xfe\x00\x00", b"\x00\x01"]
)
def test_what_is_no_list_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid) as wrong:
        read_list(content, TAKEN)
    assert set(wrong.value.fields) == {"list"}


def english(world: World, role: str) -> TestClient:
    client = world.client(role)
    client.cookies.set("lang", "en")
    return client


def course(world: World, valid_days: int = 365) -> Course:
    with world.change() as session:
        return add_course(
            session, world.actor(Role.MANAGER), CourseForm(title="GDPR grund", valid_days=valid_days), world.now
        )


PDF = ("intyg.pdf", b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n", "application/pdf")


def test_a_record_with_its_certificate_is_seen_by_who_watches_and_by_whose_it_is(small_world: World) -> None:
    made, employee = course(small_world), small_world.users[Role.EMPLOYEE]
    manager = english(small_world, Role.MANAGER)
    ahead = {"person": employee.id, "taken_on": "2026-12-24", "score": "101"}
    assert manager.post(f"{made.path}/records", data=ahead).status_code == 422
    said = {"person": employee.id, "taken_on": "2026-11-02", "score": "88"}
    broken = manager.post(f"{made.path}/records", data=said, files={"file": ("intyg.pdf", b"MZ", "application/pdf")})
    assert broken.status_code == 422
    assert 'value="88"' in broken.text
    assert manager.post(f"{made.path}/records", data=said, files={"file": PDF}).status_code == 303
    with small_world.look() as session:
        row = session.scalars(select(TrainingRecord)).one()
    assert (row.expires_on, row.score) == (date(2027, 11, 2), 88)
    for role in (Role.EMPLOYEE, Role.AUDITOR):
        assert english(small_world, role).get(f"/training/certificates/{row.file_id}").content == PDF[1]
    for role in (Role.WRITER, Role.ADMIN):
        assert english(small_world, role).get(f"/training/certificates/{row.file_id}").status_code == 404
        assert english(small_world, role).get(made.path).status_code == 404
    assert "2 Nov 2027" in english(small_world, Role.EMPLOYEE).get("/training").text
    assert "Ella Medarbetare" not in english(small_world, Role.AUDITOR).get(f"{made.path}?show=missing").text


def test_a_retired_course_says_so_asks_nobody_and_can_be_brought_back(small_world: World) -> None:
    made, manager = course(small_world, 40), english(small_world, Role.MANAGER)
    data = {"person": small_world.users[Role.EMPLOYEE].id, "taken_on": small_world.now.date().isoformat()}
    assert manager.post(f"{made.path}/records", data=data).status_code == 303
    assert english(small_world, Role.AUDITOR).post(f"{made.path}/retire").status_code == 404
    assert manager.post(f"{made.path}/retire").status_code == 303
    text = manager.get(made.path).text
    assert "This course is retired" in text
    assert "Retired since 22 Nov 2026." in text
    assert "Ella Medarbetare" in text, "what was entered stays"
    assert f'action="{made.path}/records"' not in text
    assert manager.post(f"{made.path}/records", data=data).status_code == 404
    assert "GDPR grund" not in english(small_world, Role.EMPLOYEE).get("/training").text
    assert f'href="{made.path}"' in manager.get("/training").text
    assert remind_to_train(small_world.database, small_world.later(days=11)) == 0
    manager = english(small_world, Role.MANAGER)
    assert manager.post(f"{made.path}/restore").status_code == 303
    assert "This course is retired" not in manager.get(made.path).text
    assert remind_to_train(small_world.database, small_world.now) == 1


def test_a_list_is_entered_whole_or_not_at_all_and_twice_adds_nothing(world: World) -> None:
    made, manager = course(world), english(world, Role.MANAGER)
    rows = ["email;date;score", "employee@nordhamn.example;2026-05-04;90", "Writer@nordhamn.example;2026-05-04;"]
    wrong = "\n".join([*rows, "okand@nordhamn.example;2026-05-04;"]).encode()
    answer = manager.post(f"{made.path}/list", files={"list": ("lista.csv", wrong, "text/csv")})
    assert answer.status_code == 422
    assert "Row 4: nobody with this address has an account" in answer.text
    assert "okand" not in answer.text
    good = "\n".join(rows).encode()
    for entered in (2, 0):
        sent = manager.post(f"{made.path}/list", files={"list": ("lista.csv", good, "text/csv")})
        assert sent.headers["location"] == f"{made.path}?entered={entered}"
    with world.look() as session:
        assert session.scalar(select(func.count()).select_from(TrainingRecord)) == 2


def test_people_are_told_before_it_runs_out_and_once_a_step(world: World) -> None:
    made, manager = course(world, 100), english(world, Role.MANAGER)
    data = {"person": world.users[Role.EMPLOYEE].id, "taken_on": world.now.date().isoformat()}
    assert manager.post(f"{made.path}/records", data=data).status_code == 303
    assert remind_to_train(world.database, world.later(days=60)) == 0
    assert remind_to_train(world.database, world.later(days=11)) == 1
    assert remind_to_train(world.database, world.now) == 0
    assert remind_to_train(world.database, world.later(days=40)) == 1  # two steps in a pause are one mail
    with world.look() as session:
        assert session.scalar(select(func.count()).where(OutboxMessage.kind == "training_ends")) == 2
        assert session.scalar(select(func.count()).select_from(OutboxMessage)) == 2


def settle(world: World, count: int, unit: str = "Lagret") -> None:
    for number in range(count):
        world.user(Role.EMPLOYEE, f"Person {number}", f"u{number}")
    with world.change() as session:
        for number in range(count):
            session.get_one(User, world.users[f"u{number}"].id).unit = unit


def test_a_unit_of_fewer_than_five_says_nothing_and_a_larger_one_names_nobody(small_world: World) -> None:
    publish_rules(small_world)
    settle(small_world, FEWEST - 1)
    with small_world.look() as session:
        assert unit_counts(session, "Lagret", small_world.now) is None
        assert unit_counts(session, "", small_world.now) is None
    admin = english(small_world, Role.ADMIN)
    dpo = small_world.users[Role.DPO].id
    assert admin.post(f"/users/{dpo}/unit", data={"unit": "Lag\u0007ret"}).status_code == 422
    assert admin.post(f"/users/{dpo}/unit", data={"unit": " Lagret "}).status_code == 303
    small_world.client("u0").post("/rules/sign", data={"version": "1", "name": "Person 0"})
    made = course(small_world)
    with small_world.look() as session:
        counts = unit_counts(session, "Lagret", small_world.now)
        assert counts is not None
        assert (counts.people, counts.signed, counts.trained) == (FEWEST, 1, 0)
        assert units(session) == ["Lagret"]
    data = {"person": dpo, "taken_on": small_world.now.date().isoformat()}
    english(small_world, Role.MANAGER).post(f"{made.path}/records", data=data)
    with small_world.look() as session:
        found = unit_counts(session, "Lagret", small_world.now)
        assert found is not None
        assert found.trained == 1


def test_the_list_takes_as_many_queries_for_many_people_as_for_few(small_world: World) -> None:
    made, auditor = course(small_world), english(small_world, Role.AUDITOR)

    def queries() -> int:
        with recorded(small_world, ["training_", "user"]) as seen:
            assert auditor.get(made.path).status_code == 200
        return len(seen)

    queries()
    before = queries()
    settle(small_world, 20)
    assert queries() == before


def test_the_people_of_a_course_go_on_by_key(small_world: World) -> None:
    with small_world.change() as session:
        course = add_course(session, small_world.actor(Role.MANAGER), CourseForm(title="Grunder", valid_days=365),
                            small_world.now)  # fmt: skip
        for n in range(60):
            user = User(id=new_id(), name=f"Anställd {n % 30:02}", email=f"a{n}@nordhamn.example",
                        created_at=small_world.now, joined_at=small_world.now)  # fmt: skip
            session.add(user)
            session.flush()
            if n % 2:
                session.add(TrainingRecord(course_id=course.id, user_id=user.id, taken_on=TAKEN, entered_by="x",
                                           entered_at=small_world.now))  # fmt: skip
    pages = list(walked(small_world.client(Role.MANAGER), f"{course.path}?show=missing"))
    found = [re.findall(r"Anställd \d\d", page.partition("<table")[2].partition("</table")[0]) for page in pages]
    every = [name for one in found for name in one]
    assert [page.count("<tr") - 1 for page in pages[:-1]] == [PAGE] * (len(pages) - 1)
    assert len(pages) > 1
    assert every == sorted(every)
    assert len(every) == 30
    assert {one % 2 for one in (int(name[-2:]) for name in every)} == {0}
