"""What a notice to the authority must hold: the items of GDPR Art. 33(3), each with the state of our knowledge.

Art. 33(4) allows a first notice that is incomplete. What is missing is stated, never left blank.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from core.errors import N_


class FieldState(StrEnum):
    KNOWN = "known"
    NOT_KNOWN_YET = "not_known_yet"
    NOT_APPLICABLE = "not_applicable"


class Group(StrEnum):
    SENDER = "sender"
    TIMES = "times"
    NATURE = "nature"
    PEOPLE = "people"
    DATA = "data"
    CONSEQUENCES = "consequences"
    MEASURES = "measures"
    TOLD = "told"


STATE_LABELS = {
    FieldState.KNOWN: N_("We know"),
    FieldState.NOT_KNOWN_YET: N_("Not known yet"),
    FieldState.NOT_APPLICABLE: N_("Does not apply"),
}
GROUP_LABELS = {
    Group.SENDER: N_("Who you are"),
    Group.TIMES: N_("When it happened"),
    Group.NATURE: N_("What has happened"),
    Group.PEOPLE: N_("Which people it concerns"),
    Group.DATA: N_("Which data it concerns"),
    Group.CONSEQUENCES: N_("What it can lead to"),
    Group.MEASURES: N_("What you do about it"),
    Group.TOLD: N_("Who has been told"),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One item. `needed_first`: belongs in the first notice even when much else is not known yet."""

    code: str
    art: str
    label: str
    help: str
    group: Group
    needed_first: bool = False
    only_when_late: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What is written under one item. Something not known yet carries the day it is promised for."""

    value: str = ""
    state: FieldState = FieldState.KNOWN
    expected_by: date | None = None

    @property
    def stated(self) -> bool:
        return self.state is not FieldState.KNOWN or bool(self.value.strip())


def stated(value: str, state: FieldState = FieldState.KNOWN, expected_by: date | None = None) -> Answer:
    """An answer as it is kept: nothing empty is known, it is said to be not known yet (Art. 33(4))."""
    if state is FieldState.KNOWN and not value.strip():
        return Answer(state=FieldState.NOT_KNOWN_YET)
    return Answer(value, state, expected_by if state is FieldState.NOT_KNOWN_YET else None)


FIELDS = (
    Field(
        "controller",
        "33(3)(b)",
        N_("The company: name and organisation number"),
        N_("The company that answers for the data."),
        Group.SENDER,
        needed_first=True,
    ),
    Field(
        "address",
        "33(3)(b)",
        N_("The company’s postal address"),
        N_("Where the authority’s letters go, not the visiting address."),
        Group.SENDER,
    ),
    Field("reference", "33(5)", N_("Our reference"), N_("The reference of the case."), Group.SENDER),
    Field(
        "contact",
        "33(3)(b)",
        N_("Contact: the data protection officer or somebody else who can tell more"),
        N_("Name, phone and e-mail."),
        Group.SENDER,
        needed_first=True,
    ),
    Field("occurred", "33(3)(a)", N_("When it happened"), N_("The day and hour, or from when to when."), Group.TIMES),
    Field("ended", "33(3)(a)", N_("When it ended"), N_("Say so if it is still going on."), Group.TIMES),
    Field("detected", "33(3)(a)", N_("When it was noticed, and how"), N_("By whom, without a name."), Group.TIMES),
    Field(
        "aware",
        "33(1)",
        N_("When you knew it was a personal data breach"),
        N_("The 72 hours count from here."),
        Group.TIMES,
        needed_first=True,
    ),
    Field(
        "delay_reasons",
        "33(1)",
        N_("Why the notice is late"),
        N_("Needed when the notice is sent after the deadline."),
        Group.TIMES,
        only_when_late=True,
    ),
    Field(
        "nature",
        "33(3)(a)",
        N_("What has happened"),
        N_("Tell it in order. Write no names of the people concerned."),
        Group.NATURE,
        needed_first=True,
    ),
    Field("cause", "33(3)(a)", N_("Why it happened"), N_("The main cause, as far as you know it."), Group.NATURE),
    Field(
        "breach_types",
        "33(3)(a)",
        N_("Kind of breach"),
        N_("Seen by others, changed, or lost: one or several."),
        Group.NATURE,
        needed_first=True,
    ),
    Field(
        "data_now",
        "33(3)(a)",
        N_("Where the data is now"),
        N_("Who may have it, and whether others can read it."),
        Group.NATURE,
    ),
    Field(
        "people_categories",
        "33(3)(a)",
        N_("Groups of people"),
        N_("For example customers, employees or children."),
        Group.PEOPLE,
    ),
    Field("people_count", "33(3)(a)", N_("About how many people"), N_("A rough number is enough."), Group.PEOPLE),
    Field(
        "cross_border",
        "33(1), 56",
        N_("People in other countries"),
        N_("Which countries, and about how many people in each."),
        Group.PEOPLE,
    ),
    Field("data_categories", "33(3)(a)", N_("Kinds of data"), N_("Kinds only, never the data itself."), Group.DATA),
    Field("records_count", "33(3)(a)", N_("About how many records"), N_("A rough number is enough."), Group.DATA),
    Field(
        "consequences",
        "33(3)(c)",
        N_("What it can lead to for the people"),
        N_("For example fraud, a feeling of being watched, or harm."),
        Group.CONSEQUENCES,
    ),
    Field(
        "severity",
        "33(3)(c)",
        N_("How serious it is for them"),
        N_("Your own judgement, with the reason."),
        Group.CONSEQUENCES,
    ),
    Field(
        "measures_taken",
        "33(3)(d)",
        N_("What you have done"),
        N_("To stop it, and to soften the harm."),
        Group.MEASURES,
    ),
    Field(
        "measures_planned",
        "33(3)(d)",
        N_("What you are going to do"),
        N_("So that it does not happen again."),
        Group.MEASURES,
    ),
    Field(
        "people_told",
        "34(1)",
        N_("Whether the people have been told"),
        N_("When and how, when they will be, or why not."),
        Group.TOLD,
    ),
    Field("others_told", "33(3)(d)", N_("Who else has been told"), N_("For example the police."), Group.TOLD),
)
FIELD = {field.code: field for field in FIELDS}


def asked(late: bool = False) -> tuple[Field, ...]:
    """The items of this notice: reasons for delay only when it is late (R05)."""
    return tuple(field for field in FIELDS if late or not field.only_when_late)


def missing(values: Mapping[str, Answer], late: bool = False) -> list[Field]:
    """Items left blank: neither answered nor said to be unknown. A notice is complete in form when there are none."""
    return [field for field in asked(late) if not values.get(field.code, Answer()).stated]


def not_known_yet(values: Mapping[str, Answer]) -> list[Field]:
    """What the supplement must bring (Art. 33(4))."""
    return [field for field in FIELDS if values.get(field.code, Answer()).state is FieldState.NOT_KNOWN_YET]


def blocking(values: Mapping[str, Answer], late: bool = False) -> list[Field]:
    """Items without which not even a first, incomplete notice can go; when late, the reasons for it are one of them."""
    needed = (field for field in asked(late) if field.needed_first or field.only_when_late)
    return [field for field in needed if not _answered(values.get(field.code, Answer()))]


def _answered(answer: Answer) -> bool:
    return answer.state is FieldState.KNOWN and answer.stated


def is_late(filed_at: datetime, due_at: datetime) -> bool:
    """By the strict count. A notice sent at the very moment of the deadline is in time."""
    return filed_at > due_at
