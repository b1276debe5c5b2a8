"""Clause 8.1: in each case a commission judges protection, degree of impact and consequences. Seats, votes, outcome."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.errors import N_, Conflict


class Position(StrEnum):
    CHAIR = "chair"
    MEMBER = "member"
    SUBSTITUTE = "substitute"


class Vote(StrEnum):
    """What the case means for the people concerned: the three answers Art. 33 and 34 know."""

    NONE = "none"
    RISK = "risk"
    HIGH = "high"


class Majority(StrEnum):
    """What it takes to stay below a higher answer. None of them makes it easier to tell nobody."""

    SIMPLE = "simple"
    ABSOLUTE = "absolute"
    TWO_THIRDS = "two_thirds"


class Tie(StrEnum):
    """Who decides between answers that as many members gave."""

    CAUTIOUS = "cautious"
    CHAIR = "chair"


class Ground(StrEnum):
    """The article a decision stands on."""

    NOTIFY = "33(1)"
    INFORM = "34(1)"
    UNINTELLIGIBLE = "34(3)(a)"
    MADE_SAFE = "34(3)(b)"
    PUBLIC_INSTEAD = "34(3)(c)"


MAJORITY_LABELS = {
    Majority.SIMPLE: N_("More than half of the votes"),
    Majority.ABSOLUTE: N_("More than half of all seats"),
    Majority.TWO_THIRDS: N_("Two thirds of the votes"),
}
TIE_LABELS = {Tie.CAUTIOUS: N_("The more cautious answer"), Tie.CHAIR: N_("The chair’s vote")}
POSITION_LABELS = {
    Position.CHAIR: N_("Chair"),
    Position.MEMBER: N_("Member"),
    Position.SUBSTITUTE: N_("Substitute"),
}
VOTE_LABELS = {Vote.NONE: N_("No risk"), Vote.RISK: N_("Risk"), Vote.HIGH: N_("High risk")}
GROUND_LABELS = {
    Ground.NOTIFY: N_("There is a risk to people: the authority is told"),
    Ground.INFORM: N_("The risk is high: the people affected are told"),
    Ground.UNINTELLIGIBLE: N_("Nobody else can read the data, for example because it is encrypted"),
    Ground.MADE_SAFE: N_("What was done afterwards has taken the high risk away"),
    Ground.PUBLIC_INSTEAD: N_("Telling each person is out of proportion: a public notice instead"),
}
NO_QUORUM = N_("The commission cannot reach its quorum of {quorum}: {missing} more needed. Name a substitute.")
EXEMPTIONS = frozenset({Ground.UNINTELLIGIBLE, Ground.MADE_SAFE, Ground.PUBLIC_INSTEAD})
ABSTAIN = "abstain"  # an answer without figures: whoever gives it is there, but it is no vote
_ORDER = tuple(Vote)


@dataclass(frozen=True, slots=True)
class Seat:
    """A person called to one case. Recused is out for a conflict of interest, away cannot take part in time."""

    member: str
    position: Position = Position.MEMBER
    recused: bool = False
    away: bool = False

    @property
    def can_sit(self) -> bool:
        return not (self.recused or self.away)


@dataclass(frozen=True, slots=True)
class Rules:
    """How a panel counts. `seats` is how many sit; without it the votes given are all there are."""

    majority: Majority = Majority.SIMPLE
    tie: Tie = Tie.CAUTIOUS
    seats: int | None = None

    def denied(self, below: int, given: int) -> bool:
        """Whether `below` of `given` votes are enough to say that a risk is lower than this."""
        if self.majority is Majority.TWO_THIRDS:
            return 3 * below >= 2 * given
        return 2 * below > (max(given, self.seats or 0) if self.majority is Majority.ABSOLUTE else given)


@dataclass(frozen=True, slots=True)
class Choice:
    """What the manager signs, as far as the law counts it: authority told, people told, and on which ground if not."""

    notify: bool
    inform: bool
    ground: Ground | None = None


def sitting(panel: Sequence[Seat]) -> tuple[Seat, ...]:
    """Who judges this case: members who can, and one substitute, in order, for each who cannot."""
    members = [seat for seat in panel if seat.position is not Position.SUBSTITUTE]
    able = [seat for seat in members if seat.can_sit]
    standing_in = [seat for seat in panel if seat.position is Position.SUBSTITUTE and seat.can_sit]
    return (*able, *standing_in[: len(members) - len(able)])


def presiding(panel: Sequence[Seat]) -> Seat | None:
    """The chair, or when the chair is out the first who sits, so that there is always somebody to sign."""
    seats = sitting(panel)
    return next((seat for seat in seats if seat.position is Position.CHAIR), seats[0] if seats else None)


def quorum(panel: Sequence[Seat], agreed: int | None = None) -> int:
    """How many votes are needed: as agreed for the panel, else more than half of its ordinary seats."""
    ordinary = sum(seat.position is not Position.SUBSTITUTE for seat in panel)
    return agreed if agreed is not None else ordinary // 2 + 1


def missing_for_quorum(panel: Sequence[Seat], agreed: int | None = None, abstained: Collection[str] = ()) -> int:
    """How many more people must be found before the commission can decide at all; 0 when it can. Whoever abstains is
    there, but gives no vote."""
    able = sum(seat.member not in abstained for seat in sitting(panel))
    return max(0, quorum(panel, agreed) - able)


def check_can_convene(panel: Sequence[Seat], agreed: int | None = None) -> None:
    """Refuse to open an assessment that can never reach its quorum.

    Raises:
        Conflict: too few people without a conflict of interest.
    """
    missing = missing_for_quorum(panel, agreed)
    if missing:
        raise Conflict(NO_QUORUM, quorum=quorum(panel, agreed), missing=missing)


def counted(panel: Sequence[Seat], votes: Mapping[str, Vote]) -> dict[str, Vote]:
    """The votes of those who sit: somebody recused after voting no longer counts."""
    return {seat.member: votes[seat.member] for seat in sitting(panel) if seat.member in votes}


def has_quorum(panel: Sequence[Seat], votes: Mapping[str, Vote], agreed: int | None = None) -> bool:
    return len(counted(panel, votes)) >= quorum(panel, agreed)


def outcome(votes: Collection[Vote], rules: Rules = Rules(), chair: Vote | None = None) -> Vote:
    """The answer most members gave, but never below what the majority refuses to deny. `chair` is the chair's vote.

    Raises:
        Conflict: nobody has voted.
    """
    if not votes:
        raise Conflict(N_("Nobody in the commission has voted yet."))
    tally = Counter(votes)
    deciding = chair if rules.tie is Tie.CHAIR else None
    return max(_most_given(tally, deciding), _not_denied(tally, rules, deciding), key=_ORDER.index)


def _most_given(tally: Counter[Vote], chair: Vote | None) -> Vote:
    tied = [vote for vote in _ORDER if tally[vote] == max(tally.values())]
    return chair if chair in tied else tied[-1]


def _not_denied(tally: Counter[Vote], rules: Rules, chair: Vote | None) -> Vote:
    """The highest answer that too few say is too high. At exactly half the chair may say so too."""
    found = _ORDER[0]
    for place, vote in enumerate(_ORDER[1:], 1):
        below = sum(tally[other] for other in _ORDER[:place])
        split = 2 * below == tally.total() and rules.majority is Majority.SIMPLE
        chair_denies = split and chair is not None and _ORDER.index(chair) < place
        if not (rules.denied(below, tally.total()) or chair_denies):
            found = vote
    return found


def dissent(votes: Mapping[str, Vote], result: Vote) -> tuple[str, ...]:
    """Whose differing opinion goes into the minutes, with their reasons."""
    return tuple(member for member, vote in votes.items() if vote is not result)


def may_see_others(own_submitted: bool, round_closed: bool) -> bool:
    """Votes are sealed: the first numbers anchor a panel, so nobody sees them before giving their own."""
    return own_submitted or round_closed


def called_for(result: Vote) -> Choice:
    """What the law asks for by each answer: the authority at a risk (Art. 33), the people at a high one (Art. 34)."""
    return Choice(notify=result is not Vote.NONE, inform=result is Vote.HIGH)


def departs(result: Vote, decision: Choice) -> bool:
    """Does the decision go against the commission? Then it needs a reason and the chair's signature.

    Not telling people at a high risk is no departure when Art. 34(3) gives a ground.
    """
    asked = called_for(result)
    exempt = asked.inform and not decision.inform and decision.ground in EXEMPTIONS
    return decision.notify != asked.notify or (decision.inform != asked.inform and not exempt)
