"""Who is involved in a case is said by two others: one proposes it with a reason, another signs it. So is the lifting.

Exclusion beats every role, so one person alone must not be able to blind another. The person concerned neither learns
of the proposal nor signs it, for that would be a warning. What the reporter said counts at once, for caution; two
people can confirm it or lift it.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from core.errors import N_, Conflict, Invalid
from core.i18n import translate
from identity.people import names, person
from incidents.countersigning import KINDS, Kind, Payload, propose
from incidents.involvement import ALREADY, NOBODY, exclude, say_why
from incidents.models import Countersign, Exclusion, Incident
from incidents.states import Who

EXCLUSION, INCLUSION = "exclusion", "inclusion"
THEN = {
    EXCLUSION: N_("They see no trace of the case from then on, whatever their role, and nobody tells them."),
    INCLUSION: N_("Their roles count in the case again. A seat that a substitute has taken stays with the substitute."),
}
REASON = N_("Write in what way, so that the second person can judge it.")
RULE = N_(
    "The manager, the deputy, the head or the chair signs, never the one who proposed, and nobody who is involved."
)
MISSING = N_(
    "Nobody else can sign this. It takes a second person: the manager, the deputy, the head or the chair, who is not "
    "involved and not the one it is about. Ask an administrator to appoint one."
)


def propose_exclusion(
    session: Session, actor: Actor, incident: Incident, user_id: str, reason: str, now: datetime
) -> Countersign:
    """Say that somebody is involved, or that what the reporter said holds. Nothing changes until another signs.

    Raises:
        Invalid: no such person, oneself, or no reason.
        Conflict: two have said so already, it waits already, or nobody else can sign.
    """
    _check(session, actor, user_id, reason)
    marked = session.get(Exclusion, (incident.id, user_id))
    if marked is not None and marked.step_id is not None:
        raise Conflict(ALREADY)
    return propose(session, actor, incident, EXCLUSION, {"user": user_id, "reason": reason}, now, about=user_id)


def propose_lifting(
    session: Session, actor: Actor, incident: Incident, user_id: str, reason: str, now: datetime
) -> Countersign:
    """Say that somebody is not involved after all. Until another has signed they see no trace of the case.

    Raises:
        Invalid: no such person, or no reason.
        Conflict: not marked, it waits already, or nobody else can sign.
    """
    _check(session, actor, user_id, reason)
    if session.get(Exclusion, (incident.id, user_id)) is None:
        raise Conflict(N_("This person is not marked as involved."))
    return propose(session, actor, incident, INCLUSION, {"user": user_id, "reason": reason}, now, about=user_id)


def faults(session: Session, actor: Actor, user_id: str, reason: str) -> dict[str, str]:
    """What is wrong with a proposal, by field."""
    wrong = {}
    if person(session, user_id) is None:
        wrong["user"] = NOBODY
    if user_id == actor.id:
        wrong["user"] = N_("It takes two others. Ask a colleague to mark you as involved.")
    if not reason.strip():
        wrong["reason"] = REASON
    return wrong


def _check(session: Session, actor: Actor, user_id: str, reason: str) -> None:
    if wrong := faults(session, actor, user_id, reason):
        raise Invalid(wrong)


def _exclude(session: Session, actor: Actor, incident: Incident, payload: Payload, now: datetime) -> None:
    """Signed: in this case, and in the one that has taken it in meanwhile."""
    step = session.get_one(Countersign, payload["step"])
    for case in _with_target(session, incident):
        marked = session.get(Exclusion, (case.id, payload["user"]))
        if marked is None:
            exclude(session, actor, case, payload["user"], payload["reason"], now, step)
        elif marked.step_id is None:
            say_why(session, marked, payload["reason"], step)
            _record(session, actor, case, "incident:exclusion_confirmed", step, payload, now)


def _include(session: Session, actor: Actor, incident: Incident, payload: Payload, now: datetime) -> None:
    """Signed: from now on the roles count again. A seat that a substitute has taken stays theirs."""
    marked = session.get(Exclusion, (incident.id, payload["user"]))
    if marked is not None:
        session.delete(marked)
        session.flush()
        step = session.get_one(Countersign, payload["step"])
        _record(session, actor, incident, "incident:included", step, payload, now)


def _record(
    session: Session, actor: Actor, incident: Incident, action: str, step: Countersign, payload: Payload, now: datetime
) -> None:
    told = {"person": payload["user"], "proposed_by": step.proposed_by, "reason": payload["reason"]}
    record(session, actor, action, incident.reference, now, case=incident.id,
           changes={name: (None, value) for name, value in told.items()}, hidden_from=payload["user"])  # fmt: skip


def _with_target(session: Session, incident: Incident) -> list[Incident]:
    into = session.get(Incident, incident.merged_into_id) if incident.merged_into_id else None
    return [incident, *([into] if into else [])]


def shows(session: Session, _incident: Incident, payload: Payload, lang: str, _zone: str) -> list[tuple[str, str]]:
    """Who, why, and what the signature does."""
    step = session.get_one(Countersign, payload["step"])
    who = names(session, [payload["user"]]).get(payload["user"], "")
    rows = [(N_("Who"), who), (N_("Why?"), payload["reason"]), (N_("What then?"), translate(lang, THEN[step.kind]))]
    return [(translate(lang, label), value) for label, value in rows]


SIGNERS = frozenset({Who.MANAGER, Who.DEPUTY, Who.HEAD, Who.CHAIR})
KINDS[EXCLUSION] = Kind(N_("Somebody is involved"), SIGNERS, _exclude, shows, rule=RULE, nobody=MISSING)
KINDS[INCLUSION] = Kind(N_("Somebody is no longer involved"), SIGNERS, _include, shows, rule=RULE, nobody=MISSING)
