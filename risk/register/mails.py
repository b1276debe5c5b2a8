"""E23: the mails about risks, one a change. They name the risk by its number and the control by its card, never what
somebody wrote and never a case."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy.orm import Session

from core.access import Role
from core.i18n import MONTHS, translate
from core.keys import INSTANCE
from identity.models import User
from identity.people import holders, person
from notifications.outbox import Fact, enqueue
from risk.models import Control
from risk.register.matrix import LEVELS, Standing
from risk.register.models import Risk, RiskChange
from risk.register.rules import CONTROL_WORDS, ControlStands, head_signs


def answers_for(session: Session, risk: Risk) -> list[User]:
    """Who is told: the owner, else whoever is responsible for all of it."""
    owner = person(session, risk.owner_id)
    if owner is not None and owner.disabled_at is None:
        return [owner]
    return holders(session, Role.MANAGER, Role.DEPUTY)


def tell_control(session: Session, risk: Risk, control: Control, change: RiskChange, now: datetime) -> None:
    """A control raised the risk."""
    for user in answers_for(session, risk):
        lang, card = user.language, control.card if control.has_card else None
        stands = translate(lang, CONTROL_WORDS[ControlStands(change.control_stands)])
        _tell(session, "risk_control", user, risk, str(change.id), now, control=card.title.in_(lang) if card else "",
              stands=stands, before=in_words(change.before, lang), after=in_words(change.after, lang))  # fmt: skip


def tell_review(session: Session, risk: Risk, day: date, now: datetime) -> None:
    """The day has come on which the risk is looked at again."""
    for user in answers_for(session, risk):
        _tell(session, "risk_review", user, risk, day.isoformat(), now, day=day_in_words(day, user.language),
              after=in_words(risk.current, user.language))  # fmt: skip


def tell_expired(session: Session, risk: Risk, until: date, now: datetime) -> None:
    """The acceptance ran out, and the risk is its owner's again."""
    for user in answers_for(session, risk):
        _tell(session, "risk_expired", user, risk, until.isoformat(), now, day=day_in_words(until, user.language),
              after=in_words(risk.current, user.language))  # fmt: skip


def tell_signers(session: Session, risk: Risk, now: datetime) -> None:
    """An acceptance waits: whoever may sign is asked, but not who proposed it."""
    roles = (Role.HEAD,) if head_signs(risk.current_likelihood, risk.impact) else (Role.MANAGER, Role.HEAD)
    until = risk.accept_until
    for user in holders(session, *roles, without=[risk.accept_asked_by or ""]):
        _tell(session, "risk_accept", user, risk, f"{risk.accept_asked_at}", now,
              day=day_in_words(until, user.language) if until else "",
              after=in_words(risk.current, user.language))  # fmt: skip


def tell_like(
    session: Session, risk: Risk, people: Iterable[User], kind: str, once: str, now: datetime, *, case: str,
    hidden_from: str | None,
) -> None:  # fmt: skip
    """`risk_draft`: like incidents opened a draft. `risk_like`: they hit a risk that is known. Who may be told is for
    the floor above to say: nobody who may not know of one of the cases."""
    for user in people:
        after = in_words(risk.current, user.language) if risk.current.known else ""
        _tell(session, kind, user, risk, once, now, case=case, hidden_from=hidden_from, after=after)


def in_words(standing: Standing, lang: str) -> str:
    """`9 hög`."""
    return f"{standing.score} {translate(lang, LEVELS[standing.level])}" if standing.known else "–"


def day_in_words(day: date, lang: str) -> str:
    """`22 nov 2026`."""
    return f"{day.day} {MONTHS[lang][day.month - 1]} {day.year}"


def _tell(
    session: Session, kind: str, user: User, risk: Risk, once: str, now: datetime, *, case: str = INSTANCE,
    hidden_from: str | None = None, **facts: Fact,
) -> None:  # fmt: skip
    if user.disabled_at is not None:
        return
    enqueue(session, kind, to=user.email, language=user.language, once=f"{kind}:{risk.id}:{once}:{user.id}", now=now,
            case=case, hidden_from=hidden_from, facts={"name": risk.name, "path": risk.path, **facts})  # fmt: skip
