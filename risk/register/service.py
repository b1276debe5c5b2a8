"""The verbs of a risk: add, change, take over a draft or drop it, close. Each is one transaction of the caller's.

What a person sets is never moved by a rule: a failing control puts a step on top of it (`learning`).
"""

from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor
from core.audit.entries import Change
from core.errors import N_, Conflict, Invalid
from core.organisation import organisation
from identity.models import User
from identity.people import holders
from risk.models import Control
from risk.register import accepting
from risk.register.form import RiskForm, check
from risk.register.links import link_controls
from risk.register.matrix import Standing
from risk.register.models import Risk
from risk.register.noting import measures_of, note, rationale_of, seal_texts
from risk.register.queries import controls_of, failing
from risk.register.rules import LIVING, State, Treatment, raised
from risk.service import KEEPERS

CHANGED = N_(
    "Somebody else has changed the risk meanwhile. Their version is shown beside yours; nothing you wrote is lost."
)
WHY = N_("Write why.")


class Cause(NamedTuple):
    """A class of clause 8.2 and a code in it, as the floor above knows them; the code may be empty."""

    kind: str
    code: str


def owners(session: Session) -> list[User]:
    """Who can answer for a risk: whoever keeps controls."""
    return holders(session, *KEEPERS)


def today_of(session: Session, now: datetime) -> date:
    """The day it is where the company is."""
    return now.astimezone(ZoneInfo(organisation(session).zone)).date()


def add(session: Session, actor: Actor, form: RiskForm, cause: Cause, now: datetime) -> Risk:
    """A new risk.

    Raises:
        Invalid: something cannot be, such as an acceptance without its last day.
    """
    _check(session, form, now)
    risk = Risk(state=State.OPEN, title=form.title.strip(), created_by=actor.id, created_at=now)
    _put(risk, form, cause)
    risk.stand_at(form.likelihood)
    session.add(risk)
    session.flush()
    seal_texts(session, risk, form.rationale.strip(), form.measures.strip())
    note(session, actor, risk, "added", now, before=Standing(0, 0), reason=form.why.strip(),
         changes=_snapshot(session, risk))  # fmt: skip
    link_controls(session, actor, risk, form.controls, now)
    _follow_treatment(session, actor, risk, form, now)
    session.flush()
    return risk


def change(session: Session, actor: Actor, risk: Risk, form: RiskForm, cause: Cause, now: datetime) -> Risk:
    """Somebody looked at the risk anew. A change of the level needs its reason.

    Raises:
        Conflict: it has ended, or somebody else has changed it since the form was opened.
        Invalid: something cannot be, or a level moved without a reason.
    """
    _require_fresh(risk, form, LIVING)
    _check(session, form, now)
    before, old = risk.current, _texts(session, risk)
    levels_before = (risk.likelihood, risk.impact)
    if levels_before != (form.likelihood, form.impact) and len(form.why.strip()) < 3:
        raise Invalid({"why": N_("Write why the level is another one now.")})
    _put(risk, form, cause)
    risk.stand_at(raised(form.likelihood, [one.control_code for one in failing(session, risk)]))
    seal_texts(session, risk, form.rationale.strip(), form.measures.strip())
    new = _texts(session, risk)
    fields = sorted(name for name in new if new[name] != old[name])
    note(session, actor, risk, "changed", now, before=before, reason=form.why.strip(), fields=fields,
         changes={name: (old[name] or None, new[name] or None) for name in fields})  # fmt: skip
    link_controls(session, actor, risk, form.controls, now)
    _follow_treatment(session, actor, risk, form, now)
    session.flush()
    return risk


def take_over(session: Session, actor: Actor, risk: Risk, form: RiskForm, cause: Cause, now: datetime) -> Risk:
    """A draft becomes a risk: somebody has judged it.

    Raises:
        Conflict: it is no draft any more, or somebody else has changed it.
        Invalid: something cannot be.
    """
    _require_fresh(risk, form, frozenset({State.DRAFT}))
    _check(session, form, now)
    risk.state = State.OPEN
    _put(risk, form, cause)
    risk.stand_at(form.likelihood)
    seal_texts(session, risk, form.rationale.strip(), form.measures.strip())
    note(session, actor, risk, "taken", now, before=Standing(0, 0), reason=form.why.strip(),
         changes=_snapshot(session, risk))  # fmt: skip
    link_controls(session, actor, risk, form.controls, now)
    _follow_treatment(session, actor, risk, form, now)
    session.flush()
    return risk


def drop(session: Session, actor: Actor, risk: Risk, reason: str, now: datetime) -> None:
    """A draft is no risk, and why.

    Raises:
        Conflict: it is no draft any more.
        Invalid: no reason.
    """
    _end(session, actor, risk, State.DRAFT, State.DROPPED, reason, now)


def close(session: Session, actor: Actor, risk: Risk, reason: str, now: datetime) -> None:
    """A risk is none any more, and why. It stays readable, and a like incident can open a new draft.

    Raises:
        Conflict: it has ended already, or is a draft.
        Invalid: no reason.
    """
    _end(session, actor, risk, risk.state if risk.state in LIVING else State.OPEN, State.CLOSED, reason, now)


def as_form(session: Session, risk: Risk) -> dict[str, Any]:
    """The risk as its form holds it; what is not said is left out."""
    named = ("title", "asset", "likelihood", "impact", "inherent_likelihood", "inherent_impact", "target_likelihood",
             "target_impact", "treatment", "accept_until", "review_on", "version")  # fmt: skip
    found = {name: str(value) for name in named if (value := getattr(risk, name)) not in (None, 0, "")}
    return found | {
        "cause": risk.cause_code or risk.cause_class, "owner": risk.owner_id or "",
        "rationale": rationale_of(session, risk), "measures": measures_of(session, risk),
        "controls": controls_of(session, risk),
    }  # fmt: skip


def _end(session: Session, actor: Actor, risk: Risk, begin: str, end: State, reason: str, now: datetime) -> None:
    if risk.state != begin:
        raise Conflict(N_("Somebody else has changed the risk meanwhile. Load the page again and look."))
    if len(reason.strip()) < 3:
        raise Invalid({"reason": WHY})
    risk.state, risk.ended_at = end, now
    accepting.forget(risk)
    note(session, actor, risk, str(end), now, reason=reason.strip()[:1000])


def _require_fresh(risk: Risk, form: RiskForm, states: frozenset[State]) -> None:
    if risk.state not in states or form.version != risk.version:
        raise Conflict(CHANGED)


def _check(session: Session, form: RiskForm, now: datetime) -> None:
    people = {user.id for user in owners(session)}
    check(form, today_of(session, now), people, set(session.scalars(select(Control.code))))


def _put(risk: Risk, form: RiskForm, cause: Cause) -> None:
    risk.title, risk.asset = form.title.strip(), form.asset.strip()
    risk.cause_class, risk.cause_code = cause.kind, cause.code
    risk.likelihood, risk.impact = form.likelihood, form.impact
    if form.inherent_likelihood or not risk.inherent_likelihood:
        risk.inherent_likelihood = form.inherent_likelihood or form.likelihood
        risk.inherent_impact = form.inherent_impact or form.impact
    risk.target_likelihood, risk.target_impact = form.target_likelihood, form.target_impact
    risk.owner_id, risk.review_on = form.owner, form.review_on


def _follow_treatment(session: Session, actor: Actor, risk: Risk, form: RiskForm, now: datetime) -> None:
    """Acceptance is proposed here and signed by another; everything else is what the form says."""
    if form.treatment is Treatment.ACCEPT and form.accept_until is not None:
        accepting.ask(session, actor, risk, form.accept_until, now)
        return
    accepting.end_by_change(session, actor, risk, now)
    risk.treatment = form.treatment


def _texts(session: Session, risk: Risk) -> dict[str, str]:
    """The risk as text, for the log and for comparing two versions."""
    named = ("title", "asset", "cause_class", "cause_code", "likelihood", "impact", "inherent_likelihood",
             "inherent_impact", "target_likelihood", "target_impact", "treatment", "owner_id", "review_on",
             "accept_until")  # fmt: skip
    found = {name: str(getattr(risk, name) or "") for name in named}
    return found | {"rationale": rationale_of(session, risk), "measures": measures_of(session, risk),
                    "controls": ", ".join(controls_of(session, risk))}  # fmt: skip


def _snapshot(session: Session, risk: Risk) -> dict[str, Change]:
    return {name: (None, text) for name, text in _texts(session, risk).items() if text}
