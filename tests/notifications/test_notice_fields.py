"""GDPR Art. 33(3) and (4): what a notice holds, and what a first one may leave for later."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.moment import utc
from notifications.notice_fields import (
    FIELD,
    FIELDS,
    GROUP_LABELS,
    STATE_LABELS,
    Answer,
    FieldState,
    Group,
    asked,
    blocking,
    is_late,
    missing,
    not_known_yet,
    stated,
)

DUE = utc(2026, 11, 25, 13, 5)
answers = st.builds(Answer, st.sampled_from(["", "  ", "214 people"]), st.sampled_from(FieldState))
drafts = st.dictionaries(st.sampled_from(list(FIELD)), answers)


def known(*codes: str) -> dict[str, Answer]:
    return {code: Answer("something") for code in codes}


def test_every_item_of_article_33_3_is_there() -> None:
    items = {field.art for field in FIELDS}
    assert {"33(3)(a)", "33(3)(b)", "33(3)(c)", "33(3)(d)", "33(1)"} <= items
    assert len(FIELD) == len(FIELDS)


def test_reasons_for_delay_are_asked_only_when_late() -> None:
    assert FIELD["delay_reasons"] not in asked()
    assert FIELD["delay_reasons"] in asked(late=True)


def test_a_notice_at_the_moment_of_the_deadline_is_in_time() -> None:
    assert not is_late(DUE, DUE)
    assert is_late(DUE + timedelta(seconds=1), DUE)


def test_a_first_notice_needs_only_what_article_33_cannot_do_without() -> None:
    first = known("controller", "contact", "aware", "nature", "breach_types")
    assert blocking(first) == []
    assert [field.code for field in blocking(first, late=True)] == ["delay_reasons"]
    assert len(missing(first)) == len(FIELDS) - 6


def test_what_is_missing_is_stated_not_blank() -> None:
    stated = Answer(state=FieldState.NOT_KNOWN_YET)
    values = {field.code: stated for field in FIELDS}
    assert missing(values, late=True) == []
    assert not_known_yet(values) == list(FIELDS)
    assert FIELD["nature"] in blocking(values)


def test_nothing_empty_is_kept_as_known() -> None:
    assert stated(" \n").state is FieldState.NOT_KNOWN_YET
    assert stated("214").state is FieldState.KNOWN
    assert stated("", FieldState.NOT_APPLICABLE).state is FieldState.NOT_APPLICABLE


def test_blanks_are_no_answer() -> None:
    assert FIELD["nature"] in missing({"nature": Answer("  \n")})


@given(drafts, st.booleans())
def test_every_item_asked_is_answered_stated_or_missing(values: dict[str, Answer], late: bool) -> None:
    stated = {code for code, answer in values.items() if answer.stated}
    assert {field.code for field in missing(values, late)} == {field.code for field in asked(late)} - stated


def test_every_group_and_state_has_words_and_is_used() -> None:
    assert set(GROUP_LABELS) == set(Group) == {field.group for field in FIELDS}
    assert set(STATE_LABELS) == set(FieldState)
