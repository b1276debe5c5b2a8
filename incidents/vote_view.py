"""One member's answer in words: the three headings of clause 8.1, the vote, why; and what it corrects."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from core.access import Actor
from core.errors import N_
from core.i18n import absolute, translate
from core.keys import unseal
from core.organisation import organisation
from identity.people import names
from incidents.assessing.seats import assessments, superseded
from incidents.assessing.voting import correction_place, notes_place
from incidents.assessing.words import CONSEQUENCE_LABELS, VULNERABLE, Consequence
from incidents.commission import ABSTAIN, VOTE_LABELS, Vote
from incidents.commission_models import Assessment, Commission
from incidents.models import Incident

ABSTAINS = N_("Abstains")
CODES = ("protection_level", "impact_level", "likelihood", "people_vulnerable", "consequences")
SHAPES = {Vote.NONE: "ring", Vote.RISK: "dot", Vote.HIGH: "triangle"}


@dataclass(frozen=True, slots=True)
class VoteView:
    """An answer as it stands, when it was given, and those it corrects (oldest first), kept and struck through.
    `correction` says why it was corrected; without figures and shape it is an abstention. `codes` is the same for the
    form that corrects it."""

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
    given_text: str
    codes: Mapping[str, object]
    correction: str = ""
    before: list["VoteView"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers of one commission for one reader: those that stand, by member, and those struck through."""

    session: Session
    actor: Actor
    incident: Incident
    standing: Mapping[str, Assessment]
    struck: Mapping[str, Sequence[Assessment]]
    called: Mapping[str, str]
    lang: str
    zone: str

    def view(self, member: str) -> VoteView:
        return self._view(self.standing[member], [self._view(row) for row in self.struck.get(member, ())])

    def _view(self, row: Assessment, before: Sequence[VoteView] = ()) -> VoteView:
        place = notes_place(row.commission_id, row.user_id, row.version)
        notes = json.loads(self._open(place, row.notes_sealed) or "{}")
        abstains, mine, name = row.vote == ABSTAIN, row.user_id == self.actor.id, self.called.get(row.user_id, "")
        return VoteView(
            name=translate(self.lang, N_("{name} (you)")).format(name=name) if mine else name,
            mine=mine,
            protection=row.protection_level,
            impact=row.impact_level,
            likelihood=row.likelihood,
            vulnerable="" if abstains else self._word(VULNERABLE.get(row.people_vulnerable, "")),
            consequences=[self._word(CONSEQUENCE_LABELS[Consequence(code)]) for code in row.consequences],
            vote=self._word(ABSTAINS if abstains else VOTE_LABELS[Vote(row.vote)]),
            shape="" if abstains else SHAPES[Vote(row.vote)],
            late=row.late,
            rationale=notes.get("rationale", ""),
            protection_note=notes.get("protection_note", ""),
            impact_note=notes.get("impact_note", ""),
            given_text=absolute(row.submitted_at, self.lang, self.zone),
            codes={} if abstains else notes | {name: getattr(row, name) for name in CODES} | {"risk_vote": row.vote},
            correction=self._open(correction_place(row), row.correction_sealed) if row.correction_sealed else "",
            before=[*before],
        )  # fmt: skip

    def _open(self, place: str, sealed: str) -> str:
        return unseal(self.session, self.incident.id, place, sealed) or ""

    def _word(self, word: str) -> str:
        return translate(self.lang, word)


def answers(
    session: Session, actor: Actor, incident: Incident, commission: Commission, members: Sequence[str], lang: str
) -> Answers:
    """Read everything once; whoever shows it asks first who may see it (incidents/commission_view.py)."""
    struck: dict[str, list[Assessment]] = {}
    for row in superseded(session, commission):
        struck.setdefault(row.user_id, []).append(row)
    standing = {row.user_id: row for row in assessments(session, commission)}
    called = names(session, [*members])
    return Answers(session, actor, incident, standing, struck, called, lang, organisation(session).zone)
