"""The EDPB's template as a card: 100 inputs, and every condition weighed both ways."""

import json
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from core.catalogue import WrongCard
from notifications.edpb.card import read, template
from notifications.edpb.conditions import Facts
from notifications.edpb.questions import Phase
from tests.notifications.edpb.weighing import SENT, Form

EDPB = Form("edpb")
TEXT, RAW, asked = EDPB.text, EDPB.raw, EDPB.asked
SOMETIMES = [number for number, field in RAW.items() if isinstance(field["required"], dict)]
PUBLISHED = Path(__file__).parents[4] / "shared" / "data" / "law" / "edpb_template.json"
published = pytest.mark.skipif(not PUBLISHED.exists(), reason=f"the field list is not on this machine ({PUBLISHED})")
CHOOSABLE = [
    (field["number"], value["code"])
    for field in RAW.values()
    for value in field.get("values", [])
    if "only_if" in value
]
ABOUT_13 = {18, 19, 113, 120}  # conditions on the address of 13, which the service knows without the form


def test_the_card_has_the_hundred_inputs_with_their_obligations() -> None:
    found = Counter(question.obligation for question in template().questions.values())
    assert found == {"mandatory": 42, "conditional": 46, "optional": 12}
    assert found.total() == 100


@published
def test_numbers_obligations_choices_and_conditions_are_the_published_ones() -> None:
    told = {field["number"]: field for field in json.loads(PUBLISHED.read_text("utf-8"))["fields"]}
    assert RAW.keys() == told.keys()
    for number, field in told.items():
        own = RAW[number]
        for name in ("section", "kind", "obligation", "phase"):
            assert own[name] == field[name], (number, name)
        assert own["required"] == bare(field["required"]), number
        question = template().questions[number]
        assert [choice.code for choice in question.choices] == [value["code"] for value in field["values"]], number
        if number not in ABOUT_13:
            assert own.get("condition") == bare(field["condition"]), number


def bare(told: Any) -> Any:
    """A published condition without its remarks."""
    if isinstance(told, dict):
        return {key: bare(part) for key, part in told.items() if key not in {"words", "certainty"}}
    return [bare(part) for part in told] if isinstance(told, list) else told


def test_every_question_and_choice_has_words_in_both_languages() -> None:
    labels = [question.label for question in template().questions.values()]
    labels += [choice.label for question in template().questions.values() for choice in question.choices]
    labels += template().sections.values()
    assert all(label.in_("en").strip() and label.in_("sv").strip() for label in labels)


def test_what_has_no_condition_is_asked_of_an_empty_notice() -> None:
    assert {question.number for question in template().asked(Facts({}))} == {
        number for number, field in RAW.items() if "condition" not in field or "not" in field["condition"]
    }


@pytest.mark.parametrize("number", EDPB.conditional)
def test_a_question_is_asked_where_its_condition_holds_and_only_there(number: int) -> None:
    condition = RAW[number]["condition"]
    assert number in asked(EDPB.satisfying(condition))
    assert all(number not in asked(case) for case in EDPB.failing(condition))


def test_an_answer_to_a_question_that_is_not_asked_counts_for_nothing() -> None:
    """103 hangs on 102, which hangs on 97: once nobody has been told, no reason is asked for."""
    assert 103 in asked((({97: ("yes",), 102: ("not_all",)}), set()))
    assert 103 not in asked((({97: ("not_high_risk",), 102: ("not_all",)}), set()))


def test_reasons_for_delay_are_asked_after_72_elapsed_hours_and_not_at_them() -> None:
    for late, hours in ((False, timedelta(hours=72)), (True, timedelta(hours=72, seconds=1))):
        aware = (SENT - hours).isoformat()
        assert (49 in asked((({3: ("new",), 48: (aware,)}), set()))) is late


def test_the_planned_date_is_required_only_where_there_is_one() -> None:
    known, ninety_nine = template(), template().questions[99]
    assert known.required(ninety_nine, Facts({97: ("planned_date",)}))
    assert not known.required(ninety_nine, Facts({97: ("planned_tbd",)}))


@pytest.mark.parametrize("number", SOMETIMES)
def test_an_answer_is_required_where_its_own_condition_holds_and_only_there(number: int) -> None:
    condition, question = RAW[number]["required"], template().questions[number]
    assert template().required(question, EDPB.facts(EDPB.satisfying(condition)))
    assert not any(template().required(question, EDPB.facts(case)) for case in EDPB.failing(condition))


@pytest.mark.parametrize(("number", "code"), CHOOSABLE)
def test_a_choice_is_offered_where_its_condition_holds_and_only_there(number: int, code: str) -> None:
    question = template().questions[number]
    condition = next(value["only_if"] for value in RAW[number]["values"] if value["code"] == code)
    assert code in {choice.code for choice in template().choices(question, EDPB.facts(EDPB.satisfying(condition)))}
    for case in EDPB.failing(condition):
        assert code not in {choice.code for choice in template().choices(question, EDPB.facts(case))}


@pytest.mark.parametrize("either", [109, 110])
def test_one_of_several_conditions_is_enough_where_any_will_do(either: int) -> None:
    assert 111 in asked(({either: ("yes",)}, set()))
    assert 111 not in asked(({109: ("no",), 110: ("unknown",)}, set()))


def test_withdrawing_can_be_chosen_in_a_follow_up_only() -> None:
    four = template().questions[4]
    assert "withdraw" not in {choice.code for choice in template().choices(four, Facts({3: ("new",)}))}
    assert "withdraw" in {choice.code for choice in template().choices(four, Facts({3: ("follow_up",)}))}


def test_the_first_notice_has_its_own_questions() -> None:
    assert {RAW[q.number]["phase"] for q in template().questions.values() if q.phase is Phase.INITIAL} == {"initial"}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (('field = 55, includes = "integrity"', 'field = 554, includes = "integrity"'), "names field 554"),
        (('field = 55, includes = "integrity"', 'field = 55, includes = "honesty"'), "'honesty'"),
        (('context = "controller_has_identifier"', 'context = "moon"'), "'moon'"),
        (("field = 102, equals", "field = 102, resembles"), "no condition"),
        (("per = 116", "per = 999"), "field 999"),
        (('required = "always"', 'required = "sometimes"'), "says nothing"),
        (('open_value = "more_needed"', 'open_value = "perhaps"'), "'perhaps'"),
        (("number = 126", "number = 125"), "twice"),
        (('values_of = "countries"', 'values_of = "moons"'), "no list moons"),
        (('section = "7"', 'section = "8"'), "no section 8"),
    ],
)
def test_a_slip_in_the_card_is_refused_with_file_and_line(change: tuple[str, str], sentence: str) -> None:
    before, after = change
    assert before in TEXT
    with pytest.raises(WrongCard) as refused:
        read("draft_1_0.toml", TEXT.replace(before, after, 1))
    place, _, _ = str(refused.value).partition(": ")
    assert place.startswith("draft_1_0.toml:")
    assert int(place.rpartition(":")[2]) > 1
    assert sentence in str(refused.value)


def test_a_condition_that_hangs_on_itself_is_refused() -> None:
    with pytest.raises(WrongCard, match="depends on itself"):
        read(
            "x",
            TEXT.replace(
                'condition = { field = 14, equals = "private" }', "condition = { field = 15, answered = true }"
            ),
        )


@pytest.mark.parametrize("line", ["adopted = 2026-06-08", "published = 2026-06-10", 'version = "1.0"'])
def test_a_template_without_its_dates_or_version_is_refused(line: str) -> None:
    with pytest.raises(WrongCard, match=r"^x:1: .*required"):
        read("x", TEXT.replace(line, ""))


def test_a_field_with_an_unknown_key_is_refused_at_its_line() -> None:
    with pytest.raises(WrongCard) as refused:
        read("x", TEXT.replace("number = 60\n", "number = 60\ncolour = 1\n"))
    line = TEXT[: TEXT.index("number = 60\n")].count("\n") + 2
    assert str(refused.value).startswith(f"x:{line}: field ")


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ("published = 2026-06-10", "published = 2026-06-07", "it was adopted on 2026-06-08"),
        ("compiled = 2026-11-22", "compiled = 2026-06-09", "it was published on 2026-06-10"),
        ("adopted = 2026-06-08", "adopted = 2026-06-11", "it was adopted on 2026-06-11"),
        ("adopted = 2026-06-08", 'adopted = "soon"', "valid date"),
    ],
)
def test_dates_out_of_order_are_refused_at_their_line(before: str, after: str, sentence: str) -> None:
    text = TEXT.replace(before, after)
    with pytest.raises(WrongCard, match=sentence) as refused:
        read("x", text)
    wrong = "published" if before.startswith("adopted") and "soon" not in after else before.split(" ", maxsplit=1)[0]
    line = text[: text.index(f"\n{wrong} = ") + 1].count("\n") + 1
    assert str(refused.value).startswith(f"x:{line}: {wrong}: ")
