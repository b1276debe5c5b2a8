"""The third like case within 90 days opens a draft of a risk: same cause, by the classification. It decides nothing, is
opened once, and is told to nobody who may not know of one of its cases."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access import SYSTEM, Role
from core.audit import record
from core.errors import N_
from core.i18n import translate
from core.organisation import organisation
from identity.people import holders
from incidents.catalogue import catalogue
from incidents.models import Exclusion, Incident
from incidents.states import State
from risk.register.drafts import Opened, hold, like_cases
from risk.register.mails import answers_for, tell_like
from risk.register.rules import LIKE_WITHIN
from risk.register.rules import State as RiskState

AGAIN = N_("Again and again: {cause}")
NOT_LIKE = frozenset({State.MERGED, State.NOT_AN_INCIDENT})


def count_likes(session: Session, incident: Incident, now: datetime) -> Opened | None:
    """Called when a case has its cause. What it led to, if that is anything new. "Other" causes are told in words and
    are not alike by their code; drills and imported cases are no incidents of today."""
    cause = catalogue(session).get(incident.cause_code)
    if cause is None or cause.needs_text or incident.drill or incident.external_id is not None:
        return None
    session.flush()
    hold(session, cause.code)
    cases = _like(session, cause.code, now)
    if incident.id not in cases:
        return None
    company = organisation(session)
    title = translate(company.language, AGAIN, cause=cause.label.in_(company.language))
    opened = like_cases(session, str(cause.cause_class), cause.code, title[:120], cases, now)
    if opened is not None:
        _tell(session, opened, now)
    return opened


def _like(session: Session, code: str, now: datetime) -> list[str]:
    query = select(Incident.id).where(
        Incident.cause_code == code, Incident.reported_at > now - LIKE_WITHIN, Incident.drill.is_(False),
        Incident.external_id.is_(None), Incident.state.not_in(sorted(NOT_LIKE)),
    )  # fmt: skip
    return list(session.scalars(query.order_by(Incident.reported_at, Incident.id)))


def _tell(session: Session, opened: Opened, now: datetime) -> None:
    """Nobody who is involved in one of the cases hears of it, and both entry and mail lie under a case that hides them
    from most of them."""
    risk, involved = opened.risk, _involved(session, opened.fresh)
    case, left = _hiding(session, opened.fresh)
    hidden_from = next((user for user in involved if user not in left), None)
    if opened.new:
        record(session, SYSTEM, "risk:drafted", risk.name, now, case=case, hidden_from=hidden_from)
        people = holders(session, Role.MANAGER, Role.DEPUTY, without=involved)
        people = people or holders(session, Role.HEAD, without=involved)
        tell_like(session, risk, people, "risk_draft", "opened", now, case=case, hidden_from=hidden_from)
    elif risk.state != RiskState.DRAFT:
        people = [user for user in answers_for(session, risk) if user.id not in involved]
        tell_like(session, risk, people, "risk_like", opened.fresh[-1], now, case=case, hidden_from=hidden_from)


def _involved(session: Session, cases: Collection[str]) -> list[str]:
    """Who is involved in one of the cases, those in most of them first."""
    query = select(Exclusion.user_id, func.count()).where(Exclusion.incident_id.in_(list(cases)))
    rows = session.execute(query.group_by(Exclusion.user_id).order_by(func.count().desc(), Exclusion.user_id))
    return [row[0] for row in rows]


def _hiding(session: Session, cases: Collection[str]) -> tuple[str, set[str]]:
    """The case that most people are left out of, and who they are."""
    query = select(Exclusion.incident_id, func.count()).where(Exclusion.incident_id.in_(list(cases)))
    most = session.execute(query.group_by(Exclusion.incident_id).order_by(func.count().desc())).first()
    case = most[0] if most else min(cases)
    return case, set(session.scalars(select(Exclusion.user_id).where(Exclusion.incident_id == case)))
