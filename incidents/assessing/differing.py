"""Where a verdict leaves the score or the proposal. It may: the commission decides (clause 8.1). But it says why."""

from enum import StrEnum

from core.errors import N_
from incidents.assessing.confirming import Inform
from incidents.commission import Ground
from risk.duties import PRESUMED, Duties, Risk


class Differs(StrEnum):
    SCORE = "score"
    PROPOSAL = "proposal"


class Told(StrEnum):
    """Whom the people affected hear it from, if at all."""

    EACH = "each"
    PUBLIC = "public"
    NOBODY = "nobody"


DIFFERS_LABELS = {Differs.SCORE: N_("the score"), Differs.PROPOSAL: N_("the proposal")}
DIFFERS_SENTENCES = {
    Differs.SCORE: N_("It differs from what the score alone presumes."),
    Differs.PROPOSAL: N_("It differs from what the law asks for by the facts that are stated."),
}


def differs(found: Duties, notify: bool, inform: Inform, ground: str) -> tuple[Differs, ...]:
    """The score knows no exemptions, the proposal does (Art. 34(3)). "Later" leaves the question of the people open."""
    told = _told(inform, ground)
    presumed = PRESUMED[found.severity.band]
    by_score = notify is (presumed >= Risk.RISK) and (told is None or (told is Told.NOBODY) is (presumed < Risk.HIGH))
    by_proposal = notify is found.notify_authority and told in {None, _asked(found)}
    return tuple(code for code, same in ((Differs.SCORE, by_score), (Differs.PROPOSAL, by_proposal)) if not same)


def _told(inform: Inform, ground: str) -> Told | None:
    if inform is Inform.LATER:
        return None
    if inform is Inform.INFORM:
        return Told.EACH
    return Told.PUBLIC if ground == Ground.PUBLIC_INSTEAD else Told.NOBODY


def _asked(found: Duties) -> Told:
    if found.inform_people:
        return Told.EACH
    return Told.PUBLIC if found.public_communication else Told.NOBODY
