"""Every question to the log walks an index from its newest entry, and finds the same as a look at all entries would."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.log_filter import Filter, read_filter
from app.log_query import PAGE, actions_in_use, neighbours, newest, oldest_first, page_of, walks
from core.access import SYSTEM, Role
from core.audit import record
from core.audit.models import AuditEntry
from core.moment import utc
from tests.fixtures.plans import plans
from tests.fixtures.world import World

LOG = ("audit_entry",)
ZONE = "Europe/Stockholm"
ACTIONS = ("incident:aware_set", "incident:taken", "log:exported", "control:late", "control:adopted", "odd:one")
QUESTIONS = [
    Filter(),
    Filter(period="week"),
    Filter(person="system"),
    Filter(action="incident:aware_set"),
    Filter(group="sensitive"),
    Filter(group="control"),
    Filter(about="n3"),
    Filter(about="n3", group="sensitive", period="quarter"),
    Filter(person="system", group="control", since=date(2026, 11, 1)),
    Filter(person="system", action="log:exported", until=date(2026, 11, 20)),
]


@pytest.fixture
def logged(world: World) -> World:
    """Two hundred entries over some weeks, not all in the order of their times."""
    actors = (SYSTEM, world.actor(Role.MANAGER))
    with world.change() as session:
        for number in range(200):
            at = world.now - timedelta(hours=3 * (200 - number) + (7 if number % 9 == 0 else 0))
            record(session, actors[number % 2], ACTIONS[number % 6], f"n{number % 5}", at)
    return world


def matches(asked: Filter, entry: AuditEntry, now: datetime) -> bool:
    """The filter in plain words of Python."""
    since, until = asked.within(now, ZONE)
    sensitive = entry.action in ("incident:aware_set", "log:exported")
    return all([
        not asked.person or entry.actor == asked.person,
        not asked.action or entry.action == asked.action,
        asked.group != "sensitive" or sensitive,
        asked.group in ("", "sensitive") or entry.action.startswith(f"{asked.group}:"),
        not asked.about or entry.object == asked.about,
        since is None or entry.at >= since,
        until is None or entry.at < until,
    ])  # fmt: skip


def paged(session: Session, world: World, asked: Filter) -> Iterator[int]:
    before: int | None = None
    while True:
        found, before = page_of(session, world.actor(Role.AUDITOR), asked, before, ZONE, world.now)
        yield from (entry.seq for entry in found)
        assert len(found) <= PAGE
        if before is None:
            return


@pytest.mark.parametrize("asked", QUESTIONS, ids=str)
def test_pages_and_downloads_hold_what_matches_each_once_and_in_the_order_of_time(logged: World, asked: Filter) -> None:
    auditor = logged.actor(Role.AUDITOR)
    with logged.look() as session:
        everything = newest(session, auditor, Filter(), None, ZONE, logged.now, 1000)
        wanted = [entry.seq for entry in everything if matches(asked, entry, logged.now)]
        assert len(everything) == 200
        assert wanted
        assert list(paged(session, logged, asked)) == wanted
        assert [entry.seq for entry in oldest_first(session, auditor, asked, ZONE, logged.now)] == wanted[::-1]


@pytest.mark.parametrize("reach", [3, 20_000])
@pytest.mark.parametrize("asked", [Filter(group="sensitive"), Filter(group="control", period="week")], ids=str)
def test_a_few_actions_of_somebody_busy_are_looked_for_part_by_part_to_the_end(
    logged: World, monkeypatch: pytest.MonkeyPatch, asked: Filter, reach: int
) -> None:
    monkeypatch.setattr("app.log_query.REACH", reach)
    auditor, asked = logged.actor(Role.AUDITOR), replace(asked, person=logged.users[Role.MANAGER].id)
    with logged.look() as session:
        everything = newest(session, auditor, Filter(), None, ZONE, logged.now, 1000)
        wanted = [entry.seq for entry in everything if matches(asked, entry, logged.now)]
        first, following = page_of(session, auditor, asked, None, ZONE, logged.now)
        assert list(paged(session, logged, asked)) == wanted
        assert (following is not None) == (reach == 3)
        assert len(first) <= reach
        plan = [step for each in plans(logged, lambda: page_of(session, auditor, asked, None, ZONE, logged.now), LOG)
                for step in each.steps.splitlines()]  # fmt: skip
    assert not [step for step in plan if re.search(r"SCAN audit_entry(?! USING)|Seq Scan on audit_entry", step)]


@pytest.mark.parametrize("asked", QUESTIONS, ids=str)
def test_no_question_scans_or_sorts_the_log(logged: World, asked: Filter) -> None:
    with logged.look() as session:
        for question in walks(session, logged.actor(Role.AUDITOR), asked, (logged.now, 150), ZONE, logged.now):
            walk = question.order_by(AuditEntry.at.desc(), AuditEntry.seq.desc()).limit(PAGE)
            sql = str(walk.compile(session.get_bind(), compile_kwargs={"literal_binds": True})).replace(":", "\\:")
            plan = plan_of(session, sql)
            assert [step for step in plan if "audit_entry" in step and "index" in step.casefold()]
            assert not [
                step for step in plan if re.search(r"SCAN audit_entry|Seq Scan on audit_entry|B-TREE|Sort", step)
            ]


def plan_of(session: Session, sql: str) -> list[str]:
    """How the database goes about it. A table as small as this one is scanned by PostgreSQL whatever its indexes are,
    so there it is told to scan and sort only when nothing else is possible."""
    if session.get_bind().dialect.name == "sqlite":
        return [str(row.detail) for row in session.execute(text(f"EXPLAIN QUERY PLAN {sql}"))]
    for way in ("seqscan", "sort", "bitmapscan"):
        session.execute(text(f"SET LOCAL enable_{way} = off"))
    return [str(row[0]) for row in session.execute(text(f"EXPLAIN {sql}"))]


def test_the_actions_in_use_are_found_also_when_nobody_has_words_for_them(logged: World) -> None:
    with logged.look() as session:
        assert sorted(actions_in_use(session)) == sorted(ACTIONS)


def test_the_neighbours_of_an_entry_are_about_the_same_object(logged: World) -> None:
    auditor = logged.actor(Role.AUDITOR)
    with logged.look() as session:
        found = newest(session, auditor, Filter(about="n3"), None, ZONE, logged.now, 3)
        assert neighbours(session, auditor, found[1]) == (found[2].seq, found[0].seq)
        assert neighbours(session, auditor, found[0])[1] is None


def test_periods_are_days_where_the_company_is() -> None:
    now = utc(2026, 11, 24, 23, 30)  # 00:30 on the 25th in Stockholm
    assert Filter(period="today").within(now, ZONE)[0] == utc(2026, 11, 24, 23)
    assert Filter(period="week").within(now, ZONE)[0] == utc(2026, 11, 18, 23)
    assert Filter(period="month").within(now, ZONE)[0] == utc(2026, 10, 26, 23)
    assert Filter(period="quarter").within(now, ZONE)[0] == utc(2026, 9, 30, 22)
    assert Filter(until=date(2026, 3, 29)).within(now, ZONE) == (None, utc(2026, 3, 29, 22))


def test_an_address_that_makes_no_sense_asks_for_nothing_more() -> None:
    assert not read_filter("", "no:such", "nothing", " ", "year", "2026-13-01", "x")
    exact = read_filter("", "incident:aware_set", "control", "", "week", "2026-11-01", "")
    assert (exact.action, exact.group, exact.period, exact.since) == ("incident:aware_set", "", "", date(2026, 11, 1))
