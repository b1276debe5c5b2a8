"""One next best action a case; the clock is never hidden by the commission."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.next_step import (
    NEXT_STEP_LABELS,
    NO_CHANGE,
    NO_LESSON,
    CaseFacts,
    NextStep,
    NoticeMailing,
    Track,
    missing_before_closing,
    next_step,
)
from incidents.states import AuthorityTrack, Containment, PeopleTrack, State

MUCH, LITTLE = timedelta(hours=60), timedelta(hours=20)
review = State.UNDER_REVIEW
panel = State.IN_ASSESSMENT
TOLD, CLOSES, DEPARTS = AuthorityTrack.SUPPLEMENT_EXPECTED, frozenset({"closing"}), frozenset({"departure"})
RELEASED = AuthorityTrack.APPROVED
learnt: dict[str, Any] = {"lesson_written": True, "change_named": True}
settled: dict[str, Any] = {
    "authority": AuthorityTrack.COMPLETE,
    "people": PeopleTrack.DONE,
    "containment": Containment.DONE,
}


@pytest.mark.parametrize(
    ("facts", "step"),
    [
        (CaseFacts(State.REPORTED), NextStep.TAKE),
        (CaseFacts(review, still_going_on=True), NextStep.CONTAIN),
        (CaseFacts(review, still_going_on=True, containment=Containment.DONE), NextStep.CLASSIFY),
        (CaseFacts(review), NextStep.CLASSIFY),
        (CaseFacts(review, reopened=True, classified=True), NextStep.READ_NEW_FACTS),
        (CaseFacts(review, classified=True, left=MUCH), NextStep.CONVENE),
        (CaseFacts(review, classified=True, left=LITTLE), NextStep.PREPARE_NOTICE),
        (CaseFacts(panel, asked_to_assess=True, left=LITTLE), NextStep.ASSESS),
        (CaseFacts(panel, left=MUCH), NextStep.PREPARE_NOTICE),
        (CaseFacts(panel, authority=AuthorityTrack.APPROVED, left=LITTLE), NextStep.FILE_NOTICE),
        (CaseFacts(panel, authority=RELEASED, notice_mail=NoticeMailing.UNDER_WAY, left=LITTLE), NextStep.WATCH_NOTICE),
        (CaseFacts(panel, authority=RELEASED, notice_mail=NoticeMailing.IN_DOUBT, left=LITTLE), NextStep.SETTLE_NOTICE),
        (CaseFacts(panel, authority=AuthorityTrack.FILED, left=MUCH), NextStep.AWAIT_VOTES),
        (CaseFacts(panel, authority=AuthorityTrack.FILED, left=LITTLE), NextStep.DECIDE_EARLY),
        (CaseFacts(panel, quorum_reached=True, left=MUCH), NextStep.DECIDE),
        (CaseFacts(State.DECIDED, asked_to_assess=True), NextStep.ASSESS),
        (CaseFacts(State.DECIDED, authority=AuthorityTrack.APPROVED), NextStep.FILE_NOTICE),
        (CaseFacts(State.DECIDED, **learnt, **settled), NextStep.AWAIT_VOTES),
        (CaseFacts(State.DECIDED, quorum_reached=True), NextStep.DECIDE),
        (CaseFacts(State.IN_REMEDY, authority=AuthorityTrack.NOT_REQUIRED), NextStep.PREPARE_LETTERS),
        (CaseFacts(State.IN_REMEDY, authority=AuthorityTrack.FILED), NextStep.SUPPLEMENT),
        (CaseFacts(State.IN_REMEDY, authority=TOLD, informs=True), NextStep.PREPARE_LETTERS),
        (CaseFacts(State.IN_REMEDY, authority=TOLD, informs=True, people=PeopleTrack.HOLDING), NextStep.WATCH_HOLD),
        (CaseFacts(State.IN_REMEDY, authority=TOLD, informs=True, people=PeopleTrack.DONE), NextStep.SUPPLEMENT),
        (CaseFacts(State.IN_REMEDY, authority=AuthorityTrack.DRAFT, informs=True), NextStep.SUBMIT_NOTICE),
        (CaseFacts(State.IN_REMEDY, **learnt, **settled), NextStep.CLOSE),
        (
            CaseFacts(State.IN_REMEDY, **learnt, awaits=CLOSES, **settled),
            NextStep.AWAIT_SIGNATURE,
        ),
        (
            CaseFacts(State.IN_REMEDY, **learnt, awaits=CLOSES, to_sign=True, **settled),
            NextStep.SIGN,
        ),
        (CaseFacts(State.IN_REMEDY, numbers_differ=True, **settled), NextStep.EXPLAIN_NUMBERS),
        (CaseFacts(review, classified=True, awaits=frozenset({"dismissal"}), left=MUCH), NextStep.AWAIT_SIGNATURE),
        (CaseFacts(review, classified=True, awaits=frozenset({"dismissal"}), left=LITTLE), NextStep.PREPARE_NOTICE),
        (CaseFacts(review, classified=True, awaits=frozenset({"awareness"}), left=MUCH), NextStep.CONVENE),
        (CaseFacts(panel, quorum_reached=True, awaits=DEPARTS, left=MUCH), NextStep.AWAIT_SIGNATURE),
        (CaseFacts(panel, authority=TOLD, quorum_lost=True, left=MUCH), NextStep.RECONVENE),
        (CaseFacts(State.DECIDED, authority=TOLD, quorum_lost=True), NextStep.RECONVENE),
        (CaseFacts(State.DECIDED, authority=AuthorityTrack.APPROVED, quorum_lost=True), NextStep.FILE_NOTICE),
        (
            CaseFacts(State.DECIDED, authority=TOLD, people=PeopleTrack.HOLDING, informs=True, quorum_lost=True),
            NextStep.WATCH_HOLD,
        ),
        (CaseFacts(State.IN_REMEDY, asked_opinion=True), NextStep.OPINE),
        (CaseFacts(State.MERGED), NextStep.OPEN_TARGET),
        (CaseFacts(State.CLOSED), NextStep.NOTHING),
    ],
)
def test_the_next_best_action_follows_the_flow(facts: CaseFacts, step: NextStep) -> None:
    assert next_step(facts) is step


def test_less_than_a_day_left_means_the_notice_comes_before_the_commission() -> None:
    waiting = CaseFacts(panel, authority=AuthorityTrack.DRAFT, quorum_reached=True, left=LITTLE)
    assert next_step(waiting) is NextStep.SUBMIT_NOTICE


def test_the_oldest_open_track_comes_first_in_remedy() -> None:
    facts = CaseFacts(State.IN_REMEDY, oldest_first=(Track.CONTAINMENT, Track.PEOPLE, Track.AUTHORITY))
    assert next_step(facts) is NextStep.CONTAIN


def test_a_case_closes_after_authority_people_containment_and_a_lesson() -> None:
    done = CaseFacts(State.IN_REMEDY, **learnt, **settled)
    assert missing_before_closing(done) == []
    assert next_step(done) is NextStep.CLOSE
    unlearned = CaseFacts(State.IN_REMEDY, **settled)
    assert missing_before_closing(unlearned) == [NO_LESSON]
    assert next_step(unlearned) is NextStep.LEARN
    unnamed = CaseFacts(State.IN_REMEDY, lesson_written=True, **settled)
    assert missing_before_closing(unnamed) == [NO_CHANGE]
    assert next_step(unnamed) is NextStep.LEARN
    assert len(missing_before_closing(CaseFacts(State.IN_REMEDY))) == 4


@given(
    st.builds(
        CaseFacts,
        state=st.sampled_from(State),
        authority=st.sampled_from(AuthorityTrack),
        people=st.sampled_from(PeopleTrack),
        left=st.one_of(st.none(), st.timedeltas(timedelta(days=-9), timedelta(days=9))),
    )
)
def test_every_case_has_one_next_step_with_words(facts: CaseFacts) -> None:
    assert NEXT_STEP_LABELS[next_step(facts)]
