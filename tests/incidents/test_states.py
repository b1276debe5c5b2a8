"""The table of ux section 3, held in both directions."""

from enum import StrEnum
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Conflict
from incidents.states import (
    AUTHORITY_MOVES,
    ENDED,
    MOVES,
    TABLES,
    AuthorityTrack,
    Containment,
    PeopleTrack,
    State,
    Who,
    how,
    label,
    move,
    next_states,
)

STORY = [State.REPORTED, State.UNDER_REVIEW, State.IN_ASSESSMENT, State.DECIDED, State.IN_REMEDY, State.CLOSED]


def test_a_case_walks_from_reported_to_closed() -> None:
    for current, target in pairwise(STORY):
        assert move(current, target) is target


def test_an_incident_cannot_skip_the_commission() -> None:
    with pytest.raises(Conflict) as refused:
        move(State.UNDER_REVIEW, State.DECIDED)
    assert refused.value.params == {"current": "Under review", "target": "Decided"}


def test_any_open_case_can_be_merged_and_no_ended_one() -> None:
    for state in State:
        assert (State.MERGED in MOVES[state]) == (state not in ENDED)


def test_dismissing_and_closing_need_the_chair_or_the_head() -> None:
    for current, target in [(State.UNDER_REVIEW, State.NOT_AN_INCIDENT), (State.IN_REMEDY, State.CLOSED)]:
        step = how(current, target)
        assert step.second == {Who.CHAIR, Who.HEAD}
        assert step.reason


def test_going_back_on_a_decision_needs_the_chair() -> None:
    assert how(State.DECIDED, State.IN_ASSESSMENT).second == {Who.CHAIR}


def test_the_dpo_is_never_a_needed_signature() -> None:
    steps = [step for table in TABLES.values() for targets in table.moves.values() for step in targets.values()]
    assert all(Who.DPO not in step.second for step in steps)
    assert all(step.by - {Who.DPO} for step in steps)


def test_a_closed_or_dismissed_case_is_reopened_with_a_reason() -> None:
    for ended in (State.CLOSED, State.NOT_AN_INCIDENT):
        assert next_states(ended) == (State.UNDER_REVIEW,)
        assert how(ended, State.UNDER_REVIEW).reason


def test_handing_back_returns_the_case_to_reported() -> None:
    assert move(State.UNDER_REVIEW, State.REPORTED) is State.REPORTED


def test_a_notice_is_never_filed_without_approval_and_an_edit_voids_it() -> None:
    before_filing = [state for state in AuthorityTrack if AuthorityTrack.FILED in AUTHORITY_MOVES[state]]
    assert before_filing == [AuthorityTrack.APPROVED]
    assert move(AuthorityTrack.APPROVED, AuthorityTrack.DRAFT) is AuthorityTrack.DRAFT


def test_what_was_filed_can_only_be_supplemented_or_withdrawn() -> None:
    assert set(next_states(AuthorityTrack.FILED)) == {
        AuthorityTrack.SUPPLEMENT_EXPECTED,
        AuthorityTrack.COMPLETE,
        AuthorityTrack.WITHDRAWN,
    }


def test_letters_are_tested_approved_and_held_before_they_are_sent() -> None:
    road = [PeopleTrack.PREPARING, PeopleTrack.TESTED, PeopleTrack.APPROVED, PeopleTrack.HOLDING, PeopleTrack.SENDING]
    for current, target in pairwise(road):
        assert move(current, target) is target
    with pytest.raises(Conflict):
        move(PeopleTrack.PREPARING, PeopleTrack.SENDING)
    with pytest.raises(Conflict):
        move(PeopleTrack.SENDING, PeopleTrack.PREPARING)


def test_containment_can_be_opened_again_with_a_reason() -> None:
    assert how(Containment.DONE, Containment.OPEN).reason


def test_every_state_has_its_word_and_its_line() -> None:
    for kind, table in TABLES.items():
        assert set(table.moves) == set(kind) == set(table.labels)
    assert label(PeopleTrack.DONE) != label(Containment.DONE)


@pytest.mark.parametrize("kind", TABLES)
def test_a_move_happens_exactly_when_the_table_has_it(kind: type[StrEnum]) -> None:
    for current, target in product(kind, kind):
        if target in TABLES[kind].moves[current]:
            assert move(current, target) is target  # type: ignore[type-var]
        else:
            with pytest.raises(Conflict):
                move(current, target)  # type: ignore[type-var]


@given(st.lists(st.sampled_from(State), max_size=30))
def test_a_merged_case_never_moves_again(wishes: list[State]) -> None:
    state = State.MERGED
    for wish in wishes:
        with pytest.raises(Conflict):
            state = move(state, wish)
    assert state is State.MERGED
