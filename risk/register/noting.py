"""What happens to a risk is noted twice in one transaction: in its own history, and in the log."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from core.audit.entries import Change, Fact
from core.errors import N_
from core.keys import INSTANCE, seal, unseal
from risk.register.matrix import Standing
from risk.register.models import Risk, RiskChange

KINDS: dict[str, str] = {
    "added": N_("Added to the register"),
    "drafted": N_("Proposed by the system: like incidents"),
    "taken": N_("Taken over from the draft"),
    "dropped": N_("Draft dropped"),
    "changed": N_("Changed"),
    "raised": N_("Likelihood raised by a control"),
    "fell": N_("Likelihood back where it was"),
    "acceptance_asked": N_("Acceptance proposed"),
    "acceptance_refused": N_("Acceptance refused"),
    "acceptance_ended": N_("Acceptance ended by a change"),
    "accepted": N_("Accepted by signature"),
    "expired": N_("Acceptance ran out"),
    "closed": N_("Closed"),
}


def note(
    session: Session, actor: Actor, risk: Risk, kind: str, now: datetime, *, before: Standing | None = None,
    reason: str = "", control: str = "", stands: str = "", fields: Sequence[str] = (),
    changes: dict[str, Change] | None = None, facts: dict[str, Fact] | None = None,
) -> RiskChange:  # fmt: skip
    """One change, with the level before and after. The reason is sealed; the log keeps a commitment to it."""
    stood = before or risk.current
    change = RiskChange(
        risk_id=risk.id, at=now, by_id=actor.id, kind=kind, control_code=control, control_stands=stands,
        before_likelihood=stood.likelihood, before_impact=stood.impact, after_likelihood=risk.current_likelihood,
        after_impact=risk.impact, fields=list(fields),
    )  # fmt: skip
    session.add(change)
    session.flush()
    if reason:
        change.reason_sealed = seal(session, INSTANCE, f"risk_change.reason:{change.id}", reason)
    told: dict[str, Fact] = {"risk_before": stood.score or None, "risk_after": risk.score or None,
                             "control": control or None, "risk_state": risk.state}  # fmt: skip
    shown = {name: value for name, value in told.items() if value is not None} | (facts or {})
    said = {"reason": (None, reason)} if reason else {}
    record(session, actor, f"risk:{kind}", risk.name, now, facts=shown, changes=said | (changes or {}))
    return change


def reason_of(session: Session, change: RiskChange) -> str:
    return unseal(session, INSTANCE, f"risk_change.reason:{change.id}", change.reason_sealed)


def rationale_of(session: Session, risk: Risk) -> str:
    return unseal(session, INSTANCE, f"risk.rationale:{risk.id}", risk.rationale_sealed)


def measures_of(session: Session, risk: Risk) -> str:
    return unseal(session, INSTANCE, f"risk.measures:{risk.id}", risk.measures_sealed)


def seal_texts(session: Session, risk: Risk, rationale: str, measures: str) -> None:
    """The number of the risk must be known: it is what the texts are bound to."""
    risk.rationale_sealed = seal(session, INSTANCE, f"risk.rationale:{risk.id}", rationale) if rationale else ""
    risk.measures_sealed = seal(session, INSTANCE, f"risk.measures:{risk.id}", measures) if measures else ""
