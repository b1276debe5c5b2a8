"""The two forms of our own, for others who are told and for a controller: the numbers of the EDPB's template, every
condition weighed both ways, and out and back again as JSON."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.edpb.answers import Answer, Notice, known
from notifications.edpb.card import CONTROLLER, OTHER, read, template
from notifications.edpb.conditions import Facts
from notifications.edpb.exchange import as_csv, from_json, schema
from notifications.edpb.questions import Kind
from notifications.others import Kind as Recipient
from notifications.others import card_of
from tests.notifications.edpb.test_exchange import values_of, written
from tests.notifications.edpb.weighing import SENT, Form

FORMS = {card: Form(card) for card in (OTHER, CONTROLLER)}
EVERY = [(card, number) for card, form in FORMS.items() for number in form.raw]
CONDITIONAL = [(card, number) for card, form in FORMS.items() for number in form.conditional]
RISK = {85, 86, 87, 89, 90}
TELLING_THE_AUTHORITY = set(range(97, 124))


@pytest.mark.parametrize(("card", "number"), CONDITIONAL)
def test_a_question_is_asked_where_its_condition_holds_and_only_there(card: str, number: int) -> None:
    form = FORMS[card]
    condition = form.raw[number]["condition"]
    assert number in form.asked(form.satisfying(condition))
    assert all(number not in form.asked(case) for case in form.failing(condition))


@pytest.mark.parametrize(("card", "number"), [one for one in EVERY if one[1] < 200])
def test_a_number_means_the_same_in_every_form(card: str, number: int) -> None:
    """So the case fills all of them alike, and a controller takes our answers over as they are."""
    mine, theirs = template(card).questions[number], template().questions[number]
    assert mine.kind is theirs.kind
    assert [choice.code for choice in mine.choices] == [choice.code for choice in theirs.choices]


@pytest.mark.parametrize("card", FORMS)
def test_every_question_and_choice_has_words_in_both_languages(card: str) -> None:
    form = template(card)
    labels = [form.name, *form.sections.values()]
    labels += [question.label for question in form.questions.values()]
    labels += [choice.label for question in form.questions.values() for choice in question.choices]
    assert all(label.in_("en").strip() and label.in_("sv").strip() for label in labels)


def test_a_controller_is_asked_for_no_risk_and_for_no_word_to_the_authority() -> None:
    assert not (RISK | TELLING_THE_AUTHORITY) & set(template(CONTROLLER).questions)
    assert not [one for one in template(CONTROLLER).questions.values() if one.art.startswith("33(1)")]


@pytest.mark.parametrize("kind", Recipient)
def test_each_kind_of_recipient_gets_a_short_form_of_its_own(kind: str) -> None:
    form, context = template(card_of(kind)), frozenset({f"to_{kind}"})
    asked = {question.number for question in form.asked(Facts({3: ("new",)}, context))}
    special = {211: "police", 212: "insurer", 214: "bank", 205: "csirt supervisor", 71: "", 206: "csirt police"}
    for number, kinds in special.items():
        if number in form.questions:
            assert (number in asked) is (not kinds or kind in kinds.split())
    assert 12 <= len(asked) <= 22


def test_a_bank_and_the_police_are_asked_for_something_and_the_insurer_is_not() -> None:
    ask = template(OTHER).questions[210]
    wanted = {kind for kind in Recipient if template(OTHER).required(ask, Facts({}, frozenset({f"to_{kind}"})))}
    assert wanted == {"bank", "police"}


def test_what_is_not_known_yet_and_when_more_follows_is_asked_of_an_incomplete_message_only() -> None:
    asked = FORMS[CONTROLLER].asked
    assert 224 in asked(({4: ("incomplete",)}, set()))
    assert 224 not in asked(({4: ("complete",)}, set()))
    assert 225 in asked(({4: ("incomplete",), 224: ("The logs of March.",)}, set()))


def test_it_never_keeps_a_message_incomplete_by_itself() -> None:
    answers = {4: known("incomplete")}
    assert 224 not in {question.number for question in Notice(template(CONTROLLER), answers, at=SENT).open()}


def test_a_form_that_takes_choices_from_no_question_of_the_template_is_refused() -> None:
    text = FORMS[OTHER].text.replace('values_of = "edpb.60"', 'values_of = "edpb.999"')
    with pytest.raises(Exception, match=r"other_1.toml:\d+: field 60: .*edpb.999"):
        read("other_1.toml", text)


def answers_in(card: str) -> st.SearchStrategy[dict[int, Answer]]:
    questions = template(card).questions
    one = st.sampled_from(sorted(questions)).flatmap(
        lambda number: st.tuples(st.just(number), st.builds(Answer, values_of(questions[number]) | st.just(())))
    )
    return st.lists(one, max_size=20).map(dict)


@pytest.mark.parametrize("card", FORMS)
@given(data=st.data())
def test_what_is_written_is_read_back_the_same_and_names_whom_it_is_for(card: str, data: st.DataObject) -> None:
    answers = data.draw(answers_in(card))
    text = written(answers, authority="csirt", card=card)
    assert from_json(text) == answers
    assert (json.loads(text)["recipient"], json.loads(text)["template"]) == ("csirt", template(card).version)


@pytest.mark.parametrize("card", FORMS)
def test_each_form_publishes_its_schema_and_is_a_spreadsheet(card: str) -> None:
    found = schema(card)["$defs"]["Answers"]["properties"]
    assert set(found) == {str(number) for number in template(card).questions}
    rows = list(csv.reader(io.StringIO(as_csv({62: known("=1+1")}, {}, 1, "sv", "Europe/Stockholm", [], card))))
    assert rows[2][1:3] == [template(card).questions[62].label.sv, "'=1+1"]
    assert template(card).questions[62].kind is Kind.LONG_TEXT
