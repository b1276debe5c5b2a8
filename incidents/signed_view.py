"""One signed decision in words: the facts it was taken on, what was proposed and decided, on which article, and why."""

from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from core.errors import N_
from core.i18n import absolute, translate
from core.organisation import organisation
from identity.people import names
from incidents.assessing.confirming import INFORM_LABELS, Confirmation, Inform, confirmation
from incidents.assessing.departing import WHYS, reasons_of
from incidents.assessing.differing import DIFFERS_LABELS, Differs
from incidents.commission import GROUND_LABELS, Ground
from incidents.commission_models import Commission, Decision
from incidents.separation import Failure
from incidents.severity_models import SeverityStatement
from incidents.severity_view import duties_in_words
from incidents.stating import facts_of
from risk.duties import duties
from risk.words import written_out

GROUNDS = {
    "none": N_("The risk to people is not high"),
    Ground.UNINTELLIGIBLE: GROUND_LABELS[Ground.UNINTELLIGIBLE],
    Ground.MADE_SAFE: GROUND_LABELS[Ground.MADE_SAFE],
    Ground.PUBLIC_INSTEAD: GROUND_LABELS[Ground.PUBLIC_INSTEAD],
}
NOTIFY_LABELS = {True: N_("Yes, tell it"), False: N_("No")}
NO_RISK = N_("A risk to people is unlikely: the authority is not told")
CONFIRMATIONS = {
    Confirmation.NOT_NEEDED: "",
    Confirmation.WAITING: N_("Made in advance. The commission has still to confirm it."),
    Confirmation.CONFIRMED: N_("Made in advance, and confirmed by the commission."),
    Confirmation.CONTRADICTED: N_("Made in advance. The commission came to another answer, so decide again."),
}
Fields = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class DecisionView:
    """One signed decision in words. `state`: in_force, waiting or refused. `severity`: what it was measured by."""

    state: str
    fields: Fields
    severity: Fields
    reasons: Fields
    signed: str
    departs: bool
    confirmation: str
    confirmation_text: str
    facts_version: int = 0
    separation: list[str] = field(default_factory=list)


def decision_view(session: Session, decision: Decision, lang: str) -> DecisionView:
    zone = organisation(session).zone
    signer = names(session, [decision.signed_by]).get(decision.signed_by, "")
    commission = session.get_one(Commission, decision.commission_id)
    found = confirmation(decision, commission)
    state = "refused" if decision.refused_at else "in_force" if decision.in_force_at else "waiting"
    stated = session.get(SeverityStatement, decision.statement_id) if decision.statement_id else None
    return DecisionView(
        state=state,
        fields=_fields(decision.notify_authority, Inform(decision.inform_people), decision.ground, lang),
        severity=severity_fields(session, decision, stated, lang),
        reasons=_reasons(reasons_of(session, decision), lang),
        signed=translate(lang, N_("Signed by {name}, {moment}")).format(
            name=signer, moment=absolute(decision.signed_at, lang, zone)
        ),
        departs=not decision.follows_commission,
        confirmation=found,
        confirmation_text=translate(lang, CONFIRMATIONS[found]) if CONFIRMATIONS[found] else "",
        facts_version=stated.version if stated else 0,
        separation=[Failure(code).sentence(lang) for code in decision.separation],
    )


def severity_fields(session: Session, decision: Decision, stated: SeverityStatement | None, lang: str) -> Fields:
    """Which facts, what they came to, what was proposed, and where the verdict leaves it."""
    if stated is None:
        return [(translate(lang, N_("Severity")), translate(lang, N_("Nobody had stated the facts.")))]
    found = duties(facts_of(session, stated))
    asked = "; ".join(f"{word}: {answer}" for word, answer in duties_in_words(found, lang))
    score = translate(lang, N_("{sum} (version {version} of the facts)"))
    rows = [
        (N_("Severity"), score.format(sum=written_out(found.severity, lang), version=stated.version)),
        (N_("Proposal"), asked),
    ]
    if decision.differs:
        other = ", ".join(translate(lang, DIFFERS_LABELS[Differs(code)]) for code in decision.differs)
        rows.append((N_("Differs from"), other))
    return [(translate(lang, label), value) for label, value in rows]


def _fields(notifies: bool, inform: Inform, ground: str, lang: str) -> Fields:
    unlikely = ground == Ground.NOTIFY and not notifies
    rows = [
        (N_("Tell the authority?"), NOTIFY_LABELS[notifies]),
        (N_("Tell the people affected?"), INFORM_LABELS[inform]),
        (N_("Ground"), NO_RISK if unlikely else GROUND_LABELS[Ground(ground)]),
    ]
    told = [(translate(lang, label), translate(lang, value)) for label, value in rows]
    article = translate(lang, N_("{ground} (GDPR Art. {article})")).format(ground=told[2][1], article=ground)
    return [*told[:2], (told[2][0], article)]


def _reasons(texts: dict[str, str], lang: str) -> Fields:
    return [(translate(lang, label), texts[name]) for name, label in WHYS if texts.get(name)]
