"""What a notice answers, and what it lacks: for a first, incomplete notice and for a complete one (Art. 33(4))."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from notifications.edpb.conditions import Facts, Values
from notifications.edpb.faults import fault
from notifications.edpb.questions import Phase, Question, Template


class Knowledge(StrEnum):
    """What is not known yet is said, never left blank."""

    KNOWN = "known"
    NOT_KNOWN_YET = "not_known_yet"
    NOT_APPLICABLE = "not_applicable"


class Source(StrEnum):
    """Where an answer comes from: the case, a person, or the phase before."""

    CASE = "case"
    TYPED = "typed"
    CARRIED = "carried"


@dataclass(frozen=True, slots=True)
class Answer:
    """`values` holds codes, texts, numbers, days (2026-11-22) or moments (with offset), several where several are
    allowed; a figure per country reads `SE:120`. What is not known yet carries the day and the person promised."""

    values: Values = ()
    state: Knowledge = Knowledge.KNOWN
    promised: date | None = None
    promised_by: str = ""
    source: Source = Source.TYPED

    @property
    def text(self) -> str:
        return self.values[0] if self.values else ""


Answers = Mapping[int, Answer]
KIND, DELAY, FIRST_NOTICE = 3, 49, "new"


def known(*values: str, source: Source = Source.TYPED) -> Answer:
    """An answer as it is kept: nothing empty is known, it is said to be not known yet."""
    said = tuple(value for value in (value.strip() for value in values) if value)
    return Answer(said, source=source) if said else Answer(state=Knowledge.NOT_KNOWN_YET, source=source)


@dataclass(frozen=True, slots=True)
class Notice:
    """The answers of one notice against its template, as they stand when it is sent at `at`. `late`: a deadline has
    passed that is earlier than the template's own, so the reasons for delay are asked for as well (Art. 33(1))."""

    template: Template
    answers: Answers
    contexts: frozenset[str] = frozenset()
    at: datetime | None = None
    late: bool = False

    @property
    def facts(self) -> Facts:
        said = {number: answer.values for number, answer in self.answers.items() if answer.values}
        return Facts(said, self.contexts, self.at)

    def asked(self) -> list[Question]:
        found = {question.number for question in self.template.asked(self.facts)}
        found |= {DELAY} if self.late and FIRST_NOTICE in self.answers.get(KIND, Answer()).values else set()
        return [question for number, question in self.template.questions.items() if number in found]

    def needed(self) -> list[Question]:
        """What a complete notice must answer."""
        facts = self.facts
        return [one for one in self.asked() if self.template.required(one, facts)]

    def needed_first(self) -> list[Question]:
        """What not even a first notice can do without."""
        return [one for one in self.needed() if one.phase is Phase.INITIAL]

    def blocking(self) -> list[Question]:
        """What keeps a first notice from being sent: its own questions without an answer."""
        return [one for one in self.needed_first() if not _known(self._answer(one))]

    def open(self) -> list[Question]:
        """What the supplement must bring: not answered, or answered with "not known yet"."""
        return [one for one in self.needed() if not settled(one, self._answer(one))]

    def faults(self) -> dict[int, str]:
        """Answers that cannot be: question -> sentence."""
        facts = self.facts
        found = {one.number: fault(self.template, one, facts) for one in self.asked()}
        return {number: sentence for number, sentence in found.items() if sentence}

    def _answer(self, question: Question) -> Answer:
        return self.answers.get(question.number, Answer(state=Knowledge.NOT_KNOWN_YET))


def settled(question: Question, answer: Answer) -> bool:
    """Nothing more needs to be said: it does not apply, or it is known and not chosen as "not known yet"."""
    left_open = bool(question.open_value) and question.open_value in answer.values
    return answer.state is Knowledge.NOT_APPLICABLE or (_known(answer) and not left_open)


def _known(answer: Answer) -> bool:
    return answer.state is Knowledge.KNOWN and bool(answer.values)
