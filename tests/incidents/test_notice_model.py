"""Any order of what people do to a notice: it is never filed by one person alone, and never with other answers than the
released ones. A book is kept beside it, which says of every step whether it goes through.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
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

from core.access import Operation, Role
from core.audit.models import AuditEntry
from core.audit.verify import verify
from core.errors import DomainError
from core.files import StoredFile, file_content
from incidents import notifying
from incidents.models import Incident
from incidents.notifying import Sent
from incidents.queries import find_to_change
from notifications.edpb.answers import Answer, Answers, Knowledge, known
from notifications.edpb.exchange import from_json
from notifications.filings import answers_of, digest, filings, notices
from notifications.notice_models import Filing, Notice
from tests.fixtures.databases import KINDS, Databases, Kind
from tests.fixtures.world import World, build
from tests.incidents.cases import Case
from tests.incidents.test_notifying import COMPLETE, READY

TOLD = {"filed", "supplement_expected", "complete"}
PEOPLE = (Role.MANAGER, Role.DEPUTY, Role.HEAD, Role.WRITER, Role.APPROVER, Role.DPO)
WHO = st.sampled_from(PEOPLE)
FIRST = READY | {49: known("E-tjänsten låg nere.")}
PARTS: Mapping[str, Answers] = {
    "ready": FIRST,
    "whole": FIRST | COMPLETE,
    "open": {94: Answer(state=Knowledge.NOT_KNOWN_YET)},
}
OPERATIONS = {
    "begin": Operation.WRITE_NOTICE,
    "begin once withdrawn": Operation.WRITE_NOTICE,
    "edit": Operation.WRITE_NOTICE,
    "submit": Operation.WRITE_NOTICE,
    "release": Operation.APPROVE_NOTICE,
    "give_back": Operation.APPROVE_NOTICE,
    "file": Operation.FILE_NOTICE,
    "withdraw": Operation.FILE_NOTICE,
}
SEEN = {(name, went) for name in OPERATIONS for went in (True, False)} - {("begin once withdrawn", True)}
Verb = Callable[[Session, Any, Incident], None]


@dataclass
class Sheet:
    """One phase as the book has it. `ready`: it has what a first notice needs; `whole`: nothing is left open."""

    editors: set[str]
    ready: bool = False
    whole: bool = False
    state: str = "draft"
    said: str = ""
    approver: str = ""
    released: str = ""
    released_at: Any = None


class NoticeMachine(RuleBasedStateMachine):
    """One case and its notice; `fresh` makes the world it lives in, `done` leaves it."""

    fresh: Callable[[], World]
    done: Callable[[World], None]
    outcomes: Counter[tuple[str, bool]]

    @initialize()
    def report(self) -> None:
        self.world = type(self).fresh()
        self.case = Case(self.world).take().classify()
        self.due = self.case.due()
        self.sheets: list[Sheet] = []
        self.sealed: dict[int, tuple[str, dict[int, Answer]]] = {}  # phase -> digest and answers at its release
        self.track = "none_yet"
        self.written = 0
        self.versions: list[int] = []
        self.entries = self.count()

    # how a step is made

    def act(self, name: str, key: str, verb: Verb, *, goes: bool) -> bool:
        """One verb by one person. The book knows whether it goes; what is refused leaves no entry in the log."""
        operation = OPERATIONS[name]
        may = self.world.actor(key).may(operation)
        assert self.attempt(key, operation, verb) is (may and goes), (name, key, self.sheets)
        self.outcomes.update([(name, goes)] if may else [])
        before, self.entries = self.entries, self.count()
        assert (may and goes) or self.entries == before
        return may and goes

    def attempt(self, key: str, operation: Operation, verb: Verb) -> bool:
        """Through the door, as a page does."""
        try:
            with self.world.change() as session:
                actor = self.world.actor(key)
                verb(session, actor, find_to_change(session, actor, self.case.reference, operation))
        except DomainError:
            return False
        return True

    def count(self) -> int:
        with self.world.look() as session:
            return session.scalar(select(func.count()).select_from(AuditEntry)) or 0

    def notice(self, session: Session, incident: Incident) -> Notice:
        return notices(session, incident.id)[-1]

    @property
    def sheet(self) -> Sheet | None:
        return self.sheets[-1] if self.sheets else None

    @property
    def open(self) -> bool:
        return self.sheet is not None and self.sheet.state != "filed"

    # the rules

    @rule(key=WHO)
    def begin(self, key: str) -> None:
        """The first phase, or a supplement to what was sent; never beside an unfinished one, never once withdrawn."""
        goes = not self.open and self.track != "withdrawn"

        def call(session: Session, actor: Any, incident: Incident) -> None:
            notifying.draft(session, actor, incident, "imy", self.world.now)

        name = "begin once withdrawn" if self.track == "withdrawn" else "begin"
        if self.act(name, key, call, goes=goes):
            before = self.sheet
            self.sheets.append(
                replace(before, editors={key}, state="draft", approver="", released="") if before else Sheet({key})
            )
            self.track = self.track if before else "draft"
            self.versions = [1]

    @rule(key=WHO, part=st.sampled_from(["ready", "whole", "open", "words", "same"]))
    @precondition(lambda self: self.sheets)
    def edit(self, key: str, part: str) -> None:
        """Whoever writes is an editor from then on, and takes every release away; the same again changes nothing."""
        sheet = self.sheets[-1]
        self.written += part == "words"
        words = f"Det gick till {self.written} företag." if part == "words" or not sheet.said else sheet.said
        answers = {**PARTS.get(part, {}), 62: known(words)}
        changes = self.changes(answers)

        def call(session: Session, actor: Any, incident: Incident) -> None:
            notifying.save(session, actor, incident, self.notice(session, incident), answers, self.world.now)

        if self.act("edit", key, call, goes=sheet.state != "filed") and changes:
            sheet.editors.add(key)
            sheet.said = words
            sheet.ready = sheet.ready or part in {"ready", "whole"}
            sheet.whole = part == "whole" or (sheet.whole and part != "open")
            self.void(sheet)

    def changes(self, answers: Answers) -> bool:
        with self.world.look() as session:
            before = answers_of(session, self.notice(session, self.case.row(session)))
        said = {number: (answer.values, answer.state) for number, answer in before.items()}
        return any(said.get(number) != (answer.values, answer.state) for number, answer in answers.items())

    @rule(key=WHO)
    @precondition(lambda self: self.sheets)
    def submit(self, key: str) -> None:
        sheet = self.sheets[-1]

        def call(session: Session, actor: Any, incident: Incident) -> None:
            notifying.ask_release(session, actor, incident, self.notice(session, incident), self.world.now)

        if self.act("submit", key, call, goes=sheet.state == "draft" and sheet.ready):
            self.put(sheet, "in_review")

    @rule(key=WHO, stale=st.booleans())
    @precondition(lambda self: self.sheets)
    def release(self, key: str, stale: bool) -> None:
        """By somebody who has not written in it, and of the version that is there."""
        sheet, now = self.sheets[-1], self.version()
        read = self.versions[0] if stale else now
        goes = sheet.state == "in_review" and key not in sheet.editors and read == now

        def call(session: Session, actor: Any, incident: Incident) -> None:
            notifying.release(session, actor, incident, self.notice(session, incident), read, self.world.now)

        if self.act("release", key, call, goes=goes):
            self.put(sheet, "approved")
            sheet.approver, sheet.released, sheet.released_at = key, sheet.said, self.world.now
            with self.world.look() as session:
                notice = self.notice(session, self.case.row(session))
                self.sealed[len(self.sheets)] = digest(session, notice), answers_of(session, notice)

    @rule(key=WHO, why=st.sampled_from(["Datumet är fel.", " "]))
    @precondition(lambda self: self.sheets)
    def give_back(self, key: str, why: str) -> None:
        sheet = self.sheets[-1]

        def call(session: Session, actor: Any, incident: Incident) -> None:
            notifying.give_back(session, actor, incident, self.notice(session, incident), why, self.world.now)

        goes = sheet.state == "in_review" and bool(why.strip())
        if self.act("give_back", key, call, goes=goes):
            self.void(sheet)

    @rule(key=WHO, minutes=st.sampled_from([0, 0, 0, 5, -90]), reasons=st.sampled_from(["", "E-tjänsten låg nere."]))
    @precondition(lambda self: self.sheets)
    def file(self, key: str, minutes: int, reasons: str) -> None:
        """So many minutes from now: neither in the future nor before its release, and not late without a reason."""
        sheet, filed_at = self.sheets[-1], self.world.now + timedelta(minutes=minutes)
        late = len(self.sheets) == 1 and filed_at > self.due
        goes = sheet.state == "approved" and self.track != "withdrawn" and filed_at <= self.world.now
        goes = goes and filed_at >= sheet.released_at and (bool(reasons) or not late)

        def call(session: Session, actor: Any, incident: Incident) -> None:
            sent = Sent(filed_at, "portal", "IMY-2026-1", reasons)
            notifying.file_notice(session, actor, incident, self.notice(session, incident), sent, self.world.now)

        if self.act("file", key, call, goes=goes):
            sheet.state = "filed"
            self.track = "complete" if sheet.whole else "supplement_expected"

    @rule(key=WHO, reason=st.sampled_from(["Det var ingen incident.", ""]))
    def withdraw(self, key: str, reason: str) -> None:
        def call(session: Session, actor: Any, incident: Incident) -> None:
            notifying.withdraw(session, actor, incident, reason, self.world.now)

        if self.act("withdraw", key, call, goes=self.track in TOLD and bool(reason)):
            self.track = "withdrawn"

    @rule(hours=st.sampled_from([0.5, 2, 30]))
    def time_passes(self, hours: float) -> None:
        self.world.later(hours=hours)

    @rule(order=st.permutations([Role.MANAGER, Role.HEAD, Role.DEPUTY]), far=st.sampled_from([1, 1, 2, 3, 3, 4]))
    @precondition(lambda self: not self.open and self.track != "withdrawn")
    def the_usual_way(self, order: list[str], far: int) -> None:
        """Up to the review, the release, the filing or the end, so that there is often something to go on with."""
        writer, releaser, filer = order
        self.begin(writer)
        self.edit(writer, "ready")
        self.submit(writer)
        if far > 1:
            self.release(releaser, stale=False)
        if far > 2:
            self.file(filer, 0, "E-tjänsten låg nere.")
        if far > 3:
            self.withdraw(filer, "Det var ingen incident.")
        assert self.sheets[-1].state == ("in_review", "approved", "filed", "filed")[far - 1]

    def void(self, sheet: Sheet) -> None:
        sheet.approver = sheet.released = ""
        self.put(sheet, "draft")

    def put(self, sheet: Sheet, state: str) -> None:
        sheet.state = state
        self.track = state if len(self.sheets) == 1 else self.track
        self.versions.append(self.version())

    def version(self) -> int:
        with self.world.look() as session:
            return self.notice(session, self.case.row(session)).version

    # what must hold at any moment

    @invariant()
    def the_rows_are_as_the_book_says(self) -> None:
        if not getattr(self, "sheets", None):
            return
        with self.world.look() as session:
            incident = self.case.row(session)
            assert incident.authority_track == self.track
            found = notices(session, incident.id)
            assert [notice.state for notice in found] == [sheet.state for sheet in self.sheets]
            for notice, sheet in zip(found, self.sheets, strict=True):
                assert set(notice.editors) == {self.world.users[key].id for key in sheet.editors}
                assert notice.approved_by == (self.world.users[sheet.approver].id if sheet.approver else None)

    @invariant()
    def what_is_filed_was_released_by_somebody_else_and_never_changed(self) -> None:
        if not getattr(self, "sheets", None):
            return
        with self.world.look() as session:
            incident = self.case.row(session)
            sent = filings(session, incident.id)
            by_phase = {notice.phase: notice for notice in notices(session, incident.id)}
            assert len(sent) == sum(sheet.state == "filed" for sheet in self.sheets)
            for filing in sent:
                self.check(session, filing, by_phase[filing.phase])

    def check(self, session: Session, filing: Filing, notice: Notice) -> None:
        sheet, (released, answers) = self.sheets[filing.phase - 1], self.sealed[filing.phase]
        assert notice.approved_by
        assert notice.approved_by not in notice.editors
        assert filing.content_digest == notice.approved_digest == released == digest(session, notice)
        assert answers_of(session, notice) == answers
        assert answers[62].text == sheet.released
        kept = file_content(session, session.get_one(StoredFile, filing.json_file_id))
        assert from_json(kept.decode()) == answers

    def teardown(self) -> None:
        if hasattr(self, "world"):
            with self.world.look() as session:
                assert verify(session).result == "ok"
            type(self).done(self.world)


@pytest.fixture(params=KINDS)
def machine(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path) -> type[NoticeMachine]:
    kind: Kind = request.param
    numbers = iter(range(10**9))

    def fresh() -> World:
        return build(databases.fresh(kind), tmp_path / str(next(numbers)))

    def done(world: World) -> None:
        world.leave()
        databases.remove(world.settings.database_url)

    made = {"fresh": staticmethod(fresh), "done": staticmethod(done), "outcomes": Counter()}
    return type("Machine", (NoticeMachine,), made)


def walk(machine: type[NoticeMachine], examples: int, steps: int) -> None:
    """A failure is shown as it was found: each step is dear, and to look for a shorter way takes minutes."""
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, phases=[Phase.generate], derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip


def test_a_notice_is_never_filed_by_one_person(machine: type[NoticeMachine]) -> None:
    walk(machine, examples=30, steps=10)
    assert {(name, True) for name in ("begin", "edit", "submit", "release", "file")} <= set(machine.outcomes)


@pytest.mark.long
def test_a_notice_is_never_filed_by_one_person_in_ten_thousand_steps(machine: type[NoticeMachine]) -> None:
    walk(machine, examples=100, steps=100)
    assert set(machine.outcomes) == SEEN
