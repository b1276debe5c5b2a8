"""Opened votes together and as a picture: one shape a member, so that disagreement is seen at once."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from core.errors import N_
from core.i18n import translate
from incidents.commission import ABSTAIN, VOTE_LABELS, Vote, dissent
from incidents.commission_models import Commission
from incidents.vote_view import SHAPES, Answers, VoteView

TALLY = {
    Vote.NONE: N_("no risk: {count}"),
    Vote.RISK: N_("risk: {count}"),
    Vote.HIGH: N_("high risk: {count}"),
}
ABSTENTIONS = N_("abstain: {count}")
FINDINGS = {
    Vote.NONE: N_("The commission sees no risk"),
    Vote.RISK: N_("The commission sees a risk"),
    Vote.HIGH: N_("The commission sees a high risk"),
}
NO_QUORUM = N_("The round ended without a quorum")
HEADINGS = (
    ("protection", N_("Protection")),
    ("impact", N_("Impact")),
    ("likelihood", N_("Consequences")),
)


@dataclass(frozen=True, slots=True)
class VotesView:
    """What came out: the finding, who dissents and who abstains, each with the reason, the picture and its numbers.
    `answers` are all of them in the order of the table: first the votes, then the abstentions."""

    outcome: str
    finding: str
    tally: list[str]
    votes: list[VoteView]
    abstaining: list[VoteView]
    dissenting: list[VoteView]
    spread: dict[str, object]
    legend: list[tuple[str, str]]

    @property
    def answers(self) -> list[VoteView]:
        return [*self.votes, *self.abstaining]


def opened(commission: Commission, answers: Answers, members: Collection[str]) -> VotesView:
    """The answers of those who sit, for a reader to whom they are not sealed."""
    lang, standing = answers.lang, {one: answers.standing[one] for one in members if one in answers.standing}
    votes = {member: Vote(row.vote) for member, row in standing.items() if row.vote != ABSTAIN}
    views = {member: answers.view(member) for member in standing}
    tally, without = Counter(votes.values()), [views[one] for one in views if one not in votes]
    shapes = [(SHAPES[vote], translate(lang, VOTE_LABELS[vote]).lower()) for vote in Vote if tally[vote]]
    mine = [("mine", translate(lang, N_("the ring is you")))] if answers.actor.id in votes else []
    counts = [translate(lang, TALLY[vote], count=tally[vote]) for vote in Vote if tally[vote]]
    result = Vote(commission.outcome) if commission.outcome else None
    return VotesView(
        outcome=commission.outcome,
        finding=translate(lang, FINDINGS[result] if result else NO_QUORUM),
        tally=[*counts, *([translate(lang, ABSTENTIONS, count=len(without))] if without else [])],
        votes=[views[member] for member in votes],
        abstaining=without,
        dissenting=[views[member] for member in dissent(votes, result)] if result else [],
        spread=_spread([views[member] for member in votes], f"spread-{commission.round}", lang),
        legend=[*shapes, *mine],
    )


def _spread(votes: list[VoteView], key: str, lang: str) -> dict[str, object]:
    rows = []
    words = []
    for name, heading in HEADINGS:
        word = translate(lang, heading)
        rows.append({"name": word, "dots": [_dot(vote, getattr(vote, name)) for vote in votes]})
        each = ", ".join(f"{vote.name} {getattr(vote, name)}" for vote in votes)
        words.append(f"{word}: {each}.")
    return {
        "id": key,
        "title": translate(lang, N_("How far apart the commission is")),
        "description": " ".join(words),
        "low": translate(lang, N_("better")),
        "high": translate(lang, N_("worse")),
        "rows": rows,
    }


def _dot(vote: VoteView, value: int) -> dict[str, object]:
    return {"value": value, "shape": vote.shape, "mine": vote.mine}
