"""Who sees a finding: whoever may read findings or owns it, and sees what it is about. A finding on a case follows the
case, one on an entry follows the entry; an involved person finds no trace of either (security.md A2)."""

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import Session

from core.access import POLICY, Actor, Operation, Relation
from core.audit.models import AuditEntry
from core.audit.sight import not_hidden_from
from core.errors import NotFound
from core.keys import INSTANCE
from identity.models import User
from identity.people import holders
from incidents.findings.models import Finding
from incidents.models import Incident
from incidents.queries import may_see
from incidents.sealed import may_read_entry


def visible_findings(actor: Actor, operation: Operation = Operation.READ_FINDINGS) -> Select[Finding]:
    relations = actor.relations(operation)
    doors: list[ColumnElement[bool]] = []
    if Relation.ANY in relations:
        doors.append(Finding.id.is_not(None))
    if Relation.OWN in relations:
        doors.append(Finding.owner_id == actor.id)
    return select(Finding).where(or_(false(), *doors), _sees_what_it_is_about(actor))


def _sees_what_it_is_about(actor: Actor) -> ColumnElement[bool]:
    case = select(Incident.id).where(Incident.id == Finding.case_id, may_see(actor, Operation.READ_CASE))
    entry = select(AuditEntry.seq).where(
        AuditEntry.seq == Finding.entry_seq, not_hidden_from(actor.id), may_read_entry(actor)
    )
    return and_(or_(Finding.case_id == INSTANCE, case.exists()), or_(Finding.entry_seq.is_(None), entry.exists()))


def find_finding(session: Session, actor: Actor, finding_id: str, operation: Operation) -> Finding:
    """One finding, to act on.

    Raises:
        NotFound: there is none, or it is not for this person; the two look alike.
    """
    finding = session.scalar(visible_findings(actor, operation).where(Finding.id == finding_id))
    if finding is None:
        raise NotFound()
    return finding


def sees_entry(session: Session, actor: Actor, seq: int) -> AuditEntry | None:
    """An entry of the log that this person may know of, if the case it belongs to is theirs to see."""
    case = select(Incident.id).where(Incident.id == AuditEntry.case_id, may_see(actor, Operation.READ_CASE))
    seen = or_(AuditEntry.case_id == INSTANCE, case.exists())
    query = select(AuditEntry).where(AuditEntry.seq == seq, seen, not_hidden_from(actor.id), may_read_entry(actor))
    return session.scalar(query)


def possible_owners(session: Session, case: Incident | None, entry: AuditEntry | None) -> list[User]:
    """Who can be asked for an answer: in general everybody, else who sees what the finding is about."""
    of_a_case = case is not None or (entry is not None and entry.case_id != INSTANCE)
    found = holders(session, *POLICY[Operation.READ_CASE if of_a_case else Operation.ANSWER_FINDING].grants)
    if entry is not None:
        return [user for user in found if sees_entry(session, user.actor, entry.seq)]
    if case is None:
        return found
    mine = select(Incident.id).where(Incident.id == case.id)
    return [user for user in found if session.scalar(mine.where(may_see(user.actor, Operation.READ_CASE)))]
