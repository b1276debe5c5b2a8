"""Only what is new is marked for a supplement: an answer nobody had before, or another one than was sent."""

import pytest

from notifications.edpb.answers import Answer, Answers, Knowledge, known
from notifications.edpb.card import template
from notifications.edpb.phases import News, Told, told_since
from notifications.edpb.wording import mark_words

OPEN, GONE = Answer(state=Knowledge.NOT_KNOWN_YET), Answer(state=Knowledge.NOT_APPLICABLE)
FELT, SURE = known("A mail went wrong."), known("Two mails went wrong.")


def told(*phases: Answers) -> dict[int, Told]:
    return told_since(phases, template())


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        (OPEN, FELT, Told(2, News.NEW)),
        (None, FELT, Told(2, News.NEW)),
        (FELT, SURE, Told(2, News.CHANGED)),
        (FELT, GONE, Told(2, News.CHANGED)),
        (OPEN, GONE, Told(2, News.NEW)),
        (FELT, FELT, Told(1)),
        (GONE, GONE, Told(1)),
        (FELT, OPEN, None),
        (OPEN, OPEN, None),
    ],
)
def test_an_answer_is_news_when_the_phase_before_did_not_give_it(
    before: Answer | None, after: Answer, found: Told | None
) -> None:
    assert told({62: before} if before else {}, {62: after}).get(62) == found


def test_an_open_choice_tells_nothing_so_what_follows_it_is_new() -> None:
    left_open, chosen = known("to_be_determined"), known("moderate")
    assert told({87: left_open}, {87: chosen}) == {87: Told(2, News.NEW)}
    assert told({87: left_open}, {87: left_open}) == {}


def test_a_first_notice_has_nothing_to_tell_apart() -> None:
    assert told({62: FELT}) == {62: Told(1)}
    assert mark_words(Told(1), 1, "en") == ""
    assert told() == {}


def test_an_answer_reads_since_the_phase_that_gave_it_last() -> None:
    assert told({62: FELT}, {62: SURE}, {62: SURE})[62] == Told(2)
    assert told({62: FELT}, {62: SURE}, {62: FELT})[62] == Told(3, News.CHANGED)


@pytest.mark.parametrize(
    ("since", "words"),
    [
        (Told(1), "sent in phase 1"),
        (Told(3, News.NEW), "new since phase 2"),
        (Told(3, News.CHANGED), "changed since phase 2"),
        (None, ""),
    ],
)
def test_the_mark_names_its_phase(since: Told | None, words: str) -> None:
    assert mark_words(since, 3, "en") == words
