"""Any order of checks, cases, signatures and days: a risk stands at what a person set or one step above while a control
fails, the third like case opens one draft, and what is accepted comes back when its day has passed."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

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
from sqlalchemy import select

from core.access import Role
from core.audit.verify import verify
from identity.models import User
from risk.control_status import Result
from risk.jobs import remind
from risk.models import Control
from risk.register import accepting, service
from risk.register.form import RiskForm
from risk.register.jobs import look_after_risks
from risk.register.models import Risk, RiskChange
from risk.service import TickForm, adopt, tick_control
from tests.fixtures.databases import Databases
from tests.fixtures.world import World, build
from tests.incidents.likes import classed, reported
from tests.risk.register.risks import PASSWORD, change, hashed, make, now_of, sent, typed

CONTROLS = ("backup_copies", "restore_test")
CODES = st.sampled_from(CONTROLS)
CAUSE = "intentional.phishing"
WINDOW = timedelta(days=90)


class RiskMachine(RuleBasedStateMachine):
    """One risk that leans on two controls, and the like cases of another cause; `fresh` makes the world."""

    fresh: Callable[[], World]

    @initialize(likelihood=st.integers(1, 4))
    def begin(self, likelihood: int) -> None:
        self.world = type(self).fresh()
        with self.world.change() as session:
            adopt(session, self.world.now)
            session.get_one(User, self.world.users[Role.HEAD].id).password_hash = hashed()
        self.risk = make(self.world, likelihood=likelihood, impact=2, controls=list(CONTROLS), cause="unknown")
        self.set, self.until = likelihood, None
        self.failed: dict[str, bool] = dict.fromkeys(CONTROLS, False)
        self.expired = 0
        self.cases: list[tuple[object, int]] = []
        self.linked: set[int] = set()
        self.spent: set[int] = set()
        self.opened = 0

    until: date | None

    @rule(code=CODES, fails=st.booleans())
    def check(self, code: str, fails: bool) -> None:
        """A control is done, with one result or the other."""
        result = Result.FAIL if fails else Result.PASS
        with self.world.change() as session:
            control = session.get_one(Control, code)
            form = TickForm(result=result, done_on=self.world.now.date(), note="Gjort.")
            tick_control(session, self.world.actor(Role.MANAGER), control, form, [], self.world.now)
        self.failed[code] = fails

    @rule(likelihood=st.integers(1, 4))
    def judge(self, likelihood: int) -> None:
        """A person sets another likelihood, and ends an acceptance by that."""
        change(self.world, self.risk, likelihood=likelihood, controls=list(CONTROLS), why="Ny bedömning.")
        self.set, self.until = likelihood, None

    @precondition(lambda self: self.until is None)
    @rule(days=st.sampled_from([1, 30, 300]))
    def accept(self, days: int) -> None:
        until = self.world.now.date() + timedelta(days=days)
        change(self.world, self.risk, treatment="accept", accept_until=until, controls=list(CONTROLS))
        with self.world.change() as session:
            row = session.get_one(Risk, self.risk.id)
            accepting.accept(session, self.world.actor(Role.HEAD), row, PASSWORD, row.version, self.world.now)
        self.until = until

    @rule(days=st.sampled_from([1, 10, 45, 91]))
    def days_pass(self, days: int) -> None:
        """Time goes on and the worker with it."""
        self.world.later(days=days)
        remind(self.world.database, self.world.now)
        look_after_risks(self.world.database, self.world.now)
        if self.until is not None and self.world.now.date() > self.until:
            self.until, self.expired = None, self.expired + 1

    @rule()
    def like_case(self) -> None:
        number = len(self.cases)
        classed(self.world, reported(self.world, number), CAUSE)
        self.cases.append((self.world.now, number))
        if self.linked:
            self.linked.add(number)
            return
        within = {one for at, one in self.cases if at > self.world.now - WINDOW} - self.spent  # type: ignore[operator]
        if len(within) >= 3:
            self.linked, self.opened = within, self.opened + 1

    @precondition(lambda self: self.linked)
    @rule(take=st.booleans())
    def settle(self, take: bool) -> None:
        """The draft is taken over and closed later, or dropped at once; its cases open no other."""
        actor = self.world.actor(Role.DEPUTY)
        with self.world.change() as session:
            draft = session.scalars(select(Risk).where(Risk.sprung_from == CAUSE, Risk.state == "draft")).one()
            if take:
                form = RiskForm.model_validate(typed(self.world, version=str(draft.version)))
                service.take_over(session, actor, draft, form, service.Cause("intentional", CAUSE), self.world.now)
                service.close(session, actor, draft, "Åtgärdat.", self.world.now)
            else:
                service.drop(session, actor, draft, "Olika fel.", self.world.now)
        self.spent |= self.linked
        self.linked = set()

    @invariant()
    def it_stands_where_it_should(self) -> None:
        if not hasattr(self, "risk"):
            return
        found = now_of(self.world, self.risk)
        with self.world.look() as session:
            overdue = [session.get_one(Control, code).next_due_at < self.world.now for code in CONTROLS]
        fails = any(self.failed.values()) or any(overdue)
        assert found.likelihood == self.set
        assert found.current_likelihood == (min(4, self.set + 1) if fails else self.set)
        assert found.state == ("open" if self.until is None else "accepted")
        assert sent(self.world).count("risk_expired") == self.expired

    @invariant()
    def one_draft_at_a_time(self) -> None:
        if not hasattr(self, "risk"):
            return
        with self.world.look() as session:
            drafts = session.scalars(select(Risk).where(Risk.sprung_from == CAUSE)).all()
        assert len(drafts) == self.opened
        assert sum(one.state == "draft" for one in drafts) == bool(self.linked)

    def teardown(self) -> None:
        if not hasattr(self, "risk"):
            return
        with self.world.look() as session:
            assert verify(session).result == "ok"
            raised = session.scalars(select(RiskChange).where(RiskChange.kind == "raised")).all()
        assert all(one.control_code in CONTROLS and one.control_stands != "in_order" for one in raised)
        assert sent(self.world).count("risk_control") == len(raised)
        self.world.database.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
def machine(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path) -> type[RiskMachine]:
    numbers = iter(range(10**9))

    def fresh() -> World:
        return build(databases.fresh(request.param), tmp_path / str(next(numbers)))

    return type("Machine", (RiskMachine,), {"fresh": staticmethod(fresh)})


def walk(machine: type[RiskMachine], examples: int, steps: int) -> None:
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


def test_a_risk_learns_and_forgets_whatever_happens(machine: type[RiskMachine]) -> None:
    walk(machine, examples=3, steps=15)


@pytest.mark.long
def test_a_risk_learns_and_forgets_for_thousands_of_steps(machine: type[RiskMachine]) -> None:
    walk(machine, examples=40, steps=60)
