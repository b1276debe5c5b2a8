"""What was decided: verdict, ground and reasons, the second signature, the DPO's advice, and what became of it."""

from sqlalchemy import select

from core.document import Block, Section, facts, told
from core.errors import N_
from incidents.assessing.confirming import Confirmation, confirmation
from incidents.assessing.departing import DEPARTURE, DEPARTURE_BY_CHAIR
from incidents.commission_models import Commission, Decision
from incidents.countersigning import answer_of, payload_of
from incidents.minutes.scribe import Scribe
from incidents.models import Countersign
from incidents.opinion_view import opinion_views
from incidents.separation import SENTENCES, Separation
from incidents.signed_view import decision_view

ANSWERS = {
    "waiting": N_("Not answered yet"),
    "signed": N_("Signed"),
    "refused": N_("Refused"),
    "withdrawn": N_("Taken back before it was answered"),
}
ADVICE = N_("The data protection officer advises. The advice is kept apart from the decision and is no signature.")


def decided(scribe: Scribe, commission: Commission, decision: Decision) -> Section:
    """The decision in force, and before it those that the chair refused or the commission did not confirm."""
    earlier = [one for one in _decisions(scribe, commission) if one.id != decision.id]
    inner = tuple(
        Section(title=scribe.say(N_("An earlier decision, number {number}"), number=one.round),
                blocks=_verdict(scribe, commission, one)) for one in earlier
    )  # fmt: skip
    return Section(title=scribe.say(N_("The decision")), blocks=_verdict(scribe, commission, decision), sections=inner)


def advice(scribe: Scribe) -> Section | None:
    """What the DPO was asked and answered in this case (GDPR Art. 38(6), 39)."""
    views = opinion_views(scribe.session, scribe.incident, scribe.lang)
    if not views:
        return None
    sections = [
        Section(title=view.about, blocks=(facts((scribe.say(N_("Opinion")), view.view)), *told(view.text, view.by),
                                          *told("" if view.answered else view.by)))
        for view in views
    ]  # fmt: skip
    title = scribe.say(N_("The data protection officer’s opinion"))
    return Section(title=title, blocks=told(scribe.say(ADVICE)), sections=tuple(sections))


def _decisions(scribe: Scribe, commission: Commission) -> list[Decision]:
    query = select(Decision).where(Decision.commission_id == commission.id).order_by(Decision.round)
    return list(scribe.session.scalars(query))


def _verdict(scribe: Scribe, commission: Commission, decision: Decision) -> tuple[Block, ...]:
    say, view = scribe.say, decision_view(scribe.session, decision, scribe.lang)
    rows = facts(
        *view.severity,
        *view.fields,
        (say(N_("Signed by")), scribe.who(decision.signed_by)),
        (say(N_("Signed")), scribe.at(decision.signed_at)),
        (say(N_("In force")), scribe.at(decision.in_force_at)),
        (say(N_("Refused")), scribe.at(decision.refused_at)),
        (say(N_("Departs from the commission")), say(N_("Yes") if view.departs else N_("No"))),
        (say(N_("In advance")), _confirmed(scribe, commission, decision, view.confirmation_text)),
    )
    reasons = [block for label, text in view.reasons for block in told(text, label)]
    return (rows, *reasons, *_separation(scribe, decision), *_signatures(scribe, decision))


def _confirmed(scribe: Scribe, commission: Commission, decision: Decision, sentence: str) -> str:
    """When the commission confirmed a decision made in advance, or came to another answer."""
    answered = confirmation(decision, commission) in {Confirmation.CONFIRMED, Confirmation.CONTRADICTED}
    return " ".join(filter(None, (sentence, scribe.at(commission.closed_at or scribe.now) if answered else "")))


def _separation(scribe: Scribe, decision: Decision) -> tuple[Block, ...]:
    """Which duties one person held that two should hold. That the decider reported it too would name the reporter."""
    codes = [Separation(code) for code in decision.separation]
    said = [scribe.say(SENTENCES[code]) for code in codes if code is not Separation.REPORTER]
    return told("\n".join(said), scribe.say(N_("Separation of duties that failed")))


def _signatures(scribe: Scribe, decision: Decision) -> tuple[Block, ...]:
    """The second signature on a decision against the commission: by whom, when, and why not."""
    kinds = (DEPARTURE, DEPARTURE_BY_CHAIR)
    query = select(Countersign).where(Countersign.incident_id == scribe.incident.id, Countersign.kind.in_(kinds))
    steps = scribe.session.scalars(query.order_by(Countersign.proposed_at, Countersign.id))
    mine = [one for one in steps if payload_of(scribe.session, one).get("decision") == decision.id]
    return tuple(block for one in mine for block in _signature(scribe, one))


def _signature(scribe: Scribe, step: Countersign) -> tuple[Block, ...]:
    say = scribe.say
    rows = facts(
        (say(N_("Second signature")), say(ANSWERS.get(step.state, step.state))),
        (say(N_("By")), scribe.who(step.decided_by) if step.decided_by else ""),
        (say(N_("Answered")), scribe.at(step.decided_at)),
    )
    return (rows, *told(answer_of(scribe.session, step), say(N_("Why not"))))
