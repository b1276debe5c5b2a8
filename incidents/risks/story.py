"""What happened to risks, in words: who, when, why, and the level before and after."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import SYSTEM, Actor
from core.errors import N_
from core.i18n import translate
from identity.people import names
from incidents.risks.sight import sees_origin, visible_risks
from incidents.risks.view import LevelView, Reason, level_view
from risk.queries import control_titles
from risk.register.models import Risk, RiskChange
from risk.register.noting import KINDS, reason_of
from risk.register.queries import failing, history
from risk.register.rules import CONTROL_WORDS, LIVING, ControlStands

FIELDS: dict[str, str] = {
    "title": N_("Title"),
    "asset": N_("What is hit"),
    "cause_class": N_("Kind of cause"),
    "cause_code": N_("Cause"),
    "likelihood": N_("How likely"),
    "impact": N_("How bad"),
    "inherent_likelihood": N_("How likely without measures"),
    "inherent_impact": N_("How bad without measures"),
    "target_likelihood": N_("How likely after the measures"),
    "target_impact": N_("How bad after the measures"),
    "treatment": N_("What is done"),
    "owner_id": N_("Owner"),
    "review_on": N_("Look again on"),
    "accept_until": N_("Accepted until"),
    "rationale": N_("Why it stands so"),
    "measures": N_("Measures"),
    "controls": N_("Controls"),
}
RAISED = N_("{control} is {stands}.")
FELL = N_("{control} is in order.")
LATELY = 5


@dataclass(frozen=True, slots=True)
class Step:
    """`before` and `after` are there when the level moved or may have; `why` is the visible reason."""

    name: str
    href: str
    what: str
    by: str
    at: datetime
    why: str
    fields: str
    before: LevelView | None
    after: LevelView | None
    moved: bool


def steps(session: Session, actor: Actor, risk: Risk, lang: str) -> list[Step]:
    """A risk that like cases led to reads as any other to who may not know of them."""
    found = [(risk, change) for change in history(session, risk)]
    if sees_origin(session, actor, risk):
        return _steps(session, actor, found, lang)
    told = _steps(session, actor, [one for one in found if one[1].kind != "drafted"], lang)
    taken, added = (translate(lang, KINDS[kind]) for kind in ("taken", "added"))
    return [replace(step, what=added, fields="") if step.what == taken else step for step in told]


def lately(session: Session, actor: Actor, lang: str) -> list[Step]:
    """What moved last among the living risks that this actor sees."""
    moved = (RiskChange.before_likelihood != RiskChange.after_likelihood) | (
        RiskChange.before_impact != RiskChange.after_impact
    )
    seen = visible_risks(actor).where(Risk.state.in_(sorted(LIVING)), Risk.id == RiskChange.risk_id)
    query = select(RiskChange).where(moved, seen.correlate(RiskChange).exists())  # walked from the end, not gathered
    latest = session.scalars(query.order_by(RiskChange.id.desc()).limit(LATELY)).all()
    about = {
        risk.id: risk for risk in session.scalars(select(Risk).where(Risk.id.in_({one.risk_id for one in latest})))
    }
    return _steps(session, actor, [(about[one.risk_id], one) for one in latest], lang)


def reasons(session: Session, actor: Actor, risk: Risk, lang: str) -> list[Reason]:
    """What raises the risk now."""
    found = failing(session, risk)
    titles = control_titles(session, actor, [one.control_code for one in found], lang)
    return [
        Reason(titles[one.control_code], f"/controls/{one.control_code}",
               translate(lang, CONTROL_WORDS[ControlStands(one.control_stands)]), one.since)
        for one in found
    ]  # fmt: skip


def _steps(session: Session, actor: Actor, found: Sequence[tuple[Risk, RiskChange]], lang: str) -> list[Step]:
    people = names(session, [change.by_id for _, change in found])
    codes = {change.control_code for _, change in found if change.control_code}
    called = people | control_titles(session, actor, codes, lang)
    return [_step(session, risk, change, called, lang) for risk, change in found]


def _step(session: Session, risk: Risk, change: RiskChange, called: dict[str, str], lang: str) -> Step:
    return Step(
        name=risk.name, href=risk.path, what=translate(lang, KINDS[change.kind]),
        by=SYSTEM.name if change.by_id == SYSTEM.id else called.get(change.by_id, ""), at=change.at,
        why=_why(session, change, called, lang),
        fields=", ".join(translate(lang, FIELDS[name]) for name in change.fields if name in FIELDS),
        before=level_view(change.before, lang), after=level_view(change.after, lang),
        moved=change.before != change.after,
    )  # fmt: skip


def _why(session: Session, change: RiskChange, called: dict[str, str], lang: str) -> str:
    if not change.control_code:
        return reason_of(session, change)
    control = called[change.control_code]
    if change.kind == "fell":
        return translate(lang, FELL, control=control)
    return translate(lang, RAISED, control=control, stands=CONTROL_WORDS[ControlStands(change.control_stands)])
