"""A notice leaves as JSON and CSV, and what was written is read back the same."""

import csv
import io
import json
import re
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema import ValidationError as SchemaError
from pydantic import ValidationError

from notifications.edpb.answers import Answer, Knowledge, Source, known
from notifications.edpb.card import EDPB, template
from notifications.edpb.exchange import as_csv, as_json, digest, document_type, from_json, schema
from notifications.edpb.phases import News, Told
from notifications.edpb.questions import Kind, Question

texts = st.text(min_size=1, max_size=30).map(str.strip).filter(bool)
RFC_3339 = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})")
FORMATS = FormatChecker()
DEEP = 3  # answers, number, part: what lies deeper has other names in the two
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


def is_moment(value: object) -> bool:
    """As JSON Schema means it; the validator brings no check of its own."""
    return not isinstance(value, str) or bool(RFC_3339.fullmatch(value) and datetime.fromisoformat(value))


FORMATS.checks("date-time", raises=ValueError)(is_moment)
VALIDATOR = Draft202012Validator(schema(), format_checker=FORMATS)


def values_of(question: Question) -> st.SearchStrategy[tuple[str, ...]]:
    codes = st.sampled_from([choice.code for choice in question.choices] or ["-"])
    if question.per is not None:
        places = st.sampled_from(["SE", "NO", "LT"])
        return st.dictionaries(places, st.integers(0, 9_999), min_size=1).map(
            lambda found: tuple(f"{place}:{number}" for place, number in found.items())
        )
    if question.kind is Kind.CHOICES:
        return st.lists(codes, min_size=1, max_size=4, unique=True).map(tuple)
    one = {
        Kind.CHOICE: codes,
        Kind.BOOLEAN: st.just("yes"),
        Kind.NUMBER: st.integers(0, 10**9).map(str),
        Kind.DATE: st.dates().map(str),
        Kind.DATETIME: st.datetimes(timezones=ZONES).map(lambda at: at.isoformat(timespec="seconds")),
    }.get(question.kind, texts)
    return st.lists(one, min_size=1, max_size=3 if question.repeated else 1).map(tuple)


def answer_to(number: int) -> st.SearchStrategy[tuple[int, Answer]]:
    values = values_of(template().questions[number]) | st.just(())
    answer = st.builds(
        Answer, values, st.sampled_from(Knowledge), st.none() | st.dates(), st.just("") | texts, st.sampled_from(Source)
    )
    return st.tuples(st.just(number), answer)


answers_of = st.lists(st.sampled_from(sorted(template().questions)).flatmap(answer_to), max_size=20).map(dict)


def written(
    answers: dict[int, Answer], told: dict[int, Told] | None = None, phase: int = 1, authority: str = "imy",
    card: str = EDPB,
) -> str:  # fmt: skip
    return as_json(answers, told or {}, reference="PUI-2026-7K3Q", phase=phase, version=2, status="approved",
                   authority=authority, card=card)  # fmt: skip


@given(answers_of)
def test_what_is_written_fits_the_published_schema_and_is_read_back_the_same_but_for_who_promised_it(
    answers: dict[int, Answer],
) -> None:
    text = written(answers)
    assert list(VALIDATOR.iter_errors(json.loads(text))) == []
    assert from_json(text) == {number: replace(answer, promised_by="") for number, answer in answers.items()}


def test_the_published_schema_is_one_itself() -> None:
    Draft202012Validator.check_schema(schema())
    assert schema()["$schema"] == Draft202012Validator.META_SCHEMA["$id"]


anything = st.sampled_from([
    None, True, False, 0, 1, -1, 2.5, "", "yes", "new", "SE", "214", "2026-11-22", "2026-02-30", "20261122",
    "2026-11-22T13:05:00", "2026-11-22T13:05:00+01:00", "2026-11-22T13:05+01:00", "1700006400", "2026-W47-7",
    [], ["customers"], ["customers", 1], ["x"] * 41, {}, {"SE": 120}, {"SE": -1}, {"SE": "120"}, {"value": "new"},
])  # fmt: skip


@given(answers_of, st.data())
def test_a_document_that_was_bent_is_refused_by_the_schema_and_by_the_reader_at_the_same_place(
    answers: dict[int, Answer], data: st.DataObject
) -> None:
    document = bent(json.loads(written(answers)), data)
    by_schema = {place for error in VALIDATOR.iter_errors(document) for place in places(error)}
    assert by_schema == at_the_reader(document)


def places(error: SchemaError) -> set[tuple[str, ...]]:
    """Where the schema refuses it, by the names on the way; one that lacks or is too many is a place itself."""
    if error.context:  # a part that may be left out: what is wrong within it
        return {place for inner in error.context if inner.schema_path[0] == 0 for place in places(inner)}
    way = tuple(map(str, error.absolute_path))
    match error.validator:
        case "required":
            names = set(error.validator_value) - set(error.instance)
        case "additionalProperties":
            names = set(error.instance) - set(error.schema["properties"])
        case _:
            return {way[:DEEP]}
    return {(*way, name)[:DEEP] for name in names}


def bent(document: dict[str, Any], data: st.DataObject) -> dict[str, Any]:
    """One part of it replaced, added or taken away."""
    place = data.draw(st.sampled_from([document, document["answers"], *document["answers"].values()]))
    name = data.draw(st.sampled_from([*place, "999", "3", "value", "promised", "state"]))
    if data.draw(st.booleans()):
        place.pop(name, None)
    else:
        place[name] = data.draw(anything)
    return document


def at_the_reader(document: object) -> set[tuple[str, ...]]:
    """Where the reader refuses it: the names on the way, as the document has them."""
    try:
        document_type().model_validate_json(json.dumps(document))
    except ValidationError as wrong:
        return {tuple(map(str, error["loc"]))[:DEEP] for error in wrong.errors()}
    return set()


def test_a_promised_day_leaves_the_company_and_the_person_does_not() -> None:
    promise = Answer((), Knowledge.NOT_KNOWN_YET, date(2026, 12, 3), "a1b2c3")
    text = written({62: promise})
    assert json.loads(text)["answers"]["62"]["promised"] == "2026-12-03"
    assert "a1b2c3" not in text
    assert "a1b2c3" not in as_csv({62: promise}, {}, 1, "en", "Europe/Stockholm", [])
    assert "promised_by" not in json.dumps(schema())


def test_every_question_has_its_place_and_its_codes_in_the_schema() -> None:
    found = schema()
    answers = found["$defs"]["Answers"]["properties"]
    assert set(answers) == {str(number) for number in template().questions}
    assert found["$defs"]["Answer61"]["properties"]["value"]["anyOf"][0]["enum"] == [
        choice.code for choice in template().questions[61].choices
    ]


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        (('"new"', '"old"'), "Input should be 'new' or 'follow_up'"),
        (('"3"', '"999"'), "Extra inputs are not permitted"),
        (('"phase": 1', '"phase": 0'), "greater than or equal to 1"),
        (('"vaka-notice/1"', '"vaka-notice/9"'), "Input should be 'vaka-notice/1'"),
    ],
)
def test_what_does_not_fit_the_schema_is_refused(change: tuple[str, str], wrong: str) -> None:
    text = written({3: known("new")})
    with pytest.raises(ValidationError, match=wrong):
        from_json(text.replace(*change))


def test_an_answer_changed_on_the_way_is_noticed() -> None:
    text = written({62: known("A mail went wrong.")})
    assert json.loads(text)["digest"] == digest({62: known("A mail went wrong.")})
    with pytest.raises(ValueError, match="digest"):
        from_json(text.replace("went wrong", "went right"))


def test_the_spreadsheet_has_its_head_a_line_a_question_and_no_formula() -> None:
    answers = {
        62: known("=1+1"),
        55: known("integrity"),
        65: known("customers", "minors"),
        63: Answer(state=Knowledge.NOT_APPLICABLE),
    }
    head = [("Reference", "PUI-2026-7K3Q"), ("-1+1", "")]
    rows = list(csv.reader(io.StringIO(as_csv(answers, {}, 1, "en", "Europe/Stockholm", head))))
    assert [row[0] for row in rows] == ["Reference", "'-1+1", "", "number", "55", "62", "63", "65"]
    assert {len(row) for row in rows} == {7}
    assert rows[5][2] == "'=1+1"
    assert rows[6][2:4] == ["Does not apply", "not_applicable"]
    assert rows[7][2] == "Customers, also prospective; Minors"


def test_what_is_news_is_marked_in_json_and_in_the_spreadsheet() -> None:
    answers, told = {62: known("Two mails."), 63: known("E-mail")}, {62: Told(2, News.CHANGED), 63: Told(1)}
    parts = json.loads(written(answers, told, phase=2))["answers"]
    assert (parts["62"]["since"], parts["62"]["news"]) == (2, "changed")
    assert (parts["63"]["since"], parts["63"].get("news")) == (1, None)
    rows = list(csv.reader(io.StringIO(as_csv(answers, told, 2, "en", "Europe/Stockholm", []))))
    assert [row[5:] for row in rows[2:]] == [["2", "changed since phase 1"], ["1", "sent in phase 1"]]
