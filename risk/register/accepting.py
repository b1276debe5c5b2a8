"""Accepting a risk: one proposes it with its last day, another signs with the password; above a line only the head of
the company. When the day has passed, the risk is its owner's again."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from core.access import SYSTEM, Actor, Role
from core.errors import N_, Conflict, Invalid
from identity.service import confirm_password
from risk.register.mails import tell_signers
from risk.register.models import Risk
from risk.register.noting import note
from risk.register.rules import State, Treatment, head_signs

NOT_YOURSELF = N_("You proposed it yourself. Somebody else signs.")
ONLY_THE_HEAD = N_("The level is so high that only the head of the company signs.")
NOTHING_WAITS = N_("No acceptance waits for a signature any more.")


def ask(session: Session, actor: Actor, risk: Risk, until: date, now: datetime) -> None:
    """Propose to accept. One that is in force and covers the level of today stays; anything else is signed anew."""
    if risk.state == State.ACCEPTED and risk.accept_until == until and risk.score <= risk.accepted_score:
        return
    if risk.waits_for_signature and risk.accept_until == until:
        return
    end_by_change(session, actor, risk, now)
    risk.treatment, risk.accept_until = Treatment.ACCEPT, until
    risk.accept_asked_by, risk.accept_asked_at = actor.id, now
    note(session, actor, risk, "acceptance_asked", now, facts={"until": until.isoformat()})
    tell_signers(session, risk, now)


def accept(session: Session, actor: Actor, risk: Risk, password: str, version: int, now: datetime) -> None:
    """Sign: the company lives with the risk until the day.

    Raises:
        Conflict: nothing waits, the risk is another than the one read, or it is not this person who signs.
        Invalid: the password is wrong.
    """
    _require_waiting(risk, version)
    if not may_sign(actor, risk):
        raise Conflict(NOT_YOURSELF if actor.id == risk.accept_asked_by else ONLY_THE_HEAD)
    confirm_password(session, actor, password, now)
    risk.state, risk.accepted_by, risk.accepted_at = State.ACCEPTED, actor.id, now
    risk.accepted_score = risk.score
    until = risk.accept_until.isoformat() if risk.accept_until else None
    note(session, actor, risk, "accepted", now, facts={"until": until, "asked_by": risk.accept_asked_by})
    risk.accept_asked_by = risk.accept_asked_at = None


def refuse(session: Session, actor: Actor, risk: Risk, reason: str, version: int, now: datetime) -> None:
    """It is not accepted, and why: the owner decides what is done instead. Who proposed it may take it back so.

    Raises:
        Conflict: nothing waits.
        Invalid: no reason.
    """
    _require_waiting(risk, version)
    if len(reason.strip()) < 3:
        raise Invalid({"reason": N_("Write why.")})
    forget(risk)
    note(session, actor, risk, "acceptance_refused", now, reason=reason.strip()[:1000])


def may_sign(actor: Actor, risk: Risk) -> bool:
    """A leader who did not propose it; above the line the head."""
    if actor.id == risk.accept_asked_by:
        return False
    return Role.HEAD in actor.roles or not head_signs(risk.current_likelihood, risk.impact)


def end_by_change(session: Session, actor: Actor, risk: Risk, now: datetime) -> None:
    """What was accepted or proposed is so no more, because somebody changed the risk."""
    if risk.state != State.ACCEPTED and not risk.waits_for_signature:
        return
    forget(risk)
    note(session, actor, risk, "acceptance_ended", now)


def expire(session: Session, risk: Risk, now: datetime) -> None:
    """The last day has passed: nothing is decided, the risk is its owner's again."""
    until = risk.accept_until.isoformat() if risk.accept_until else None
    forget(risk)
    note(session, SYSTEM, risk, "expired", now, facts={"until": until})


def forget(risk: Risk) -> None:
    """Without an acceptance or a proposal of one; what ended keeps its end."""
    if risk.state == State.ACCEPTED:
        risk.state = State.OPEN
    if risk.treatment == Treatment.ACCEPT and risk.state == State.OPEN:
        risk.treatment = Treatment.NONE_YET
    risk.accept_until = risk.accept_asked_by = risk.accept_asked_at = None
    risk.accepted_by = risk.accepted_at = None
    risk.accepted_score = 0


def _require_waiting(risk: Risk, version: int) -> None:
    if not risk.waits_for_signature or version != risk.version:
        raise Conflict(NOTHING_WAITS)
