"""The verbs of a finding. Each is one transaction with its entry in the log and its mail, which has the finding's own
reference and a link and no word of what it is about."""

from datetime import date, datetime

from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.audit import record
from core.audit.models import AuditEntry, AuditHidden
from core.db import new_id
from core.errors import N_, Invalid, NotFound
from core.keys import INSTANCE, seal
from identity.models import User
from identity.people import person
from incidents.findings.models import Finding, FindingReply
from incidents.findings.rules import Severity, State, move
from incidents.findings.sight import possible_owners, sees_entry
from incidents.models import Incident
from incidents.queries import find_in_register
from incidents.receipt import new_reference
from notifications.outbox import enqueue

PRIORITY = 4
NO_CASE = N_("There is no such case. Check the reference.")
NO_ENTRY = N_("There is no such entry. Check the number.")
BEFORE = N_("Choose a day that has not passed.")
WHO = N_("Choose somebody who may see what the finding is about.")
WRITE_MORE = N_("Write a little more.")


class FindingForm(BaseModel):
    """`case` is a reference and `entry` a number of the log; at most one of them is needed."""

    text: str = Field(min_length=10, max_length=4000)
    severity: Severity
    owner: str = ""
    due_on: date
    case: str = ""
    entry: str = ""


def about(session: Session, actor: Actor, case: str, entry: str) -> tuple[Incident | None, AuditEntry | None]:
    """What a finding is about, as the auditor names it.

    Raises:
        Invalid: there is no such case or entry for this person.
    """
    if entry.strip():
        found = sees_entry(session, actor, int(entry)) if entry.strip().isdecimal() and len(entry) < 16 else None
        if found is None:
            raise Invalid({"entry": NO_ENTRY})
        return (session.get(Incident, found.case_id) if found.case_id else None), found
    if not case.strip():
        return None, None
    try:
        return find_in_register(session, actor, case.strip(), Operation.READ_CASE), None
    except NotFound as wrong:
        raise Invalid({"case": NO_CASE}) from wrong


def write(session: Session, actor: Actor, form: FindingForm, today: date, now: datetime) -> Finding:
    """An auditor writes down what was found, names who answers, and until when.

    Raises:
        Invalid: no such case or entry, an owner who may not see it, or a day that has passed.
    """
    incident, entry = about(session, actor, form.case, form.entry)
    if form.due_on < today:
        raise Invalid({"due_on": BEFORE})
    if form.owner not in {user.id for user in possible_owners(session, incident, entry)}:
        raise Invalid({"owner": WHO})
    finding = Finding(
        id=new_id(), reference=new_reference(now.year, 6).replace("PUI", "GR"), written_by=actor.id, written_at=now,
        case_id=incident.id if incident else INSTANCE, entry_seq=entry.seq if entry else None,
        severity=form.severity, owner_id=form.owner, due_on=form.due_on,
    )  # fmt: skip
    finding.state = State.OPEN
    finding.text_sealed = seal(session, finding.case_id, f"finding.text:{finding.id}", form.text.strip())
    session.add(finding)
    session.flush()
    _record(session, actor, finding, "finding:written", form.text.strip(), now)
    _tell(session, finding, "finding_given", person(session, finding.owner_id), now)
    return finding


def answer(session: Session, actor: Actor, finding: Finding, text: str, now: datetime) -> None:
    """The owner says what was done.

    Raises:
        Conflict: it does not wait for an answer.
        Invalid: nothing said.
    """
    _step(session, actor, finding, "answer", _said(text), now)
    _tell(session, finding, "finding_answered", person(session, finding.written_by), now)


def close(session: Session, actor: Actor, finding: Finding, text: str, now: datetime) -> None:
    """The auditor is content.

    Raises:
        Conflict: nobody has answered.
    """
    _step(session, actor, finding, "close", text.strip(), now)


def give_back(session: Session, actor: Actor, finding: Finding, text: str, now: datetime) -> None:
    """The answer is not enough, and why.

    Raises:
        Conflict: nobody has answered.
        Invalid: no reason.
    """
    _step(session, actor, finding, "give_back", _said(text), now)
    _tell(session, finding, "finding_given_back", person(session, finding.owner_id), now)


def _said(text: str) -> str:
    if len(text.strip()) < 3:
        raise Invalid({"text": WRITE_MORE})
    return text.strip()[:4000]


def _step(session: Session, actor: Actor, finding: Finding, verb: str, text: str, now: datetime) -> None:
    finding.state = move(verb, State(finding.state))
    reply = FindingReply(id=new_id(), finding_id=finding.id, kind=verb, by_id=actor.id, at=now)
    reply.text_sealed = seal(session, finding.case_id, f"finding_reply.text:{reply.id}", text) if text else ""
    session.add(reply)
    session.flush()
    actions = {"answer": "finding:answered", "close": "finding:closed", "give_back": "finding:given_back"}
    _record(session, actor, finding, actions[verb], text, now)


def _record(session: Session, actor: Actor, finding: Finding, action: str, text: str, now: datetime) -> None:
    """Under the key of the case; an entry about a finding on a hidden entry is hidden from the same person."""
    record(session, actor, action, finding.reference, now, case=finding.case_id,
           facts={"finding_severity": str(finding.severity), "due_on": finding.due_on.isoformat(),
                  "entry": finding.entry_seq},
           changes={"text": (None, text or None)}, hidden_from=hidden_from(session, finding))  # fmt: skip


def hidden_from(session: Session, finding: Finding) -> str | None:
    """The person whom the entry is about that was found wanting: neither reads of the other."""
    found: str | None = session.scalar(select(AuditHidden.user_id).where(AuditHidden.seq == finding.entry_seq))
    return found


def _tell(session: Session, finding: Finding, kind: str, user: User | None, now: datetime) -> None:
    if user is None or user.disabled_at is not None:
        return
    enqueue(session, kind, to=user.email, language=user.language, now=now, case=finding.case_id, priority=PRIORITY,
            once=f"{kind}:{finding.id}:{finding.version}:{user.id}", hidden_from=hidden_from(session, finding),
            facts={"reference": finding.reference, "path": finding.path,
                   "due_on": finding.due_on.isoformat()})  # fmt: skip
