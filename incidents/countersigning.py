"""Steps that wait for a second person: later awareness, not an incident, closing, departing from the commission, and
who is involved.

A step is proposed by one person and takes effect when another, the chair or the head, signs it with the password. Each
kind registers itself in `KINDS` where its verb lives: who may sign, what happens then, and how it is shown. So another
verb adds one with `KINDS["departure"] = Kind(...)` in its own file and calls `propose`. A step about a person is
neither shown to nor signed by that person, who would else be warned.
"""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from core.access import Actor, Role
from core.audit import record
from core.db import new_id
from core.errors import N_, Conflict, Forbidden, NotFound
from core.keys import seal, unseal
from identity.models import User
from identity.people import person
from identity.service import confirm_password
from incidents.alerts import excluded, people_for, tell
from incidents.chair import chairs
from incidents.models import Countersign, Incident
from incidents.opinions import ask_about_step
from incidents.states import Who

ROLES = {Who.MANAGER: Role.MANAGER, Who.DEPUTY: Role.DEPUTY, Who.HEAD: Role.HEAD}
Payload = Mapping[str, str]
Apply = Callable[[Session, Actor, Incident, Payload, datetime], None]
Shows = Callable[[Session, Incident, Payload, str, str], list[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of step. `shows(session, incident, payload, lang, zone)` says what the second person agrees to, `rule`
    who signs, and `nobody` what the company lacks when nobody can."""

    title: str
    signers: frozenset[Who]
    apply: Apply
    shows: Shows
    refused: Apply | None = None
    rule: str = N_("The chair or the head signs, never the one who proposed.")
    nobody: str = N_("Nobody else may sign this. The company needs a head or a chair who is not involved.")


KINDS: dict[str, Kind] = {}
DECIDED_ALREADY = N_("Somebody has already answered this. Load the page again and look.")


def propose(
    session: Session, actor: Actor, incident: Incident, kind: str, payload: Payload, now: datetime,
    about: str | None = None,
) -> Countersign:  # fmt: skip
    """Let a step wait for its second person, and ask those who may sign. One of a kind (and about one person) waits at
    a time. The DPO may say something about some kinds; nothing waits for that.

    Raises:
        Conflict: such a step waits already, or nobody else may sign it.
    """
    if any((step.kind, step.about_id) == (kind, about) for step in waiting(session, incident)):
        raise Conflict(N_("A proposal of this kind already waits for a signature."))
    people = signers(session, incident, kind, without={actor.id, about})
    if not people:
        raise Conflict(KINDS[kind].nobody)
    step = Countersign(id=new_id(), incident_id=incident.id, kind=kind, proposed_by=actor.id, proposed_at=now)
    step.about_id = about
    step.payload_sealed = seal(session, incident.id, f"countersign.payload:{step.id}", json.dumps(dict(payload)))
    step.state = "waiting"
    session.add(step)
    session.flush()
    written = json.dumps(dict(payload), sort_keys=True, ensure_ascii=False)
    record(session, actor, "countersign:proposed", incident.reference, now, case=incident.id,
           facts={"kind": kind, "step": step.id}, changes={"payload": (None, written)}, hidden_from=about)  # fmt: skip
    tell(session, incident, "signature_wanted", people, step.id, now, hidden_from=about,
         path=sign_path(incident, step))  # fmt: skip
    ask_about_step(session, incident, step, now)
    return step


def sign(session: Session, actor: Actor, step: Countersign, password: str, now: datetime) -> Incident:
    """Agree, as another person than the one who proposed it; only now does the step take effect.

    Raises:
        Forbidden: the same person, or none of those who sign this kind.
        Invalid: the password is wrong.
        Conflict: somebody has answered already.
    """
    incident = _answerable(session, actor, step)
    confirm_password(session, actor, password, now)
    _answer(session, actor, step, "signed", "", now)
    KINDS[step.kind].apply(session, actor, incident, payload_of(session, step), now)
    record(session, actor, "countersign:signed", incident.reference, now, case=incident.id,
           facts={"kind": step.kind, "step": step.id}, hidden_from=step.about_id)  # fmt: skip
    _tell_proposer(session, incident, step, "signature_given", now)
    return incident


def refuse_to_sign(
    session: Session, actor: Actor, step: Countersign, reason: str, password: str, now: datetime
) -> Incident:
    """Disagree, with a reason; nothing changes but the proposal, which stays in the story.

    Raises:
        Forbidden: the same person, or none of those who sign this kind.
        Invalid: the password is wrong.
        Conflict: somebody has answered already.
    """
    incident = _answerable(session, actor, step)
    confirm_password(session, actor, password, now)
    _answer(session, actor, step, "refused", reason, now)
    undo = KINDS[step.kind].refused
    if undo is not None:
        undo(session, actor, incident, payload_of(session, step), now)
    record(session, actor, "countersign:refused", incident.reference, now, case=incident.id,
           facts={"kind": step.kind, "step": step.id}, changes={"reason": (None, reason)},
           hidden_from=step.about_id)  # fmt: skip
    _tell_proposer(session, incident, step, "signature_refused", now)
    return incident


def withdraw(session: Session, actor: Actor, incident: Incident, steps: Collection[Countersign], now: datetime) -> None:
    """Waiting steps that no longer make sense (the case was merged, its proposer is involved) are put aside."""
    for step in steps:
        step.state, step.decided_by, step.decided_at = "withdrawn", actor.id, now
        record(session, actor, "countersign:withdrawn", incident.reference, now, case=incident.id,
               facts={"kind": step.kind, "step": step.id}, hidden_from=step.about_id)  # fmt: skip
        undo = KINDS[step.kind].refused
        if undo is not None:
            undo(session, actor, incident, payload_of(session, step), now)


def withdraw_kinds(session: Session, actor: Actor, incident: Incident, kinds: Collection[str], now: datetime) -> None:
    withdraw(session, actor, incident, [one for one in waiting(session, incident) if one.kind in kinds], now)


def withdraw_all(session: Session, actor: Actor, incident: Incident, now: datetime) -> None:
    """The case has ended: nothing waits for it any more but who may see it in the register."""
    withdraw(session, actor, incident, [one for one in waiting(session, incident) if one.about_id is None], now)


def waiting(session: Session, incident: Incident) -> list[Countersign]:
    query = select(Countersign).where(Countersign.incident_id == incident.id, Countersign.state == "waiting")
    return list(session.scalars(query.order_by(Countersign.proposed_at, Countersign.id)))


def waiting_for(session: Session, actor: Actor, incident: Incident) -> list[Countersign]:
    """What waits, as far as this reader may know."""
    return [step for step in waiting(session, incident) if step.about_id != actor.id]


def not_about(actor: Actor) -> ColumnElement[bool]:
    """The steps that this person may know of."""
    return Countersign.about_id.is_distinct_from(actor.id)


def find_step(session: Session, actor: Actor, incident: Incident, step_id: str) -> Countersign:
    """The step of a case the reader has already been let in to.

    Raises:
        NotFound: it belongs to another case, it is about the reader, or there is none.
    """
    step = session.get(Countersign, step_id)
    if step is None or step.incident_id != incident.id or step.about_id == actor.id:
        raise NotFound()
    return step


def may_sign(session: Session, actor: Actor, incident: Incident, step: Countersign) -> bool:
    return actor.id in {user.id for user in asked(session, incident, step)}


def asked(session: Session, incident: Incident, step: Countersign) -> list[User]:
    """Who may sign this step: never who proposed it, never whom it is about."""
    return signers(session, incident, step.kind, without={step.proposed_by, step.about_id})


def signers(session: Session, incident: Incident, kind: str, without: Collection[str | None]) -> list[User]:
    """Who may sign a step of this kind: by role, or as the chair; never who is involved."""
    wanted = KINDS[kind].signers
    roles = [role for who, role in ROLES.items() if who in wanted]
    people = people_for(session, incident, *roles) if roles else []
    known = {user.id for user in people}
    if Who.CHAIR in wanted:
        involved = excluded(session, incident)
        found = (person(session, one) for one in chairs(session, incident) if one not in known | involved)
        people += [user for user in found if user is not None and user.disabled_at is None]
    return [user for user in people if user.id not in without]


def kinds_for(actor: Actor) -> list[str]:
    """The kinds that this person's roles may sign."""
    held = {who for who, role in ROLES.items() if role in actor.roles}
    return sorted(code for code, kind in KINDS.items() if kind.signers & held)


def payload_of(session: Session, step: Countersign) -> Payload:
    """What was proposed, and under "step" which step it is."""
    text = unseal(session, step.incident_id, f"countersign.payload:{step.id}", step.payload_sealed)
    payload: dict[str, str] = json.loads(text)
    return payload | {"step": step.id}


def answer_of(session: Session, step: Countersign) -> str:
    return unseal(session, step.incident_id, f"countersign.answer:{step.id}", step.answer_sealed)


def sign_path(incident: Incident, step: Countersign) -> str:
    return f"{incident.path}/sign/{step.id}"


def _answerable(session: Session, actor: Actor, step: Countersign) -> Incident:
    incident = session.get_one(Incident, step.incident_id)
    if not may_sign(session, actor, incident, step):
        raise Forbidden(KINDS[step.kind].rule)
    return incident


def _answer(session: Session, actor: Actor, step: Countersign, state: str, reason: str, now: datetime) -> None:
    sealed = seal(session, step.incident_id, f"countersign.answer:{step.id}", reason) if reason else ""
    won = session.execute(
        update(Countersign)
        .where(Countersign.id == step.id, Countersign.state == "waiting")
        .values(state=state, decided_by=actor.id, decided_at=now, answer_sealed=sealed)
        .execution_options(synchronize_session=False)
    )
    if not won.rowcount:  # type: ignore[attr-defined]
        raise Conflict(DECIDED_ALREADY)
    session.refresh(step)


def _tell_proposer(session: Session, incident: Incident, step: Countersign, kind: str, now: datetime) -> None:
    proposer = person(session, step.proposed_by)
    tell(session, incident, kind, [proposer] if proposer else [], step.id, now, hidden_from=step.about_id)
