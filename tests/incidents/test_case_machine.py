"""Any order of verbs by anybody: the case keeps to its table, its clock never moves later unsigned."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from core.access import Role
from core.audit.verify import verify
from core.errors import DomainError
from incidents import service
from incidents.awareness import set_aware
from incidents.clock_rows import stop
from incidents.countersigning import waiting
from incidents.ending import close, dismiss, reopen
from incidents.escalation import Duty
from incidents.jobs import tick
from incidents.models import ClockLevel
from incidents.states import ENDED, MOVES, State
from tests.fixtures.databases import Databases
from tests.fixtures.world import World, build
from tests.incidents.cases import Case, learnt

PEOPLE = st.sampled_from([Role.MANAGER, Role.DEPUTY, Role.HEAD])


class CaseMachine(RuleBasedStateMachine):
    """One case, many hands; `fresh` makes the world it lives in."""

    fresh: Callable[[], World]

    @initialize()
    def report(self) -> None:
        self.world = type(self).fresh()
        self.case = Case(self.world)
        self.state = State.REPORTED
        self.due = self.case.due()
        self.signed = False

    def attempt(self, verb: Callable[..., Any], key: str, *words: Any) -> None:
        """A verb either works or refuses with a sentence; nothing else may happen."""
        with suppress(DomainError):
            self.case.do(verb, key, *words)

    @rule(key=PEOPLE)
    def take(self, key: str) -> None:
        self.attempt(service.take, key)

    @rule(key=PEOPLE)
    def hand_back(self, key: str) -> None:
        self.attempt(service.hand_back, key, "Jag hinner inte.")

    @rule(key=PEOPLE)
    def contain(self, key: str) -> None:
        self.attempt(service.contain, key, "Länken är stängd.", self.world.now)

    @rule(key=PEOPLE)
    def leak_again(self, key: str) -> None:
        self.attempt(service.going_on_again, key, "Den öppnades igen.")

    @rule(key=PEOPLE)
    def classify(self, key: str) -> None:
        with suppress(DomainError):
            self.case.classify(key)

    @rule(key=PEOPLE, hours=st.integers(0, 30))
    def propose_later(self, key: str, hours: int) -> None:
        aware_at = self.case.now().reported_at + timedelta(hours=hours)
        self.attempt(set_aware, key, min(aware_at, self.world.now), "Utredningen blev klar.")

    @rule(key=PEOPLE)
    def dismiss(self, key: str) -> None:
        self.attempt(dismiss, key, "Inga personuppgifter.")

    @rule(key=PEOPLE)
    def close(self, key: str) -> None:
        self.attempt(close, key, "")

    @rule(key=PEOPLE)
    def learn(self, key: str) -> None:
        self.attempt(learnt, key, "Dubbelkolla adressen.")

    @rule(key=PEOPLE)
    def reopen(self, key: str) -> None:
        self.attempt(reopen, key, "Nya uppgifter.", self.world.now)

    @rule(key=st.sampled_from([Role.HEAD, Role.MANAGER, Role.COMMISSIONER]), agree=st.booleans())
    @precondition(lambda self: self.waits())
    def answer(self, key: str, agree: bool) -> None:
        with suppress(DomainError):
            self.case.sign(key, agree=agree)
            self.signed = True

    @rule()
    @precondition(lambda self: self.state is State.UNDER_REVIEW)
    def the_commission_finds_no_risk(self) -> None:
        """The way through commission and decision has tests of its own."""
        with self.world.change() as session:
            incident = self.case.row(session)
            incident.state, incident.people_track = State.IN_REMEDY, "not_required"
            incident.authority_track = "not_required"
            stop(incident, Duty.NOTIFY_AUTHORITY, "not_required", self.world.now)
        self.state = State.IN_REMEDY

    @rule(hours=st.integers(1, 40))
    def time_passes(self, hours: int) -> None:
        tick(self.world.database, self.world.later(hours=hours))

    def waits(self) -> bool:
        with self.world.look() as session:
            return bool(waiting(session, self.case.row(session)))

    @invariant()
    def the_state_follows_the_table(self) -> None:
        if not hasattr(self, "case"):
            return
        state = State(self.case.now().state)
        assert state is self.state or state in MOVES[self.state], (self.state, state)
        self.state = state

    @invariant()
    def the_deadline_never_moves_later_without_a_signature(self) -> None:
        if not hasattr(self, "case"):
            return
        due = self.case.due()
        assert due <= self.due or self.signed
        self.due, self.signed = due, False

    @invariant()
    def an_ended_case_raises_no_alarm(self) -> None:
        if hasattr(self, "case") and self.state in ENDED:
            assert all(clock.next_at is None for clock in self.case.now().clocks)

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        with self.world.look() as session:
            assert verify(session).result == "ok"
            levels = select(func.count()).select_from(ClockLevel)
            assert session.scalar(levels) == self.case.log().count("clock:level_raised")
        self.world.database.dispose()


@pytest.fixture
def machine(databases: Databases, tmp_path: Path) -> type[CaseMachine]:
    numbers = iter(range(10**9))

    def fresh() -> World:
        return build(databases.fresh("sqlite"), tmp_path / str(next(numbers)))

    return type("Machine", (CaseMachine,), {"fresh": staticmethod(fresh)})


def walk(machine: type[CaseMachine], examples: int, steps: int) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_a_case_keeps_to_its_table_whatever_people_do(machine: type[CaseMachine]) -> None:
    walk(machine, examples=10, steps=30)


@pytest.mark.long
def test_a_case_keeps_to_its_table_for_ten_thousand_steps(machine: type[CaseMachine]) -> None:
    walk(machine, examples=100, steps=100)
