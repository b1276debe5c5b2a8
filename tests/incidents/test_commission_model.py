"""Any order of what people do to a commission: sealed until one's own answer, no vote counted twice, decided in order.

The model keeps its own account of seats, answers and marks, and reckons the outcome another way (reckoning.py).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
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
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from core.access import Operation, Role
from core.audit.models import AuditEntry
from core.audit.verify import verify, verify_end
from core.errors import DomainError, NotFound
from core.i18n import translate
from identity.models import User
from incidents import assessing, service
from incidents.assessing.convening import ConveneForm
from incidents.assessing.deciding import DecideForm
from incidents.assessing.quorum_alarm import alarm_members
from incidents.assessing.recalling import RecallForm
from incidents.assessing.reconvening import reconvene
from incidents.assessing.recusing import RecuseForm
from incidents.assessing.seats import commission_of
from incidents.assessing.voting import AbstainForm, AssessForm
from incidents.case_facts import legal_clock
from incidents.commission_models import STANDING, Assessment, Decision, Panel
from incidents.countersigning import refuse_to_sign, sign, waiting
from incidents.decision_view import decision_page
from incidents.ending import reopen
from incidents.excluding import propose_exclusion, propose_lifting
from incidents.models import Incident
from incidents.queries import find, find_to_change
from incidents.votes_view import FINDINGS
from tests.fixtures.databases import KINDS, Databases, Kind
from tests.fixtures.world import World, build
from tests.incidents.bench import HASH, PASSWORD, Bench, assessment, decision
from tests.incidents.reckoning import departs, reckoned

MEMBERS = ("commissioner", "per", "leila", "kim", "lo")
LEADERS = (Role.MANAGER, Role.DEPUTY, Role.HEAD)
PEOPLE = (*LEADERS, Role.DPO, Role.AUDITOR, *MEMBERS)
NOWHERE = "PUI-2026-0000"
PAGES = ("/commission", "/decision", "/commission/assess", "", "/log", "/involved", "/severity", "/minutes", "/similar")
NOISE = re.compile(r"[0-9a-f]{16}(?![0-9a-f])")
WHO = st.integers(0, 10)
ANSWERS = st.sampled_from(["none", "risk", "high"])


@dataclass
class Round:
    """A commission as the model keeps it: in the order of its seats, the first of them presiding."""

    ordinary: list[str]
    substitutes: list[str]
    quorum: int
    aside: set[str] = field(default_factory=set)
    answers: dict[str, str] = field(default_factory=dict)  # "abstain" is an answer, but no vote
    outcome: str = ""
    closed: bool = False

    def sitting(self) -> list[str]:
        able = [one for one in self.ordinary if one not in self.aside]
        spare = [one for one in self.substitutes if one not in self.aside]
        return able + spare[: len(self.ordinary) - len(able)]

    def votes(self) -> dict[str, str]:
        given = {one: self.answers[one] for one in self.sitting() if one in self.answers}
        return {one: vote for one, vote in given.items() if vote != "abstain"}

    def presiding(self) -> str | None:
        return next(iter(self.sitting()), None)

    def owes(self, key: str) -> bool:
        seated = [*self.ordinary, *self.substitutes]
        return not self.closed and key in seated and key not in self.aside and key not in self.answers


@dataclass
class Verdict:
    """A decision that nobody has refused. Refusing one that was made `instead_of` an early one leaves that standing."""

    by: str
    notify: bool
    inform: str
    early: bool
    waits: bool
    instead_of: "Verdict | None" = None


class CommissionMachine(RuleBasedStateMachine):
    """One case and its commissions; `fresh` makes the world it lives in, `done` leaves it."""

    fresh: Callable[[], World]
    done: Callable[[World], None]

    @initialize(
        majority=st.sampled_from(["simple", "absolute", "two_thirds"]), tie=st.sampled_from(["cautious", "chair"]),
        order=st.permutations(MEMBERS), members=st.integers(2, 3), quorum=st.sampled_from([None, 2]),
    )  # fmt: skip
    def report(self, majority: str, tie: str, order: list[str], members: int, quorum: int | None) -> None:
        self.world = type(self).fresh()
        self.bench = Bench(self.world)
        self.world.user(Role.COMMISSIONER, "Lo Ek", "lo")
        with self.world.change() as session:
            panel = session.get_one(Panel, STANDING)
            panel.majority, panel.tie, panel.short_people = majority, tie, 100
            incident = self.row(session)
            incident.people_min = incident.people_max = 11
            for user in session.scalars(select(User)):
                user.password_hash = HASH
        self.majority, self.tie = majority, tie
        self.rounds: list[Round] = []
        self.decision: Verdict | None = None
        self.marked: dict[str, bool] = {}  # who is excluded
        self.proposed: list[tuple[str, str, str]] = []  # exclusion or inclusion, about whom, by whom
        self.words: dict[str, tuple[str, int]] = {}  # what somebody wrote -> who, in which round
        self.clients: dict[str, TestClient] = {}
        self.answered = self.turn = 0
        self.look()
        self.convene(Role.MANAGER, order, members, quorum, short=False, secretary=False)

    # how a step is made

    def act(self, key: str, operation: Operation, verb: Callable[[Session, Any, Incident], object]) -> bool:
        """Through the door as a page does. Whatever is refused leaves no trace, whatever happens has its entry."""
        self.look()  # the auditor's own reading is an entry too
        before = self.entries
        try:
            with self.world.change() as session:
                actor = self.world.actor(key)
                verb(session, actor, find_to_change(session, actor, self.bench.reference, operation))
        except DomainError:
            self.look()
            assert self.entries == before
            return False
        self.look()
        assert self.entries > before
        return True

    def look(self) -> None:
        with self.world.look() as session:
            self.entries = session.scalar(select(func.count()).select_from(AuditEntry)) or 0
            self.state = self.row(session).state

    def row(self, session: Session) -> Incident:
        return session.scalars(select(Incident).where(Incident.reference == self.bench.reference)).one()

    @property
    def round(self) -> Round | None:
        return self.rounds[-1] if self.rounds else None

    @property
    def started(self) -> bool:
        """Invariants are looked at before the first step too."""
        return bool(getattr(self, "rounds", None))

    def word(self, key: str) -> str:
        """Something that only this answer says."""
        self.answered += 1
        return f"motiv-{key}-{self.answered}-ord"

    # the rules

    @rule(key=st.sampled_from(LEADERS))
    @precondition(lambda self: self.state == "reported")
    def take(self, key: str) -> None:
        self.act(key, Operation.TAKE_CASE, lambda s, a, i: service.take(s, a, i, self.world.now))

    @rule(key=st.sampled_from(LEADERS), order=st.permutations(MEMBERS), members=st.integers(2, 3),
          quorum=st.sampled_from([None, 2, 3]), short=st.booleans(), secretary=st.booleans())  # fmt: skip
    @precondition(lambda self: self.state in {"under_review", "decided"})
    def convene(
        self, key: str, order: list[str], members: int, quorum: int | None, short: bool, secretary: bool
    ) -> None:
        """A first round, one after new facts, or others in place of those who could not confirm an early decision."""
        again = self.state == "decided"
        ids = [self.world.users[one].id for one in order]
        form: dict[str, Any] = {
            "chair": ids[0], "member_1": ids[1], "member_2": ids[2] if members == 3 else "", "substitute_1": ids[3],
            "quorum": quorum, "procedure": "short" if short else "full", "secretary": ids[4] if secretary else "",
        }  # fmt: skip
        verb = reconvene if again else assessing.convene

        def call(session: Session, actor: Any, incident: Incident) -> None:
            made = ConveneForm.model_validate(form | {"version": incident.version})
            verb(session, actor, incident, made, self.world.now)

        if self.act(key, Operation.CONVENE, call):
            assert not {*order[:members], order[3]} & set(self.marked)
            assert not (secretary and order[4] in self.marked)
            assert not again or self.short_of_votes(self.rounds[-1])
            for one in self.rounds:
                one.closed = True
            self.decision = self.decision if again else None
            judging = 2 if short else members
            spare = [*order[judging:members], order[3]]
            self.rounds.append(Round(order[:judging], spare, 2 if short else quorum or members // 2 + 1))

    @rule(who=WHO, vote=ANSWERS, why=st.booleans())
    @precondition(lambda self: self.state != "under_review")
    def assess(self, who: int, vote: str, why: bool) -> None:
        """A first answer, or a second one that corrects it when it says why."""
        self.give(self.somebody(who), vote, why)

    @rule(votes=st.lists(ANSWERS, min_size=3, max_size=3))
    @precondition(lambda self: self.state in {"in_assessment", "decided"})
    def the_rest_answer(self, votes: list[str]) -> None:
        for key, vote in zip(self.rounds[-1].sitting(), votes, strict=False):
            if key not in self.rounds[-1].answers:
                self.give(key, vote, why=False)

    def somebody(self, who: int) -> str:
        """Mostly somebody who sits."""
        pool = [*self.rounds[-1].sitting(), *self.rounds[-1].sitting(), *MEMBERS]
        return pool[who % len(pool)]

    def give(self, key: str, vote: str, why: bool) -> None:
        word = self.word(key)
        form = AssessForm.model_validate(
            assessment(vote) | {"rationale": f"{word} {word}", "correction": "Jag såg fel." if why else ""}
        )
        self.answer(key, vote, word, why, lambda s, a, i, c: assessing.assess(s, a, i, c, form, self.world.now))

    @rule(who=WHO)
    @precondition(lambda self: self.state != "under_review")
    def abstain(self, who: int) -> None:
        key = self.somebody(who)
        word = self.word(key)
        form = AbstainForm(conflict="no", abstention=f"{word} {word}")
        self.answer(key, "abstain", word, False, lambda s, a, i, c: assessing.abstain(s, a, i, c, form, self.world.now))

    def answer(self, key: str, vote: str, word: str, why: bool, verb: Callable[..., object]) -> None:
        current = self.rounds[-1]
        expected = self.may_answer(key, why)

        def give(session: Session, actor: Any, incident: Incident) -> None:
            commission = commission_of(session, incident)
            verb(session, actor, incident, commission)

        assert self.act(key, Operation.READ_CASE, give) is expected
        if expected:
            current.answers[key] = vote
            self.words[word] = key, len(self.rounds)
            self.settle()

    def may_answer(self, key: str, why: bool) -> bool:
        current, again, state = self.rounds[-1], key in self.rounds[-1].answers, self.state
        if key in self.marked or key not in current.sitting() or (again and not why):
            return False
        if (self.decision and not self.decision.early) or state not in {"in_assessment", "decided"}:
            return False
        return not current.closed or (again and self.decision is None and state == "in_assessment")

    @rule(who=WHO)
    @precondition(lambda self: self.state != "under_review")
    def step_aside(self, who: int) -> None:
        current, key = self.rounds[-1], self.somebody(who)
        expected = key in current.sitting() and key not in self.marked and not current.closed

        def recuse(session: Session, actor: Any, incident: Incident) -> None:
            commission = commission_of(session, incident)
            assert commission
            assessing.recuse(session, actor, incident, commission, RecuseForm(reason="Min bror."), self.world.now)

        assert self.act(key, Operation.READ_CASE, recuse) is expected
        if expected:
            current.aside.add(key)
            self.settle()

    @rule(by=st.sampled_from((*LEADERS, Role.DPO)), about=st.sampled_from(PEOPLE), lift=st.booleans())
    def propose_a_mark(self, by: str, about: str, lift: bool) -> None:
        if about in LEADERS and set(LEADERS) & (set(self.marked) | {one for _, one, _ in self.proposed}) - {about}:
            return  # some leader has to be left to go on
        kind = "inclusion" if lift else "exclusion"
        verb = propose_lifting if lift else propose_exclusion
        expected = by not in self.marked and by != about and (about in self.marked) is lift
        expected = expected and (kind, about) not in {(one, who) for one, who, _ in self.proposed}
        reason, user_id = "Skickade mejlet.", self.world.users[about].id
        made = self.act(by, Operation.EXCLUDE_PERSON, lambda s, a, i: verb(s, a, i, user_id, reason, self.world.now))
        assert made is expected
        if made:
            self.proposed.append((kind, about, by))

    @rule(
        by=st.sampled_from((*LEADERS, *LEADERS, *PEOPLE)),
        agree=st.sampled_from([True, True, False]),
        which=st.integers(0, 3),
    )
    @precondition(lambda self: bool(self.proposed))
    def sign_a_mark(self, by: str, agree: bool, which: int) -> None:
        kind, about, proposer = self.proposed[which % len(self.proposed)]
        done = self.act(by, Operation.COUNTERSIGN, lambda s, a, i: self.put(s, a, i, agree, kind, about))
        second = by not in {proposer, about, *self.marked}
        assert not done or (second and by in {*LEADERS, *MEMBERS})
        assert done or not (second and by in LEADERS)
        if done:
            self.proposed.remove((kind, about, proposer))
            if agree:
                self.include(about) if kind == "inclusion" else self.exclude(about)

    def put(self, session: Session, actor: Any, incident: Incident, agree: bool, kind: str, about: str = "") -> None:
        about_id = self.world.users[about].id if about else None
        found = [one for one in waiting(session, incident) if one.about_id == about_id and one.kind.startswith(kind)]
        if not found:
            raise NotFound()
        if agree:
            sign(session, actor, found[0], PASSWORD, self.world.now)
        else:
            refuse_to_sign(session, actor, found[0], "Det räcker inte.", PASSWORD, self.world.now)

    def include(self, about: str) -> None:
        del self.marked[about]

    def exclude(self, about: str) -> None:
        self.marked[about] = True
        self.proposed = [one for one in self.proposed if one[2] != about]
        if self.decision and self.decision.waits and self.decision.by == about:
            self.decision = self.decision.instead_of
        for one in self.rounds:
            if about in [*one.ordinary, *one.substitutes]:
                one.aside.add(about)
        current = self.round
        counts = current and (not current.closed or (self.state == "in_assessment" and self.decision is None))
        if current and counts and about in [*current.ordinary, *current.substitutes]:
            current.closed = False
            self.settle()

    @rule(key=st.sampled_from(LEADERS), notify=st.booleans(), inform=st.sampled_from(["inform", "not", "later"]),
          reasons=st.sampled_from([True, True, False]))  # fmt: skip
    @precondition(lambda self: self.state != "under_review")
    def decide(self, key: str, notify: bool, inform: str, reasons: bool) -> None:
        current, state = self.rounds[-1], self.state
        early = not current.outcome
        against = not early and departs(current.outcome, notify, inform)
        text = "Skäl som räcker." if reasons else ""
        form = decision(notify_authority="yes" if notify else "no", inform_people=inform, early_reason=text,
                        departure_reason=text, separation_reason="Vi är få.")  # fmt: skip

        def sign_it(session: Session, actor: Any, incident: Incident) -> None:
            made = DecideForm.model_validate(form | {"version": incident.version})
            assessing.decide(session, actor, incident, made, self.world.now)

        open_to = state == "in_assessment" and self.decision is None
        again = bool(self.decision and self.contradicted(self.decision, current))
        may = key not in self.marked and (open_to or again) and (reasons or not (early or against))
        may = may and (not early or self.may_be_early())
        if against and not self.chairs_beside(key):
            return  # a departure nobody can sign is refused for that
        made = self.act(key, Operation.DECIDE, sign_it)
        assert made is may
        if made:
            assert early or len(current.votes()) >= current.quorum
            self.decision = Verdict(key, notify, inform, early, waits=against, instead_of=self.decision)
            current.closed = current.closed or not (early or against)

    def chairs_beside(self, key: str) -> bool:
        current = self.rounds[-1]
        return current.presiding() is not None and current.presiding() not in self.marked and key not in MEMBERS

    def contradicted(self, made: Verdict, current: Round) -> bool:
        return made.early and bool(current.outcome) and departs(current.outcome, made.notify, made.inform)

    def may_be_early(self) -> bool:
        with self.world.look() as session:
            incident = self.row(session)
            clock, commission = legal_clock(incident), commission_of(session, incident)
            hours = (clock.ends_at - self.world.now).total_seconds() / 3600 if clock else 99
            return hours < 24 or bool(commission and commission.proposed_at)

    @rule(key=st.sampled_from((*LEADERS, *MEMBERS)), agree=st.booleans())
    @precondition(lambda self: self.decision is not None and self.decision.waits)
    def answer_a_departure(self, key: str, agree: bool) -> None:
        made = self.decision
        assert made
        done = self.act(key, Operation.COUNTERSIGN, lambda s, a, i: self.put(s, a, i, agree, "departure"))
        assert done is (key == self.rounds[-1].presiding() and key not in self.marked)
        if done and agree:
            made.waits = False
            self.rounds[-1].closed = True
        elif done:
            self.decision = made.instead_of

    @rule(key=st.sampled_from(LEADERS))
    @precondition(lambda self: bool(self.rounds[-1].answers))
    def recall(self, key: str) -> None:
        expected = self.state == "in_assessment" and key not in self.marked

        def back(session: Session, actor: Any, incident: Incident) -> None:
            form = RecallForm(version=incident.version, recall_reason="Nya uppgifter.")
            assessing.recall(session, actor, incident, form, self.world.now)

        assert self.act(key, Operation.CONVENE, back) is expected
        if expected:
            self.rounds[-1].closed, self.decision = True, None

    @rule(key=st.sampled_from(LEADERS))
    @precondition(lambda self: self.state == "in_remedy")
    def new_facts_after_the_end(self, key: str) -> None:
        """The way to a closed case has tests of its own; here it is closed, and opened again for another round."""
        with self.world.change() as session:
            self.row(session).state = "closed"
        self.act(
            key, Operation.REOPEN_CASE, lambda s, a, i: reopen(s, a, i, "Ny uppgift.", self.world.now, self.world.now)
        )
        self.look()

    @rule(hours=st.sampled_from([1, 6, 13, 30, 50]))
    def time_passes(self, hours: int) -> None:
        self.world.later(hours=hours)
        self.clients.clear()
        with self.world.change() as session:
            assessing.remind(session, self.world.now)
        alarm_members(self.world.database, self.world.now)
        self.look()

    # how the model counts

    def settle(self) -> None:
        current, before = self.rounds[-1], self.rounds[-1].outcome
        votes, sitting = current.votes(), current.sitting()
        enough = len(votes) >= current.quorum
        current.outcome = reckoned(votes, len(sitting), self.majority, self.tie, current.presiding()) if enough else ""
        everybody = all(one in current.answers for one in sitting)
        answered_early = bool(self.decision and self.decision.early) and current.outcome != before
        if current.outcome and (everybody or answered_early):
            current.closed = True

    def short_of_votes(self, one: Round) -> bool:
        return sum(one.answers.get(key) != "abstain" for key in one.sitting()) < one.quorum

    # what must hold after each step

    @invariant()
    def the_books_agree(self) -> None:
        if not self.started:
            return
        current = self.rounds[-1]
        with self.world.look() as session:
            commission = commission_of(session, self.row(session))
            assert commission
            assert (commission.outcome, commission.state == "closed") == (current.outcome, current.closed)
            keys = {user.id: key for key, user in self.world.users.items()}
            rows = session.scalars(select(Assessment).where(Assessment.commission_id == commission.id)).all()
            standing = [row for row in rows if row.superseded_at is None]
            assert {keys[row.user_id]: row.vote for row in standing} == current.answers
            assert len(standing) == len(current.answers)
            made = select(Decision).where(Decision.commission_id == commission.id, Decision.refused_at.is_(None))
            assert bool(session.scalars(made).first()) is (self.decision is not None)
            assert verify_end(session, 6).result == "ok"

    @invariant()
    def nothing_shows_before_the_own_answer(self) -> None:
        """Every step another person looks at what the pages are made of, and now and then at a page itself."""
        if not self.started:
            return
        self.turn += 1
        key = PEOPLE[self.turn % len(PEOPLE)]
        if key in self.marked:
            self.sees_nothing(key)
            return
        if self.turn % 5 == 0:
            self.check(key, self.client(key).get(self.bench.path + PAGES[self.turn // 5 % len(PAGES)]).text)
            return
        with self.world.look() as session:
            incident, actor = self.row(session), self.world.actor(key)
            self.check(key, repr(decision_page(session, actor, incident, self.world.now, "sv")))

    def check(self, key: str, text: str) -> None:
        current = self.rounds[-1]
        owes = current.owes(key) and not (self.decision and not self.decision.early)
        for word, (author, number) in self.words.items():
            if word in text and author != key:
                assert not owes, (key, word)
                assert number < len(self.rounds) or current.outcome or current.closed, (key, word)
        if owes:
            assert not [one for one in FINDINGS.values() if translate("sv", one) in text]

    def client(self, key: str) -> TestClient:
        if key not in self.clients:
            self.clients[key] = self.world.client(key)
        return self.clients[key]

    def sees_nothing(self, key: str) -> None:
        """Not a byte: the same answer as for a case that never was."""
        with self.world.look() as session, pytest.raises(NotFound):
            find(session, self.world.actor(key), self.bench.reference)
        client, where = self.client(key), PAGES[self.turn % len(PAGES)]
        for here, nowhere in ((self.bench.path + where, f"/incidents/{NOWHERE}{where}"),
                              (f"/incidents?q={self.bench.reference}", f"/incidents?q={NOWHERE}")):  # fmt: skip
            answers = [client.get(here), client.get(nowhere)]
            texts = [NOISE.sub("", one.text.replace(self.bench.reference, NOWHERE)) for one in answers]
            assert answers[0].status_code == answers[1].status_code
            assert texts[0] == texts[1]

    def teardown(self) -> None:
        if hasattr(self, "world"):
            with self.world.look() as session:
                assert verify(session).result == "ok"
            type(self).done(self.world)


@pytest.fixture(params=KINDS)
def machine(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path) -> type[CommissionMachine]:
    kind: Kind = request.param
    numbers = iter(range(10**9))

    def fresh() -> World:
        return build(databases.fresh(kind), tmp_path / str(next(numbers)))

    def done(world: World) -> None:
        world.leave()
        databases.remove(world.settings.database_url)

    return type("Machine", (CommissionMachine,), {"fresh": staticmethod(fresh), "done": staticmethod(done)})


def walk(machine: type[CommissionMachine], examples: int, steps: int) -> None:
    """A failure is shown as it was found: each step is dear, and to look for a shorter way takes minutes."""
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, phases=[Phase.generate], derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip


def test_a_commission_keeps_its_seal_and_its_count(machine: type[CommissionMachine]) -> None:
    walk(machine, examples=10, steps=15)


@pytest.mark.long
def test_a_commission_keeps_its_seal_and_its_count_for_ten_thousand_steps(machine: type[CommissionMachine]) -> None:
    walk(machine, examples=100, steps=100)
