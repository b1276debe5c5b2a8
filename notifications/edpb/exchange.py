"""A notice as JSON under the numbers of its form, with a schema of its own, and back again; and as CSV.

Codes stay codes and texts stay texts, so that another program, or the authority's own one day, can read them. A value
has the shape of its question: one code, several, a number, a day, a moment with its offset, a figure for each country.
Nothing is bent into shape when it is read: what the published schema refuses is refused here too.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cache
from hashlib import sha256
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, NonNegativeInt, WithJsonSchema, create_model

from notifications.edpb.answers import Answer, Answers, Knowledge, Source
from notifications.edpb.card import CARDS, EDPB, template
from notifications.edpb.faults import DAY, MOMENT, day, moment
from notifications.edpb.phases import News, Told
from notifications.edpb.questions import Kind, Question
from notifications.edpb.wording import in_words, mark_words

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Texts = Annotated[list[str], Field(max_length=40)]


def _read_by(reader: Callable[[str], object]) -> AfterValidator:
    """Texts that `reader` can read; they stay the texts they are."""

    def check(value: str) -> str:
        reader(value)
        return value

    return AfterValidator(check)


def _text(kind: str, pattern: str) -> WithJsonSchema:
    """The pattern is for programs that take a format for a remark."""
    return WithJsonSchema({"type": "string", "format": kind, "pattern": f"^{pattern}$"})


Day = Annotated[str, _read_by(day), _text("date", DAY)]
Moment = Annotated[str, _read_by(moment), _text("date-time", MOMENT)]
COLUMNS = ("number", "question", "answer", "state", "promised", "since", "mark")
Status = Literal["draft", "in_review", "approved", "filed"]


def _ticked(value: bool) -> bool:
    if not value:
        raise ValueError("a box that is not ticked is left out")
    return value


Ticked = Annotated[bool, AfterValidator(_ticked), WithJsonSchema({"type": "boolean", "const": True})]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class AnswerPart(Part):
    """What is answered to one question; `value` is typed by the question it stands under. Who has promised an answer
    is a matter of the house: only the day leaves it. `since` is the phase that first said it, and `news` stands at what
    this phase says for the first time."""

    state: Knowledge = Knowledge.KNOWN
    promised: Day | None = None
    source: Source = Source.TYPED
    since: Annotated[int, Field(ge=1)] | None = None
    news: News | None = None


class NoticeDocument(Part):
    """One notice. `digest` is SHA-256 over its answers; a `draft` says that it is one, and is not for sending."""

    format: Literal["vaka-notice/1"] = "vaka-notice/1"
    template: str
    reference: str
    phase: Annotated[int, Field(ge=1)]
    version: Annotated[int, Field(ge=1)]
    status: Status
    digest: str
    draft: Annotated[str, Field(min_length=1)] | None = None


@cache
def document_type(card: str = EDPB) -> type[NoticeDocument]:
    """The type of a whole notice, one field a question, made from the form in use. Whom it is for is the code of the
    authority, or the kind of another recipient."""
    whom: Any = {"authority" if card == EDPB else "recipient": (str, ...)}
    fields: Any = {
        f"q{number}": (_answer_type(question) | None, Field(default=None, alias=str(number), title=question.label.en))
        for number, question in template(card).questions.items()
    }
    answers = create_model("Answers", __base__=Part, **fields)
    return create_model("Notice", __base__=NoticeDocument, **whom, answers=(answers, ...))


def schema(card: str = EDPB) -> dict[str, Any]:
    """The published JSON Schema."""
    return {"$schema": DIALECT, **document_type(card).model_json_schema(by_alias=True)}


def as_json(
    answers: Answers, told: Mapping[int, Told], *, reference: str, phase: int, version: int, status: str,
    authority: str, draft: str = "", card: str = EDPB,
) -> str:  # fmt: skip
    """One notice as a JSON document."""
    form = template(card)
    parts = {
        str(number): _part(form.questions[number], answer, told.get(number))
        for number, answer in sorted(answers.items())
    }
    document = document_type(card).model_validate(
        {"template": form.version, "reference": reference, "phase": phase, "version": version, "status": status,
         "authority" if card == EDPB else "recipient": authority, "digest": digest(answers), "draft": draft or None,
         "answers": parts}
    )  # fmt: skip
    return document.model_dump_json(by_alias=True, exclude_none=True, indent=2)


def from_json(text: str) -> dict[int, Answer]:
    """The answers of a notice that was written by `as_json`, without who had promised what, and what was news in it.

    Raises:
        ValidationError: it does not fit the schema.
        ValueError: its digest is not the one of its answers.
    """
    read = document_type(_card_of(text)).model_validate_json(text)
    parts = read.model_dump(mode="json", by_alias=True, exclude_none=True)["answers"]
    answers = {int(number): _answer(part) for number, part in parts.items()}
    if digest(answers) != read.digest:
        raise ValueError("the digest is not the one of these answers")
    return answers


def as_csv(
    answers: Answers,
    told: Mapping[int, Told],
    phase: int,
    lang: str,
    zone: str,
    head: Iterable[tuple[str, str]],
    card: str = EDPB,
) -> str:
    """For a spreadsheet: the head as rows of a word and its value, an empty row, then a line for each question under
    the names of the columns. Every row is as wide as the others. A text that would start a formula is given an
    apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out)
    rows = [
        *head,
        (),
        COLUMNS,
        *(
            _line(template(card).questions[number], answer, told.get(number), phase, lang, zone)
            for number, answer in sorted(answers.items())
        ),
    ]
    writer.writerows([*map(_harmless, row), *[""] * (len(COLUMNS) - len(row))] for row in rows)
    return out.getvalue()


def _line(question: Question, answer: Answer, told: Told | None, phase: int, lang: str, zone: str) -> tuple[str, ...]:
    return (
        str(question.number),
        question.label.in_(lang),
        in_words(question, answer, lang, zone),
        answer.state,
        answer.promised.isoformat() if answer.promised else "",
        str(told.since) if told else "",
        mark_words(told, phase, lang),
    )


def digest(answers: Answers) -> str:
    """SHA-256 over what is answered; where it came from is no part of it."""
    told = [(number, *answer.values, answer.state, answer.promised) for number, answer in sorted(answers.items())]
    return sha256(repr([[str(part) for part in row] for row in told]).encode()).hexdigest()


def _card_of(text: str) -> str:
    """The form that a document names by its version; the EDPB's answers for what cannot be read."""
    try:
        named = json.loads(text).get("template")
    except (ValueError, AttributeError):
        return EDPB
    return next((card for card in CARDS if template(card).version == named), EDPB)


def _answer_type(question: Question) -> type[BaseModel]:
    value: Any = (_value_type(question) | None, None)
    return create_model(f"Answer{question.number}", __base__=AnswerPart, value=value)


def _value_type(question: Question) -> Any:
    codes: Any = Literal[tuple(choice.code for choice in question.choices)] if question.choices else str
    if question.per is not None:
        return dict[str, NonNegativeInt]
    if question.kind is Kind.CHOICES or (question.repeated and question.choices):
        return list[codes]
    if question.repeated:
        return Texts
    return {Kind.CHOICE: codes, Kind.BOOLEAN: Ticked, Kind.NUMBER: NonNegativeInt, Kind.DATE: Day,
            Kind.DATETIME: Moment}.get(question.kind, str)  # fmt: skip


def _part(question: Question, answer: Answer, told: Told | None) -> dict[str, Any]:
    return {
        "since": told.since if told else None,
        "news": told.news if told else None,
        "state": answer.state,
        "promised": answer.promised and answer.promised.isoformat(),
        "source": answer.source,
        "value": _given(question, answer),
    }


def _given(question: Question, answer: Answer) -> Any:
    if not answer.values:
        return None
    if question.per is not None:
        return {place: int(number) for place, _, number in (value.partition(":") for value in answer.values)}
    if question.kind is Kind.CHOICES or question.repeated:
        return list(answer.values)
    if question.kind is Kind.NUMBER:
        return int(answer.text)
    return True if question.kind is Kind.BOOLEAN else answer.text


def _answer(part: dict[str, Any]) -> Answer:
    promised = date.fromisoformat(part["promised"]) if "promised" in part else None
    return Answer(_values(part.get("value")), Knowledge(part["state"]), promised, source=Source(part["source"]))


def _values(value: Any) -> tuple[str, ...]:
    match value:
        case None:
            return ()
        case True:
            return ("yes",)
        case dict():
            return tuple(f"{place}:{number}" for place, number in value.items())
        case list():
            return tuple(value)
    return (str(value),)


def _harmless(words: str) -> str:
    return f"'{words}" if words.startswith(("=", "+", "-", "@", "\t", "\r")) else words
