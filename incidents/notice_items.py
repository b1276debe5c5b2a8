"""The questions of a notice as the pages show them: the answer in words, and what its control needs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from core.i18n import translate
from notifications.edpb.answers import Answer, Knowledge, Notice
from notifications.edpb.phases import Told
from notifications.edpb.questions import Kind, Question
from notifications.edpb.wording import STATE_LABELS, in_words, is_overdue, mark_words, promise_words

LEVELS = {Knowledge.KNOWN: "ok", Knowledge.NOT_KNOWN_YET: "soon", Knowledge.NOT_APPLICABLE: "none"}
NOTHING = Answer(state=Knowledge.NOT_KNOWN_YET)
Options = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Reading:
    """How the questions are shown: labels in `lang`, answers in the language they are `written` in, who of the
    `people` has promised what, seen from `today`, and in which phase each answer was `told`."""

    lang: str
    written: str
    zone: str
    people: Mapping[str, str] = field(default_factory=dict)
    today: date = date.min
    told: Mapping[int, Told] = field(default_factory=dict)
    phase: int = 1


@dataclass(frozen=True, slots=True)
class Item:
    """One question with what is answered. `mark`: sent earlier, or news; `lacks`: a first notice needs it.

    `parts` are date and time of a moment as their fields show them; `has_open` says that one of its choices means "not
    known yet", so that nothing else has to.
    """

    code: str
    number: int
    label: str
    kind: str
    options: Options
    values: list[str]
    words: str
    state: str
    word: str
    level: str
    promise: str
    overdue: bool
    promised_iso: str
    promised_by: str
    parts: tuple[str, str]
    required: bool
    lacks: bool
    mark: str
    news: bool
    has_open: bool
    repeated: bool
    from_case: bool


@dataclass(frozen=True, slots=True)
class Section:
    """The questions under one heading of the template; `left` of them are still open."""

    number: str
    title: str
    items: tuple[Item, ...]
    left: int
    lacks: bool


def items_of(notice: Notice, how: Reading) -> list[Item]:
    """Every question that is asked."""
    lacking = {question.number for question in notice.blocking()}
    needed = {question.number for question in notice.needed()}
    return [
        _item(question, notice, how, question.number in needed, question.number in lacking)
        for question in notice.asked()
    ]


def sections_of(items: Iterable[Item], notice: Notice, lang: str) -> tuple[Section, ...]:
    """The same under the headings of the template."""
    left = {question.number for question in notice.open()}
    grouped: dict[str, list[Item]] = {}
    for item in items:
        grouped.setdefault(notice.template.questions[item.number].section, []).append(item)
    return tuple(
        Section(number, notice.template.sections[number].in_(lang), tuple(found),
                sum(item.number in left for item in found), any(item.lacks for item in found))
        for number, found in grouped.items()
    )  # fmt: skip


def _item(question: Question, notice: Notice, how: Reading, required: bool, lacks: bool) -> Item:
    answer, told = notice.answers.get(question.number, NOTHING), how.told.get(question.number)
    state = answer.state if answer.values or answer.state is not Knowledge.KNOWN else Knowledge.NOT_KNOWN_YET
    level = LEVELS[Knowledge.NOT_KNOWN_YET if question.open_value in answer.values else state]
    return Item(
        code=f"q{question.number}",
        number=question.number,
        label=question.label.in_(how.lang),
        kind=question.kind,
        options=[(one.code, one.label.in_(how.lang)) for one in notice.template.choices(question, notice.facts)],
        values=list(answer.values),
        words=in_words(question, answer, how.written, how.zone),
        state=state,
        word=translate(how.lang, STATE_LABELS[state]),
        level=level,
        promise=promise_words(answer, how.people, how.today, how.lang) if level == "soon" else "",
        overdue=is_overdue(answer, how.today),
        promised_iso=answer.promised.isoformat() if answer.promised else "",
        promised_by=answer.promised_by,
        parts=_parts(question, answer, how.zone),
        required=required,
        lacks=lacks,
        mark=mark_words(told, how.phase, how.lang),
        news=told is not None and told.news is not None,
        has_open=bool(question.open_value),
        repeated=bool(question.repeated),
        from_case=answer.source == "case" and bool(answer.values),
    )


def _parts(question: Question, answer: Answer, zone: str) -> tuple[str, str]:
    if question.kind is not Kind.DATETIME or not answer.values:
        return "", ""
    there = datetime.fromisoformat(answer.text).astimezone(ZoneInfo(zone))
    return f"{there:%Y-%m-%d}", f"{there:%H:%M}"
