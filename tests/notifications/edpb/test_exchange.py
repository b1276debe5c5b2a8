"""A notice leaves as JSON and CSV, and what was written is read back the same."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from notifications.edpb.answers import Answer, Knowledge, known
from notifications.edpb.card import template
from notifications.edpb.exchange import as_csv, as_json, digest, from_json, schema
from notifications.edpb.questions import Kind, Question

WORDS = {"reference": "PUI-2026-7K3Q", "phase": 1, "version": 2, "status": "approved", "authority": "imy"}
texts = st.text(min_size=1, max_size=30).map(str.strip).filter(bool)


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
        Kind.DATETIME: st.datetimes(timezones=st.timezones()).map(lambda at: at.isoformat(timespec="seconds")),
    }.get(question.kind, texts)
    return st.lists(one, min_size=1, max_size=3 if question.repeated else 1).map(tuple)


def answer_to(number: int) -> st.SearchStrategy[tuple[int, Answer]]:
    values = values_of(template().questions[number]) | st.just(())
    return st.tuples(st.just(number), st.builds(Answer, values, st.sampled_from(Knowledge)))


answers_of = st.lists(st.sampled_from(sorted(template().questions)).flatmap(answer_to), max_size=20).map(dict)


@given(answers_of)
def test_what_is_written_is_read_back_the_same(answers: dict[int, Answer]) -> None:
    assert from_json(as_json(answers, **WORDS)) == answers  # type: ignore[arg-type]


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
    text = as_json({3: known("new")}, **WORDS)  # type: ignore[arg-type]
    with pytest.raises(ValidationError, match=wrong):
        from_json(text.replace(*change))


def test_an_answer_changed_on_the_way_is_noticed() -> None:
    text = as_json({62: known("A mail went wrong.")}, **WORDS)  # type: ignore[arg-type]
    assert json.loads(text)["digest"] == digest({62: known("A mail went wrong.")})
    with pytest.raises(ValueError, match="digest"):
        from_json(text.replace("went wrong", "went right"))


def test_the_spreadsheet_has_a_line_a_question_and_no_formula() -> None:
    answers = {62: known("=1+1"), 55: known("integrity"), 63: Answer(state=Knowledge.NOT_APPLICABLE)}
    rows = list(csv.reader(io.StringIO(as_csv(answers, "en", "Europe/Stockholm"))))
    assert [row[0] for row in rows] == ["number", "55", "62", "63"]
    assert rows[2][2] == "'=1+1"
    assert rows[3][2:] == ["Does not apply", "not_applicable"]
