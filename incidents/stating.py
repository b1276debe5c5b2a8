"""Stating the facts that severity and duties are reckoned from: version by version, each change with its reason.

The score proposes and the commission decides (clause 8.1). So nothing here touches the case itself.
"""

import json
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from core.audit.entries import Fact
from core.db import new_id
from core.errors import N_, Conflict, Invalid
from core.keys import seal, unseal
from incidents.locking import lock
from incidents.models import Incident
from incidents.severity_form import REASON, SeverityForm
from incidents.severity_models import SeverityStatement
from incidents.states import ENDED
from risk.facts import Facts
from risk.facts_form import FactsForm
from risk.severity import number

CHANGED = N_("Somebody else has stated the facts meanwhile. Theirs stand above; nothing you wrote is lost.")
WHY_CHANGE = N_("Say why the facts are stated anew.")


def state(session: Session, actor: Actor, incident: Incident, form: SeverityForm, now: datetime) -> SeverityStatement:
    """Keep a new version of the facts; the versions before stay.

    Raises:
        Conflict: somebody was first, or the case has ended.
        Invalid: no data, a step without its reason, a contradiction, or no reason for the change.
    """
    incident = lock(session, incident)
    if incident.state in ENDED:
        raise Conflict(N_("The case has ended. Open it again first."))
    before = latest(session, incident)
    if form.version != (before.version if before else 0):
        raise Conflict(CHANGED)
    facts = form.facts(incident.cause_class)
    if before is not None and len(form.reason) < REASON:
        raise Invalid({"reason": WHY_CHANGE})
    row = _row(session, actor, incident, facts, form, now)
    _record(session, actor, incident, row, facts, before, form.reason, now)
    return row


def latest(session: Session, incident: Incident) -> SeverityStatement | None:
    """What is stated now; none while nobody has."""
    return next(iter(statements(session, incident)), None)


def statements(session: Session, incident: Incident) -> list[SeverityStatement]:
    """Every version, the newest first."""
    query = select(SeverityStatement).where(SeverityStatement.incident_id == incident.id)
    return list(session.scalars(query.order_by(SeverityStatement.version.desc())))


def form_of(session: Session, statement: SeverityStatement) -> FactsForm:
    text = unseal(session, statement.incident_id, _place(statement, "facts"), statement.facts_sealed)
    return FactsForm.model_validate_json(text)


def facts_of(session: Session, statement: SeverityStatement) -> Facts:
    """The facts to reckon from: `risk.duties.duties(facts_of(...))` is the proposal."""
    return form_of(session, statement).facts()


def reason_of(session: Session, statement: SeverityStatement) -> str:
    return unseal(session, statement.incident_id, _place(statement, "reason"), statement.reason_sealed)


def _row(
    session: Session, actor: Actor, incident: Incident, facts: FactsForm, form: SeverityForm, now: datetime
) -> SeverityStatement:
    found = facts.facts().severity
    row = SeverityStatement(
        id=new_id(), incident_id=incident.id, version=form.version + 1, quarters=int(found.score * 4),
        band=found.band, stated_by=actor.id, stated_at=now,
    )  # fmt: skip
    row.facts_sealed = seal(session, incident.id, _place(row, "facts"), facts.model_dump_json())
    row.reason_sealed = seal(session, incident.id, _place(row, "reason"), form.reason) if form.reason else ""
    session.add(row)
    session.flush()
    return row


def _record(
    session: Session, actor: Actor, incident: Incident, row: SeverityStatement, facts: FactsForm,
    before: SeverityStatement | None, reason: str, now: datetime,
) -> None:  # fmt: skip
    """The score stands in clear, the facts under the key of the case, field by field."""
    old = _texts(form_of(session, before)) if before else {}
    new = _texts(facts)
    changes = {name: (old.get(name), text) for name, text in new.items() if old.get(name) != text}
    if reason:
        changes["reason"] = (None, reason)
    clear: dict[str, Fact] = {"version": row.version, "score": number(facts.facts().severity.score), "band": row.band}
    record(session, actor, "severity:stated", incident.reference, now, case=incident.id, facts=clear, changes=changes)


def _texts(facts: FactsForm) -> dict[str, str]:
    """Each fact as a line, for the log."""
    return {name: json.dumps(value, ensure_ascii=False) for name, value in facts.model_dump(mode="json").items()}


def _place(statement: SeverityStatement, part: str) -> str:
    return f"severity_statement.{part}:{statement.id}"
