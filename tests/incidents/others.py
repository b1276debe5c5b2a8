"""Others who are told of a case: put on its list, written to, released and recorded as sent, through the verbs."""

from datetime import datetime
from typing import Any

from core.access import Operation, Role
from incidents import notifying
from incidents.notifying.listing_others import OtherForm, add
from incidents.notifying.same_text import release_together, spread
from incidents.notifying.to_other import TheOther
from incidents.notifying.whom import other
from incidents.queries import find
from notifications.edpb.answers import Answer, known
from notifications.filings import answers_of, filings, notices
from notifications.notice_models import Filing, Notice
from tests.incidents.cases import Case

SAID: dict[str, dict[int, Answer]] = {
    "csirt": {205: known("no")},
    "supervisor": {205: known("no")},
    "police": {210: known("Utred vem som tog listan.")},
    "insurer": {212: known("F-4711")},
    "bank": {210: known("Spärra korten."), 214: known("Företagskorten.")},
    "controller": {71: known("Namn och kundnummer."), 222: known("no")},
}
ALIKE = {62: known("En kundlista gick till fel företag."), 92: known("Listan har raderats hos mottagaren.")}


class Other:
    """`Other(case, "insurer", hours=24).release().send()`: one of them, as people handle it."""

    def __init__(self, case: Case, kind: str, name: str = "Mottagaren", **form: Any) -> None:
        self.case, self.kind = case, kind
        written = OtherForm.model_validate({"kind": kind, "name": name, "language": "sv", **form})
        self.id = case.do(add, Role.MANAGER, written).id

    @property
    def path(self) -> str:
        return f"{self.case.path}/others/{self.id}"

    def begin(self, duty: str = "") -> "Other":
        with self.case.world.change() as session:
            actor = self.case.world.actor(Role.MANAGER)
            to = other(session, self.case.row(session), self.id)
            notifying.begin(session, actor, to, self.case.world.now, to.duty_of(duty))
        return self

    def step(self, who: str, verb: str, *words: object) -> Any:
        world = self.case.world
        with world.change() as session:
            incident = find(session, world.actor(who), self.case.reference, Operation.READ_NOTICE)
            notice = notices(session, incident.id, self.id)[-1]
            return getattr(notifying, verb)(session, world.actor(who), incident, notice, *words, world.now)

    def write(self, **answers: Answer) -> "Other":
        """What a first message cannot do without; `q62=...` writes an answer of its own."""
        own = {int(name[1:]): answer for name, answer in answers.items()}
        self.step(Role.MANAGER, "save", ALIKE | SAID[self.kind] | own)
        return self

    def release(self, **answers: Answer) -> "Other":
        self.begin().write(**answers)
        self.step(Role.MANAGER, "ask_release")
        self.step(Role.APPROVER, "release", self.notice().version)
        return self

    def send(self, at: datetime | None = None, reference: str = "", reasons: str = "") -> Filing:
        sent = notifying.Sent(at or self.case.world.now, "email", reference, reasons)
        filing: Filing = self.step(Role.MANAGER, "file_notice", sent)
        return filing

    def spread(self) -> None:
        world = self.case.world
        with world.change() as session:
            to = other(session, self.case.row(session), self.id)
            spread(session, world.actor(Role.MANAGER), to, notices(session, to.incident.id, self.id)[-1], world.now)

    def release_with(self, who: str, *others: "Other") -> None:
        world = self.case.world
        with world.change() as session:
            to = other(session, self.case.row(session), self.id)
            mine, also = self.notice(), [(one.notice().id, one.notice().version) for one in others]
            notice = notices(session, to.incident.id, self.id)[-1]
            release_together(session, world.actor(who), to, notice, mine.version, also, world.now)

    def notice(self) -> Notice:
        with self.case.world.look() as session:
            return notices(session, self.case.row(session).id, self.id)[-1]

    def answers(self) -> dict[int, Answer]:
        with self.case.world.look() as session:
            return answers_of(session, notices(session, self.case.row(session).id, self.id)[-1])

    def filings(self) -> list[Filing]:
        with self.case.world.look() as session:
            return filings(session, self.case.row(session).id, self.id)

    def track(self) -> str:
        with self.case.world.look() as session:
            found: TheOther = other(session, self.case.row(session), self.id)
            return found.track
