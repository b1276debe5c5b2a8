"""What a decision must account for beside its reasons (GDPR Art. 5(2)): made in advance, against the commission, beside
the score or the proposal, or signed by somebody who holds another part of the case too."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.access import Actor
from core.errors import N_, Conflict, Invalid
from incidents.assessing.confirming import Inform, against
from incidents.assessing.decide_form import DecideForm
from incidents.assessing.differing import Differs, differs
from incidents.commission import Vote
from incidents.commission_models import Commission
from incidents.models import Incident
from incidents.sealed import sealed_from
from incidents.separation import failing
from incidents.severity_models import SeverityStatement
from incidents.stating import facts_of, latest
from risk.duties import duties

LEAST = 3
NEWER_FACTS = N_("The facts of the severity were stated anew meanwhile. Look at them, then sign.")
WHY_EARLY = N_("Say why you decide before the commission is done.")
WHY_DEPART = N_("Your decision departs from the commission. Say why.")
WHY_NOT_TOLD = N_("Say on which ground the people are not told.")
WHY_SEPARATION = N_("Say why one person holds several parts of the case.")
WHY_DIFFERS = {
    (Differs.SCORE,): N_("Your decision differs from the score. Say why."),
    (Differs.PROPOSAL,): N_("Your decision differs from the proposal. Say why."),
    (Differs.SCORE, Differs.PROPOSAL): N_("Your decision differs from the score and from the proposal. Say why."),
}


@dataclass(frozen=True, slots=True)
class Account:
    """`blind`: the decider may be called to the commission, must not know the proposal, and is not asked about it."""

    early: bool
    departing: bool
    statement: SeverityStatement | None
    differs: tuple[Differs, ...]
    separation: tuple[str, ...]
    blind: bool = False

    @property
    def differs_unasked(self) -> bool:
        return self.blind or not self.differs


def account(session: Session, actor: Actor, incident: Incident, commission: Commission, form: DecideForm) -> Account:
    """Weigh the choice against all it is measured by.

    Raises:
        Conflict: the facts are newer than those the decider has read.
    """
    stated = latest(session, incident)
    if form.facts_version is not None and form.facts_version != (stated.version if stated else 0):
        raise Conflict(NEWER_FACTS)
    departing = bool(commission.outcome) and against(
        Vote(commission.outcome), form.notifies, form.inform_people, form.article
    )
    return Account(
        early=not commission.outcome,
        departing=departing,
        statement=stated,
        differs=_differs(session, stated, form),
        separation=tuple(failure.code for failure in failing(session, actor, incident)),
        blind=sealed_from(session, actor, incident),
    )


def check_reasons(form: DecideForm, found: Account) -> None:
    """Refuse a decision that leaves a reason out.

    Raises:
        Invalid: each missing reason at its field.
    """
    wrong = {}
    if form.inform_people is Inform.NOT and form.ground is None:
        wrong["ground"] = WHY_NOT_TOLD
    if found.early and len(form.early_reason) < LEAST:
        wrong["early_reason"] = WHY_EARLY
    if found.departing and len(form.departure_reason) < LEAST:
        wrong["departure_reason"] = WHY_DEPART
    if not found.differs_unasked and len(form.score_reason) < LEAST:
        wrong["score_reason"] = WHY_DIFFERS[found.differs]
    if found.separation and len(form.separation_reason) < LEAST:
        wrong["separation_reason"] = WHY_SEPARATION
    if wrong:
        raise Invalid(wrong)


def reasons_given(form: DecideForm, found: Account) -> dict[str, str]:
    """The reasons that are sealed with the decision; a text nobody asked for is not kept as if it had been."""
    return {
        "reasons": form.reasons,
        "early": form.early_reason if found.early else "",
        "departure": form.departure_reason if found.departing else "",
        "score": "" if found.differs_unasked else form.score_reason,
        "separation": form.separation_reason if found.separation else "",
    }


def _differs(session: Session, stated: SeverityStatement | None, form: DecideForm) -> tuple[Differs, ...]:
    if stated is None:
        return ()
    return differs(duties(facts_of(session, stated)), form.notifies, form.inform_people, form.article)
