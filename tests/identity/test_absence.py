"""Away from work: the alarms go to somebody who is there and can act."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from core.access import Role
from core.audit.models import AuditEntry
from core.errors import Conflict, Invalid, NotFound
from identity.absence import Absences, end_absence, own_absences, possible_deputies, set_absence
from identity.models import Absence, User
from incidents.jobs import tick
from incidents.models import Exclusion
from tests.fixtures.world import START, World
from tests.incidents.cases import Case

ZONE = "Europe/Stockholm"
SUNDAY = date(2026, 11, 22)


def away(world: World, who: str, deputy: str, days: int = 7) -> str:
    with world.change() as session:
        last = SUNDAY + timedelta(days=days - 1)
        return set_absence(session, world.actor(who), SUNDAY, last, world.users[deputy].id, ZONE, world.now).id


def stands_in(world: World, who: str, *without: str) -> str:
    keys = {user.id: key for key, user in world.users.items()}
    with world.look() as session:
        absences = Absences(session, world.now)
        user = session.get_one(User, world.users[who].id)
        return keys[absences.stands_in(user, [world.users[key].id for key in without]).id]


def test_nobody_is_away(small_world: World) -> None:
    assert stands_in(small_world, Role.MANAGER) == Role.MANAGER


def test_a_deputy_gets_the_alarms_from_the_first_day_to_the_end_of_the_last(world: World) -> None:
    away(world, Role.MANAGER, Role.HEAD, days=2)
    assert stands_in(world, Role.MANAGER) == Role.HEAD
    world.now = START.replace(day=23, hour=22, minute=59)
    assert stands_in(world, Role.MANAGER) == Role.HEAD
    world.now = START.replace(day=23, hour=23, minute=0)
    assert stands_in(world, Role.MANAGER) == Role.MANAGER


def test_a_deputy_who_is_away_too_hands_on_at_most_three_times(small_world: World) -> None:
    world = small_world
    for number in range(4):
        world.user(Role.DEPUTY, f"Person {number}", f"p{number}")
    chain = [Role.MANAGER, "p0", "p1", "p2", "p3"]
    for one, following in pairwise(chain):
        away(world, one, following)
    assert stands_in(world, "p0") == "p3"
    assert stands_in(world, Role.MANAGER) == Role.MANAGER


def test_two_who_stand_in_for_each_other_keep_their_alarms(small_world: World) -> None:
    away(small_world, Role.MANAGER, Role.DEPUTY)
    away(small_world, Role.DEPUTY, Role.MANAGER)
    assert stands_in(small_world, Role.MANAGER) == Role.MANAGER


def test_an_involved_deputy_is_passed_over(small_world: World) -> None:
    away(small_world, Role.MANAGER, Role.HEAD)
    assert stands_in(small_world, Role.MANAGER, Role.HEAD) == Role.MANAGER
    away(small_world, Role.HEAD, Role.DEPUTY)
    assert stands_in(small_world, Role.MANAGER, Role.HEAD) == Role.DEPUTY


def test_a_deputy_who_lost_the_role_or_the_account_gets_nothing(world: World) -> None:
    away(world, Role.MANAGER, Role.HEAD)
    with world.change() as session:
        session.get_one(User, world.users[Role.HEAD].id).disabled_at = world.now
    assert stands_in(world, Role.MANAGER) == Role.MANAGER


def test_only_who_can_act_may_be_named(small_world: World) -> None:
    with small_world.look() as session:
        named = possible_deputies(session, small_world.actor(Role.MANAGER))
        assert {role for user in named for role in user.roles} == {Role.DEPUTY, Role.HEAD}
    for key in (Role.EMPLOYEE, Role.MANAGER, Role.AUDITOR):
        with pytest.raises(Invalid) as wrong, small_world.change() as session:
            set_absence(session, small_world.actor(Role.MANAGER), SUNDAY, SUNDAY, small_world.users[key].id, ZONE,
                        small_world.now)  # fmt: skip
        assert set(wrong.value.fields) == {"deputy"}


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [(SUNDAY, date(2026, 11, 21), "last_day"), (date(2026, 11, 1), date(2026, 11, 2), "last_day")],
)
def test_days_the_wrong_way_round_or_over(small_world: World, first: date, last: date, field: str) -> None:
    head = small_world.users[Role.HEAD].id
    with pytest.raises(Invalid) as wrong, small_world.change() as session:
        set_absence(session, small_world.actor(Role.MANAGER), first, last, head, ZONE, small_world.now)
    assert set(wrong.value.fields) == {field}


def test_two_absences_do_not_overlap(small_world: World) -> None:
    away(small_world, Role.MANAGER, Role.HEAD)
    with pytest.raises(Invalid):
        away(small_world, Role.MANAGER, Role.DEPUTY)


def test_back_early(small_world: World) -> None:
    known = away(small_world, Role.MANAGER, Role.HEAD)
    with pytest.raises(NotFound), small_world.change() as session:
        end_absence(session, small_world.actor(Role.HEAD), known, small_world.now)
    with small_world.change() as session:
        end_absence(session, small_world.actor(Role.MANAGER), known, small_world.later(hours=1))
    assert stands_in(small_world, Role.MANAGER) == Role.MANAGER
    with pytest.raises(Conflict), small_world.change() as session:
        end_absence(session, small_world.actor(Role.MANAGER), known, small_world.now)
    with small_world.look() as session:
        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)).all()
        assert [one for one in actions if "absence" in one] == ["identity:absence_set", "identity:absence_ended"]
        assert own_absences(session, small_world.actor(Role.MANAGER), small_world.now) == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=6), st.sets(st.integers(0, 4)))
def test_an_alarm_never_reaches_an_excluded_or_absent_deputy_and_always_somebody(
    small_world: World, pairs: list[tuple[int, int]], without: set[int]
) -> None:
    world = small_world
    keys = [Role.MANAGER, Role.DEPUTY, Role.HEAD, Role.DPO, Role.APPROVER]
    with world.change() as session:
        session.execute(delete(Absence))
        for number, (one, other) in enumerate(dict(pairs).items()):
            session.add(Absence(id=str(number), user_id=world.users[keys[one]].id, set_at=world.now,
                                deputy_id=world.users[keys[other]].id, from_at=world.now,
                                until_at=world.now + timedelta(days=1)))  # fmt: skip
    absent = {keys[one] for one in dict(pairs)}
    for key in keys:
        found = stands_in(world, key, *(keys[number] for number in without))
        if found != key:
            assert key in absent
            assert found not in absent
            assert found not in {keys[number] for number in without}


def test_the_alarms_of_an_absent_person_go_to_the_deputy(world: World) -> None:
    away(world, Role.DEPUTY, Role.HEAD)
    case = Case(world)
    assert case.told("new_report") == ["head", "manager"]
    tick(world.database, world.later(minutes=31))
    assert case.told("level_L1") == ["head"]


def test_a_deputy_who_is_involved_hears_nothing_of_the_case(world: World) -> None:
    away(world, Role.DEPUTY, Role.HEAD)
    case = Case(world)
    with world.change() as session:
        head = world.users[Role.HEAD].id
        session.add(Exclusion(incident_id=case.row(session).id, user_id=head, by_id="system", at=world.now))
    tick(world.database, world.later(minutes=31))
    assert case.told("level_L1") == ["deputy"]


def test_on_the_own_page(small_world: World) -> None:
    browser = small_world.client(Role.MANAGER)
    assert "Du har inte lagt in någon frånvaro" in browser.get("/profile").text
    form = {"first_day": "2026-11-23", "last_day": "2026-11-27", "deputy": small_world.users[Role.DEPUTY].id}
    wrong = browser.post("/profile/absences", data=form | {"last_day": "2026-11-20"})
    assert wrong.status_code == 422
    assert "Den sista dagen ligger före den första." in wrong.text
    assert 'value="2026-11-20"' in wrong.text
    assert browser.post("/profile/absences", data=form).headers["location"] == "/profile?done=away"
    page = browser.get("/profile?done=away").text
    assert "Din frånvaro är inlagd" in page
    assert "23 nov 2026 till 27 nov 2026" in page
    with small_world.look() as session:
        known = session.scalars(select(Absence.id)).one()
    assert browser.post(f"/profile/absences/{known}/end").headers["location"] == "/profile?done=back"
    assert "Du har inte lagt in någon frånvaro" in browser.get("/profile").text
    assert "När du är borta" not in small_world.client(Role.EMPLOYEE).get("/profile").text
