"""Art. 33(4): what a first notice cannot do without, what may follow, and what is said to be not known yet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.moment import utc
from notifications.edpb.answers import Answer, Knowledge, Notice, known
from notifications.edpb.card import template
from notifications.edpb.questions import Kind, Question

SENT = utc(2026, 11, 25, 13, 5)
AWARE = utc(2026, 11, 23, 9).isoformat()
EEA = frozenset({"controller_established_in_eea"})
FIRST = {
    3: known("new"), 4: known("incomplete"), 12: known("Nordhamn AB"), 13: known("Box 1, Stockholm"),
    21: known("A. Berg"), 22: known("a@nordhamn.example"), 23: known("other"), 24: known("manager"),
    29: known("no"), 38: known("no"), 48: known(AWARE), 50: known("controller"), 51: known("A colleague saw it."),
    55: known("confidentiality"), 62: known("A mail went to the wrong person."), 92: known("The mail was recalled."),
    113: known("no"),
}  # fmt: skip


def notice(answers: dict[int, Answer]) -> Notice:
    return Notice(template(), answers, EEA, SENT)


def test_a_first_notice_needs_only_its_own_questions() -> None:
    assert [question.number for question in notice(FIRST).blocking()] == []
    assert {question.number for question in notice(FIRST).open()} >= {44, 60, 61, 63, 65, 70, 75, 85, 87, 89, 94, 97}


@pytest.mark.parametrize("number", [12, 38, 48, 62, 92, 113])
def test_without_one_of_them_it_cannot_go(number: int) -> None:
    answers = {key: answer for key, answer in FIRST.items() if key != number}
    assert number in {question.number for question in notice(answers).blocking()}
    assert number in {q.number for q in notice({**FIRST, number: Answer(state=Knowledge.NOT_KNOWN_YET)}).blocking()}


def test_when_it_is_late_the_reasons_are_one_of_them() -> None:
    late = {**FIRST, 48: known(utc(2026, 11, 22, 13).isoformat())}
    assert [question.number for question in notice(late).blocking()] == [49]
    assert notice({**late, 49: known("The mailbox was closed.")}).blocking() == []


def test_chosen_not_known_yet_stays_open_for_the_supplement() -> None:
    assert 60 in {q.number for q in notice({**FIRST, 60: known("to_be_determined")}).open()}
    assert 60 not in {q.number for q in notice({**FIRST, 60: known("phishing")}).open()}


def test_what_does_not_apply_is_settled_but_never_in_the_first_questions() -> None:
    gone = Answer(state=Knowledge.NOT_APPLICABLE)
    assert 63 not in {q.number for q in notice({**FIRST, 63: gone}).open()}
    assert 62 in {q.number for q in notice({**FIRST, 62: gone}).blocking()}


def test_nothing_empty_is_kept_as_known() -> None:
    assert known(" \n").state is Knowledge.NOT_KNOWN_YET
    assert known(" a ", "").values == ("a",)


@pytest.mark.parametrize(
    ("number", "answer", "wrong"),
    [
        (55, known("confidentiality", "integrity"), False),
        (55, known("beauty"), True),
        (3, known("new", "follow_up"), True),
        (4, known("withdraw"), True),
        (68, known("214"), False),
        (68, known("about 200"), True),
        (68, known("-1"), True),
        (48, known("2026-11-23T09:00"), True),
        (48, known(AWARE), False),
        (98, known("2026-13-01"), True),
        (62, known("x" * 4001), True),
        (117, known("SE:120", "NO:3"), False),
        (117, known("SE:many"), True),
        (40, known("Bolag A", "Bolag B"), False),
    ],
)
def test_an_answer_that_cannot_be_is_named(number: int, answer: Answer, wrong: bool) -> None:
    beside = {38: known("yes"), 67: known("exact"), 97: known("yes"), 113: known("yes"), 116: known("SE", "NO")}
    assert (number in notice({**FIRST, **beside, number: answer}).faults()) is wrong


def values_of(question: Question) -> st.SearchStrategy[tuple[str, ...]]:
    texts = st.sampled_from(["", "something", "2026-11-23", AWARE, "214", "yes"])
    codes = st.sampled_from([choice.code for choice in question.choices]) if question.choices else texts
    return st.lists(codes, max_size=3 if question.kind is Kind.CHOICES else 1).map(tuple)


def answer_to(number: int) -> st.SearchStrategy[tuple[int, Answer]]:
    answer = st.builds(Answer, values_of(template().questions[number]), st.sampled_from(Knowledge))
    return st.tuples(st.just(number), answer)


numbers = st.sampled_from(sorted(template().questions))
answers_of = st.lists(numbers.flatmap(answer_to), max_size=30).map(dict)


@given(answers_of)
def test_every_needed_question_is_open_or_settled_and_first_ones_block(answers: dict[int, Answer]) -> None:
    this = notice(answers)
    needed, still = {q.number for q in this.needed()}, {q.number for q in this.open()}
    assert still <= needed
    assert {q.number for q in this.blocking()} <= {q.number for q in this.needed_first()} <= needed
    for number in needed - still:
        answer = answers[number]
        assert answer.state is not Knowledge.NOT_KNOWN_YET
        assert answer.state is Knowledge.NOT_APPLICABLE or answer.values


@given(answers_of)
def test_what_is_no_longer_asked_never_counts(answers: dict[int, Answer]) -> None:
    this = notice(answers)
    asked = {question.number for question in this.asked()}
    alone = notice({number: answer for number, answer in answers.items() if number in asked})
    assert asked == {question.number for question in alone.asked()}
    assert this.open() == alone.open()
