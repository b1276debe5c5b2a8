"""Every list, filter, search and number of the queue, for every kind of reader and deep down: no plan reads or sorts
all cases. The statements are those that really run, over a company whose words are common, rare, or only in old ones.
"""

import re
from functools import partial

import pytest

from app.log_filter import Filter as LogFilter
from app.log_query import page_of
from bench.archive import OLD, RARE, SOME, archive, case_id, reference, reported_at
from bench.ground import THREE_DAYS
from bench.long_log import long_log
from core.access import Role
from incidents import queue
from incidents.queue import Cursor, last_ended, listed
from incidents.queue_counts import counts
from incidents.queue_filters import Filter
from tests.fixtures.plans import Plan, kind_of, plans
from tests.fixtures.world import World

CASES, ENTRIES = 6_000, 6_000
BIG = ("incident", "incident_clock", "audit_entry")
TABLES = "|".join(BIG)
SCAN = {
    "sqlite": re.compile(rf"SCAN ({TABLES}|incident_search)(_\d)?\b(?! USING (COVERING )?INDEX)"),
    "postgresql": re.compile(rf"Seq Scan on ({TABLES})\b"),  # of its words it reads as many as it needs, in any order
}
SORT = {"sqlite": re.compile("TEMP B-TREE FOR ORDER BY"), "postgresql": re.compile(r"(?<!Incremental )\bSort  \(")}
BY_ID = re.compile(r"[._](id|seq) IN \(|DISTINCT")  # what few ids or one month name may be sorted, and what was cut off
ROLES = (Role.MANAGER, Role.DEPUTY, Role.HEAD, Role.DPO, Role.AUDITOR, Role.COMMISSIONER)
WHO_SEARCH = (Role.DEPUTY, Role.COMMISSIONER)  # one is excluded from some cases, one is called to some
ASKED = (RARE, SOME, "lista", OLD, "imy")


@pytest.fixture
def old_company(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Ten years of cases and entries; what is few is fewer here, so that every way of looking is taken."""
    archive(world.database, CASES, world.now)
    long_log(world.database, ENTRIES, CASES, world.now)
    for name, value in (("FEW", 60), ("NEAR", 100), ("FAR", 200)):
        monkeypatch.setattr(queue, name, value)
    return world


def test_no_page_search_or_number_of_queue_and_log_reads_or_sorts_all_rows(old_company: World) -> None:
    found: list[tuple[str, Plan]] = [(str(role), plan) for role in ROLES for plan in _queue_pages(old_company, role)]
    found += [("log", plan) for plan in _log_pages(old_company)]
    bad = [f"{who}: {plan}" for who, plan in found if _is_bad(plan, kind_of(old_company))]
    assert len(found) > 200
    assert not bad, f"{len(bad)} of {len(found)}, the first: {bad[0]}"


def _queue_pages(world: World, role: Role) -> list[Plan]:
    actor, asked = world.actor(role), ("", *(ASKED if role in WHO_SEARCH else ()))
    with world.look() as session:

        def every_page() -> None:
            for chosen in Filter:
                deep = _deep(chosen, world)
                for words, cursor in [*((one, None) for one in asked), ("", deep), ("lista", deep)]:
                    listed(session, actor, chosen, words, cursor, world.now)
            counts(session, actor, world.now)
            last_ended(session, actor)

        return plans(world, every_page, BIG)


def _log_pages(world: World) -> list[Plan]:
    questions = (LogFilter(), LogFilter(person=world.users[Role.MANAGER].id), LogFilter(action="note:written"),
                 LogFilter(group="sensitive"), LogFilter(group="incident"), LogFilter(about=reference(7)))  # fmt: skip
    with world.look() as session:
        deputy, zone = world.actor(Role.DEPUTY), "Europe/Stockholm"
        asked = [partial(page_of, session, deputy, one, before, zone, world.now) for one in questions
                 for before in (None, ENTRIES // 2)]  # fmt: skip
        return plans(world, lambda: [page() for page in asked], BIG)


def _deep(chosen: Filter, world: World) -> Cursor:
    """After nine tenths of the list."""
    number = CASES // 10 if chosen in (Filter.ENDED, Filter.HISTORY) else CASES // 10 * 9
    when = reported_at(CASES - number, CASES, world.now)
    if chosen in (Filter.ENDED, Filter.HISTORY):
        return Cursor(False, when, case_id(CASES - number))
    return Cursor(True, reported_at(CASES - number, CASES, world.now) + THREE_DAYS, case_id(CASES - number))


def _is_bad(plan: Plan, kind: str) -> bool:
    return bool(SCAN[kind].search(plan.steps) or (SORT[kind].search(plan.steps) and not BY_ID.search(plan.statement)))
