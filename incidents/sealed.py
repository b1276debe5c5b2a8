"""What a member of the commission must not see before the own answer: the calculated proposal, and what was decided.

The first numbers anchor a panel (clause 8.1 asks for an independent view). So the same rule holds for pages, for
the story and for the log, and it is one condition.
"""

from collections.abc import Collection

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from core.access import Actor
from core.audit.models import AuditEntry
from core.errors import N_
from incidents.bundle_models import BundledCase
from incidents.commission_models import Assessment, Commission, CommissionSeat, Decision
from incidents.models import Exclusion, Incident

ANSWER_FIRST = N_("You sit in the commission. Give your own assessment first; then you see the proposal.")
OWES = N_("This tells what the commission came to. Give your own assessment first, then read it.")
ACTIONS = ("severity:stated", "commission:counted", "decision:signed", "decision:in_force", "decision:confirmed",
           "decision:contradicted", "minutes:written", "notice:edited",
           "finding:written", "finding:answered", "finding:given_back", "finding:closed")  # fmt: skip
OF_A_JOINT_NOTICE = ("notice:bundled", "notice:edited")


def sealed_from(session: Session, actor: Actor, incident: Incident) -> bool:
    """Whether this reader sits in the commission of the case, or may be called to it, and has not answered."""
    return bool(session.scalar(select(_owes(actor, Incident.id)).where(Incident.id == incident.id)))


def sealed_among(session: Session, actor: Actor, ids: Collection[str]) -> set[str]:
    """The same for many cases at once: those of `ids` of which this reader must not know the answer yet."""
    return set(session.scalars(select(Incident.id).where(Incident.id.in_(ids), _owes(actor, Incident.id))))


def owes_answer(actor: Actor) -> ColumnElement[bool]:
    """The same as a condition on the case, for numbers over many."""
    return _owes(actor, Incident.id)


def may_read_entry(actor: Actor) -> ColumnElement[bool]:
    """Entries of the log that tell nothing a member must not know yet, nor of a case that the reader is involved in."""
    joint = AuditEntry.action.not_in(OF_A_JOINT_NOTICE) | ~_involved_in_part(actor)
    return joint & (AuditEntry.action.not_in(ACTIONS) | ~_owes(actor, AuditEntry.case_id))


def _involved_in_part(actor: Actor) -> ColumnElement[bool]:
    """Of a case that is told in the notice of the entry's case, or once was."""
    told = select(BundledCase.incident_id).join(Exclusion, Exclusion.incident_id == BundledCase.incident_id)
    return told.where(BundledCase.lead_id == AuditEntry.case_id, Exclusion.user_id == actor.id).exists()


def _owes(actor: Actor, case: object) -> ColumnElement[bool]:
    """A seat in a round that still takes answers, without one; an abstention is one too. After a decision that was not
    made in advance no answer counts any more (incidents/assessing/admitting.py)."""
    seat = CommissionSeat
    answered = select(Assessment.user_id).where(
        Assessment.commission_id == seat.commission_id, Assessment.user_id == seat.user_id
    )
    signed = select(Decision.id).where(
        Decision.commission_id == Commission.id, Decision.in_advance.is_(False), Decision.refused_at.is_(None)
    )
    owed = select(seat.user_id).join(Commission, Commission.id == seat.commission_id)
    return owed.where(
        Commission.incident_id == case,
        Commission.closed_at.is_(None),
        seat.user_id == actor.id,
        seat.recused_at.is_(None),
        ~answered.exists(),
        ~signed.exists(),
    ).exists()
