"""Departing from the commission: the decision waits until the chair has signed it too, or refuses it.

When the chair is the one who decides, the head signs: nobody agrees with themselves.
"""

import json
from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from core.errors import N_
from core.i18n import translate
from core.keys import unseal
from incidents.assessing.confirming import INFORM_LABELS, Inform
from incidents.assessing.differing import DIFFERS_LABELS, Differs
from incidents.assessing.effects import come_into_force
from incidents.assessing.seats import lock
from incidents.chair import chairs
from incidents.commission import VOTE_LABELS, Vote
from incidents.commission_models import Commission, Decision
from incidents.countersigning import KINDS, Kind, Payload, propose
from incidents.models import Incident
from incidents.severity_models import SeverityStatement
from incidents.states import Who
from incidents.stating import facts_of
from risk.words import written_out

DEPARTURE, DEPARTURE_BY_CHAIR = "departure", "departure_by_chair"
WHYS = (
    ("reasons", N_("Reasons")),
    ("early", N_("Why in advance")),
    ("departure", N_("Why another way than the commission")),
    ("score", N_("Why another way than the score or the proposal")),
    ("separation", N_("Why one person holds several parts of the case")),
)


def ask_the_chair(session: Session, actor: Actor, incident: Incident, decision: Decision, now: datetime) -> None:
    """Let the signed decision wait for its second signature."""
    kind = DEPARTURE_BY_CHAIR if actor.id in chairs(session, incident) else DEPARTURE
    propose(session, actor, incident, kind, {"decision": decision.id}, now)


def signed(session: Session, _actor: Actor, incident: Incident, payload: Payload, now: datetime) -> None:
    """The chair agrees: only now does the decision bind."""
    incident = lock(session, incident)
    decision = session.get_one(Decision, payload["decision"])
    come_into_force(session, incident, session.get_one(Commission, decision.commission_id), decision, now)


def refused(session: Session, actor: Actor, incident: Incident, payload: Payload, now: datetime) -> None:
    """The chair does not agree: the decision stays on record without force, and another one can be made."""
    decision = session.get_one(Decision, payload["decision"])
    decision.refused_at = now
    record(session, actor, "decision:refused", incident.reference, now, case=incident.id,
           facts={"round": decision.round})  # fmt: skip


def shows(session: Session, _incident: Incident, payload: Payload, lang: str, _zone: str) -> list[tuple[str, str]]:
    """What the chair agrees to: the commission's answer, the decision against it, and why."""
    decision = session.get_one(Decision, payload["decision"])
    commission = session.get_one(Commission, decision.commission_id)
    texts = reasons_of(session, decision)
    yes_no = N_("Yes, tell it") if decision.notify_authority else N_("No")
    rows = [
        (N_("The commission’s answer"), VOTE_LABELS[Vote(commission.outcome)] if commission.outcome else ""),
        (N_("Tell the authority?"), yes_no),
        (N_("Tell the people affected?"), INFORM_LABELS[Inform(decision.inform_people)]),
    ]
    told = [(translate(lang, label), translate(lang, value)) for label, value in rows]
    if decision.differs:
        from_what = ", ".join(translate(lang, DIFFERS_LABELS[Differs(code)]) for code in decision.differs)
        told.append((translate(lang, N_("Differs from")), from_what))
    whys = [(translate(lang, label), texts[name]) for name, label in WHYS if texts.get(name)]
    return [*told, *_measured(session, decision, lang), *whys]


def _measured(session: Session, decision: Decision, lang: str) -> list[tuple[str, str]]:
    """The severity that the decision was taken on."""
    stated = session.get(SeverityStatement, decision.statement_id) if decision.statement_id else None
    if stated is None:
        return []
    return [(translate(lang, N_("Severity")), written_out(facts_of(session, stated).severity, lang))]


def reasons_of(session: Session, decision: Decision) -> dict[str, str]:
    """The reasons, why in advance and why against the commission, as they were signed."""
    text = unseal(session, decision.incident_id, reasons_place(decision), decision.reasons_sealed)
    reasons: dict[str, str] = json.loads(text or "{}")
    return reasons


def reasons_place(decision: Decision) -> str:
    return f"decision.reasons:{decision.id}"


_TITLE = N_("A decision that departs from the commission")
KINDS[DEPARTURE] = Kind(_TITLE, frozenset({Who.CHAIR}), signed, shows, refused)
KINDS[DEPARTURE_BY_CHAIR] = Kind(_TITLE, frozenset({Who.HEAD}), signed, shows, refused)
