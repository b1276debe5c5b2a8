"""Opened votes in words and as a picture: one shape a member, so that disagreement is seen at once."""

import json
from collections import Counter
from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.access import Actor
from core.errors import N_
from core.i18n import translate
from core.keys import unseal
from incidents.assessing.voting import notes_place
from incidents.assessing.words import CONSEQUENCE_LABELS, VULNERABLE, Consequence
from incidents.commission import ABSTAIN, VOTE_LABELS, Vote, dissent
from incidents.commission_models import Assessment, Commission
from incidents.models import Incident

ABSTAINS = N_("Abstains")
SHAPES = {Vote.NONE: "ring", Vote.RISK: "dot", Vote.HIGH: "triangle"}
TALLY = {
    Vote.NONE: N_("no risk: {count}"),
    Vote.RISK: N_("risk: {count}"),
    Vote.HIGH: N_("high risk: {count}"),
}
FINDINGS = {
    Vote.NONE: N_("The commission sees no risk"),
    Vote.RISK: N_("The commission sees a risk"),
    Vote.HIGH: N_("The commission sees a high risk"),
}
HEADINGS = (
    ("protection", N_("Protection")),
    ("impact", N_("Impact")),
    ("likelihood", N_("Consequences")),
)


@dataclass(frozen=True, slots=True)
class VoteView:
    """One member's answer under the three headings of clause 8.1."""

    name: str
    mine: bool
    protection: int | None
    impact: int | None
    likelihood: int | None
    vulnerable: str
    consequences: list[str]
    vote: str
    shape: str
    late: bool
    rationale: str
    protection_note: str
    impact_note: str


@dataclass(frozen=True, slots=True)
class VotesView:
    """What came out: the finding, who dissents and why, the picture and its numbers."""

    outcome: str
    finding: str
    tally: list[str]
    votes: list[VoteView]
    dissenting: list[VoteView]
    spread: dict[str, object]
    legend: list[tuple[str, str]]


def vote_view(
    session: Session, incident: Incident, row: Assessment, called: dict[str, str], actor: Actor, lang: str
) -> VoteView:
    place = notes_place(row.commission_id, row.user_id, row.version)
    notes = json.loads(unseal(session, incident.id, place, row.notes_sealed) or "{}")
    mine, name = row.user_id == actor.id, called.get(row.user_id, "")
    return VoteView(
        name=translate(lang, N_("{name} (you)")).format(name=name) if mine else name,
        mine=mine,
        protection=row.protection_level,
        impact=row.impact_level,
        likelihood=row.likelihood,
        vulnerable=translate(lang, VULNERABLE.get(row.people_vulnerable, "")),
        consequences=[translate(lang, CONSEQUENCE_LABELS[Consequence(code)]) for code in row.consequences],
        vote=translate(lang, ABSTAINS if row.vote == ABSTAIN else VOTE_LABELS[Vote(row.vote)]),
        shape="" if row.vote == ABSTAIN else SHAPES[Vote(row.vote)],
        late=row.late,
        rationale=notes.get("rationale", ""),
        protection_note=notes.get("protection_note", ""),
        impact_note=notes.get("impact_note", ""),
    )


def opened(
    session: Session, actor: Actor, incident: Incident, commission: Commission, rows: dict[str, Assessment],
    called: dict[str, str], lang: str,
) -> VotesView:  # fmt: skip
    """The votes that count, for a reader to whom they are not sealed."""
    result = Vote(commission.outcome)
    views = {member: vote_view(session, incident, row, called, actor, lang) for member, row in rows.items()}
    tally = Counter(Vote(row.vote) for row in rows.values())
    differing = dissent({member: Vote(row.vote) for member, row in rows.items()}, result)
    shapes = [(SHAPES[vote], translate(lang, VOTE_LABELS[vote])) for vote in Vote if tally[vote]]
    mine = [("mine", translate(lang, N_("the ring is you")))] if actor.id in rows else []
    return VotesView(
        outcome=result,
        finding=translate(lang, FINDINGS[result]),
        tally=[translate(lang, TALLY[vote], count=tally[vote]) for vote in Vote if tally[vote]],
        votes=list(views.values()),
        dissenting=[views[member] for member in differing],
        spread=_spread(list(views.values()), lang),
        legend=[*shapes, *mine],
    )


def _spread(votes: list[VoteView], lang: str) -> dict[str, object]:
    rows = []
    words = []
    for name, heading in HEADINGS:
        word = translate(lang, heading)
        rows.append({"name": word, "dots": [_dot(vote, getattr(vote, name)) for vote in votes]})
        each = ", ".join(f"{vote.name} {getattr(vote, name)}" for vote in votes)
        words.append(f"{word}: {each}.")
    return {
        "id": "spread",
        "title": translate(lang, N_("How far apart the commission is")),
        "description": " ".join(words),
        "low": translate(lang, N_("better")),
        "high": translate(lang, N_("worse")),
        "rows": rows,
    }


def _dot(vote: VoteView, value: int) -> dict[str, object]:
    return {"value": value, "shape": vote.shape, "mine": vote.mine}
