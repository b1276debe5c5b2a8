"""The tasks of a case say what is true now: no work that is done, no time that has run out."""

from datetime import timedelta

import pytest

from core.access import Actor, Role
from core.moment import utc
from incidents.case_facts import Known
from incidents.case_rounds import Round
from incidents.case_tasks import tasks
from incidents.models import Incident
from incidents.next_step import CaseFacts
from incidents.notice_view import _stages
from incidents.states import AuthorityTrack, State
from tests.fixtures.world import START

ANNA = Actor("anna", "Anna Berg", frozenset({Role.MANAGER}))
DECIDED = Round(utc(2026, 11, 20), seats=3, given=3, votes=3, quorum=2, awaits_me=False, open=False, decided=True)
OPEN = Round(utc(2026, 11, 20), seats=3, given=2, votes=2, quorum=2, awaits_me=False, open=True, decided=False)


def task(title: str, facts: CaseFacts, commission: Round | None = None) -> tuple[str, str]:
    incident = Incident(
        reference="PUI-2026-7K3Q", state=facts.state, containment="open", still_going_on="no", reported_at=START,
        authority_track=facts.authority, people_track=facts.people, cause_class="unknown", cause_code="",
    )  # fmt: skip
    found = tasks(ANNA, incident, Known(facts, commission), "en", "Europe/Stockholm")
    return next((one.word, one.note) for one in found if one.title == title)


@pytest.mark.parametrize(
    ("state", "commission", "said"),
    [
        (State.UNDER_REVIEW, None, ("Waiting", "The commission must be done first")),
        (State.UNDER_REVIEW, DECIDED, ("Done", "The decision is in force")),
        (State.IN_ASSESSMENT, OPEN, ("Do now", "The commission is done")),
        (State.IN_REMEDY, DECIDED, ("Done", "The decision is in force")),
    ],
)
def test_the_decision_is_to_be_made_only_while_none_is_in_force(
    state: State, commission: Round | None, said: tuple[str, str]
) -> None:
    facts = CaseFacts(state, quorum_reached=commission is not None)
    assert task("Decision", facts, commission) == said


@pytest.mark.parametrize(
    ("hours", "note"),
    [(30, "A first, incomplete notice may go out at once"), (20, "Less than 24 hours are left"),
     (-1, "The deadline has passed")],
)  # fmt: skip
def test_the_authority_is_told_how_much_time_is_left(hours: int, note: str) -> None:
    assert task("Authority", CaseFacts(State.UNDER_REVIEW, left=timedelta(hours=hours)))[1] == note


@pytest.mark.parametrize(
    ("track", "supplemented", "stages"),
    [
        (AuthorityTrack.DRAFT, False, ["now", "left", "left", "left", "left", "left"]),
        (AuthorityTrack.COMPLETE, False, ["done", "done", "done", "done", "reached"]),
        (AuthorityTrack.COMPLETE, True, ["done", "done", "done", "done", "done", "reached"]),
        (AuthorityTrack.WITHDRAWN, False, ["done", "done", "done", "done", "reached"]),
        (AuthorityTrack.NOT_REQUIRED, False, ["done", "reached"]),
    ],
)
def test_a_stage_that_was_skipped_is_not_ticked(track: AuthorityTrack, supplemented: bool, stages: list[str]) -> None:
    assert [one["state"] for one in _stages(track, supplemented, "en")] == stages
