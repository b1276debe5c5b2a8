"""The list of checklists goes on by key, and its numbers stop at a bound."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import insert, update

from core import bounded
from core.access import Role
from core.db import new_id
from risk.tasks.listing import PAGE, Place, counts, listed
from risk.tasks.models import EventTask
from tests.fixtures.plans import plans
from tests.fixtures.tasks import start_task
from tests.fixtures.walking import walked
from tests.fixtures.world import World

OPEN, DONE = 40, 30


@pytest.fixture
def many(world: World) -> World:
    """40 to do, due on few days; 30 done, some of them at the same moment."""
    first = start_task(world)
    same = {"kind": first.kind, "person_sealed": "", "day": first.day, "started_by": first.started_by,
            "started_at": first.started_at}  # fmt: skip
    rows = [
        {"id": new_id(), "due_at": world.now + timedelta(days=n % 7 - 2), "done_at": None, **same}
        for n in range(OPEN - 1)
    ]
    rows += [
        {"id": new_id(), "due_at": world.now, "done_at": world.now - timedelta(hours=n // 4), **same}
        for n in range(DONE)
    ]
    with world.change() as session:
        session.execute(insert(EventTask), rows)
    return world


def ids(world: World, show: str) -> list[list[str]]:
    pages = walked(world.client(Role.MANAGER), f"/tasks?show={show}")
    return [re.findall(r'href="/tasks/(\w{32})"', page) for page in pages]


def test_every_checklist_is_met_once_in_the_order_of_the_list(many: World) -> None:
    pages = ids(many, "all")
    assert [len(page) for page in pages] == [25, 25, 20]
    with many.look() as session:
        tasks = [session.get_one(EventTask, one) for page in pages for one in page]
    todo, done = tasks[:OPEN], tasks[OPEN:]
    assert todo == sorted(todo, key=lambda one: (one.due_at, one.id))
    assert [one.done_at for one in done] == sorted((one.done_at for one in done if one.done_at), reverse=True)
    assert len({one.id for one in tasks}) == OPEN + DONE
    assert [len(page) for page in ids(many, "done")] == [25, 5]
    assert [one for page in ids(many, "open") for one in page] == [one.id for one in todo]
    late = [one.id for one in todo if one.due_at < many.now]
    assert [one for page in ids(many, "late") for one in page] == late


def test_a_place_that_was_altered_is_the_beginning() -> None:
    for text in ("", "open", "open.x.1", "closed.5.a", f"done.{'9' * 18}.a"):
        assert Place.read(text) is None


def test_numbers_stop_at_the_bound(many: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded.bounded, "__defaults__", (20,))
    monkeypatch.setattr(bounded.in_words, "__defaults__", (20,))
    with many.look() as session:
        numbers = counts(session, many.actor(Role.MANAGER), many.now)
    assert (numbers["open"], numbers["done"], numbers["all"]) == (21, 21, 21)
    page = many.client(Role.MANAGER).get("/tasks?lang=en").text
    assert '<span class="num">20+</span>' in page


def test_a_later_page_goes_by_the_index(many: World) -> None:
    manager = many.actor(Role.MANAGER)
    with many.look() as session:
        _, after = listed(session, manager, "done", None, many.now, "sv")
        found = plans(
            many, lambda: listed(session, manager, "done", Place.read(after), many.now, "sv"), ["event_task."]
        )
    assert found
    assert all("ix_event_task_done_at_due_at" in one.steps for one in found if "done_at IS NOT NULL" in one.statement)
    with many.change() as session:
        session.execute(update(EventTask).values(done_at=None))
    with many.look() as session:
        assert len(listed(session, manager, "open", None, many.now, "sv")[0]) == PAGE
