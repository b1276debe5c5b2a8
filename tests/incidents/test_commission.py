"""Clause 8.1: a commission judges in each case; sealed votes, quorum, recusal and recorded dissent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Conflict
from incidents.commission import (
    GROUND_LABELS,
    MAJORITY_LABELS,
    TIE_LABELS,
    VOTE_LABELS,
    Choice,
    Ground,
    Majority,
    Position,
    Rules,
    Seat,
    Tie,
    Vote,
    check_can_convene,
    counted,
    departs,
    dissent,
    has_quorum,
    may_see_others,
    missing_for_quorum,
    outcome,
    presiding,
    quorum,
    sitting,
)

chair = Seat("sara", Position.CHAIR)
member, other = Seat("per"), Seat("leila")
substitute = Seat("kim", Position.SUBSTITUTE)
NONE, RISK, HIGH = Vote
votes_of = st.lists(st.sampled_from(Vote), min_size=1, max_size=9)


def names(seats: tuple[Seat, ...]) -> list[str]:
    return [seat.member for seat in seats]


def test_substitutes_wait_until_somebody_cannot_sit() -> None:
    assert names(sitting([chair, member, other, substitute])) == ["sara", "per", "leila"]


def test_a_recused_member_counts_out_and_the_substitute_steps_in() -> None:
    panel = [chair, Seat("per", recused=True), other, substitute]
    assert names(sitting(panel)) == ["sara", "leila", "kim"]


def test_a_substitute_with_a_conflict_does_not_step_in() -> None:
    panel = [chair, Seat("per", away=True), Seat("kim", Position.SUBSTITUTE, recused=True)]
    assert names(sitting(panel)) == ["sara"]


def test_somebody_presides_when_the_chair_is_recused() -> None:
    assert presiding([Seat("sara", Position.CHAIR, recused=True), member, other]) == member
    assert presiding([member, chair]) == chair
    assert presiding([]) is None


def test_the_quorum_is_more_than_half_of_the_ordinary_seats_unless_agreed() -> None:
    assert quorum([chair, member, other, substitute]) == 2
    assert quorum([chair, member]) == 2
    assert quorum([chair, member, other], agreed=3) == 3


def test_a_commission_that_cannot_reach_its_quorum_is_not_convened() -> None:
    panel = [chair, Seat("per", recused=True), Seat("leila", recused=True)]
    assert missing_for_quorum(panel) == 1
    with pytest.raises(Conflict) as refused:
        check_can_convene(panel)
    assert refused.value.params == {"quorum": 2, "missing": 1}
    check_can_convene([*panel, substitute])


def test_a_vote_given_before_recusal_no_longer_counts() -> None:
    votes = {"sara": RISK, "per": HIGH}
    assert has_quorum([chair, member, other], votes)
    recused = [chair, Seat("per", recused=True), other]
    assert counted(recused, votes) == {"sara": RISK}
    assert not has_quorum(recused, votes)


@pytest.mark.parametrize(
    ("votes", "result"),
    [
        ([NONE], NONE),
        ([RISK, RISK, HIGH], RISK),
        ([NONE, NONE, RISK], NONE),
        ([NONE, RISK], RISK),
        ([RISK, RISK, HIGH, HIGH], HIGH),
        ([NONE, RISK, HIGH], HIGH),
        ([NONE, NONE, NONE, RISK, RISK, HIGH, HIGH], RISK),
    ],
)
def test_the_majority_decides_and_a_tie_goes_to_the_higher_risk(votes: list[Vote], result: Vote) -> None:
    assert outcome(votes) is result


def test_without_votes_there_is_no_outcome() -> None:
    with pytest.raises(Conflict):
        outcome([])


@given(votes_of)
def test_the_outcome_is_somebody_s_vote_and_never_below_what_half_reach(votes: list[Vote]) -> None:
    order, result = list(Vote), outcome(votes)
    assert result in votes
    half_reach = [vote for vote in Vote if 2 * sum(order.index(v) >= order.index(vote) for v in votes) >= len(votes)]
    assert order.index(result) >= max(map(order.index, half_reach))


@given(votes_of)
def test_one_more_vote_for_high_risk_never_lowers_the_outcome(votes: list[Vote]) -> None:
    order = list(Vote)
    assert order.index(outcome([HIGH, *votes[1:]])) >= order.index(outcome(votes))


@pytest.mark.parametrize(
    ("votes", "rules", "result"),
    [
        ([NONE, NONE, NONE, RISK, RISK], Rules(Majority.TWO_THIRDS), RISK),
        ([NONE, NONE, RISK], Rules(Majority.TWO_THIRDS), NONE),
        ([NONE, NONE, RISK], Rules(Majority.ABSOLUTE, seats=5), RISK),
        ([NONE, NONE, NONE], Rules(Majority.ABSOLUTE, seats=5), NONE),
        ([RISK], Rules(Majority.ABSOLUTE, seats=3), HIGH),
    ],
)
def test_a_stricter_majority_makes_it_harder_to_say_that_the_risk_is_low(
    votes: list[Vote], rules: Rules, result: Vote
) -> None:
    assert outcome(votes, rules) is result


@pytest.mark.parametrize(
    ("votes", "chair", "result"),
    [
        ([NONE, RISK], NONE, NONE),
        ([NONE, RISK], RISK, RISK),
        ([RISK, RISK, HIGH, HIGH], RISK, RISK),
        ([NONE, RISK, RISK], NONE, RISK),
        ([NONE, RISK, HIGH], NONE, RISK),
        ([NONE, RISK], None, RISK),
    ],
)
def test_the_chair_decides_a_tie_where_the_rules_say_so(votes: list[Vote], chair: Vote | None, result: Vote) -> None:
    assert outcome(votes, Rules(tie=Tie.CHAIR), chair) is result


rules_of = st.builds(Rules, st.sampled_from(Majority), st.sampled_from(Tie), st.integers(1, 9) | st.none())


@given(votes_of, rules_of)
def test_no_rule_lets_the_outcome_fall_when_a_member_sees_a_higher_risk(votes: list[Vote], rules: Rules) -> None:
    order, chair = list(Vote), votes[-1]
    raised = [HIGH, *votes[1:]] if len(votes) > 1 else votes
    assert order.index(outcome(raised, rules, chair)) >= order.index(outcome(votes, rules, chair))


@given(votes_of, rules_of)
def test_no_rule_goes_below_what_more_than_half_see(votes: list[Vote], rules: Rules) -> None:
    order = list(Vote)
    more = [vote for vote in Vote if 2 * sum(order.index(v) >= order.index(vote) for v in votes) > len(votes)]
    assert order.index(outcome(votes, rules, votes[0])) >= max(map(order.index, more))


def test_whoever_abstains_gives_no_vote_to_the_quorum() -> None:
    assert missing_for_quorum([chair, member, other], agreed=2, abstained={"per"}) == 0
    assert missing_for_quorum([chair, member, other], agreed=2, abstained={"per", "leila"}) == 1


def test_whoever_voted_otherwise_is_in_the_minutes() -> None:
    assert dissent({"sara": RISK, "per": RISK, "leila": HIGH}, RISK) == ("leila",)


def test_others_votes_stay_sealed_until_the_own_one_is_given_or_the_round_is_closed() -> None:
    assert not may_see_others(own_submitted=False, round_closed=False)
    assert may_see_others(own_submitted=True, round_closed=False)
    assert may_see_others(own_submitted=False, round_closed=True)


@pytest.mark.parametrize(
    ("result", "decision", "against"),
    [
        (NONE, Choice(notify=False, inform=False), False),
        (NONE, Choice(notify=True, inform=False), True),
        (RISK, Choice(notify=True, inform=False), False),
        (RISK, Choice(notify=False, inform=False), True),
        (RISK, Choice(notify=True, inform=True), True),
        (HIGH, Choice(notify=True, inform=True), False),
        (HIGH, Choice(notify=True, inform=False), True),
        (HIGH, Choice(notify=True, inform=False, ground=Ground.UNINTELLIGIBLE), False),
        (HIGH, Choice(notify=True, inform=False, ground=Ground.NOTIFY), True),
        (HIGH, Choice(notify=False, inform=False, ground=Ground.MADE_SAFE), True),
    ],
)
def test_a_decision_against_the_commission_is_recognised(result: Vote, decision: Choice, against: bool) -> None:
    assert departs(result, decision) is against


def test_votes_and_grounds_have_words() -> None:
    assert set(VOTE_LABELS) == set(Vote)
    assert set(GROUND_LABELS) == set(Ground)
    assert set(MAJORITY_LABELS) == set(Majority)
    assert set(TIE_LABELS) == set(Tie)
