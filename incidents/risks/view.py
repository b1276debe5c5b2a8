"""Risks in words, for the list and for their own page; templates only show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.i18n import translate
from identity.people import names
from incidents.causes.known import Catalogue
from incidents.register.asking import cause_words
from risk.register.mails import day_in_words
from risk.register.matrix import IMPACTS, LEVELS, LIKELIHOODS, Level, Standing
from risk.register.models import Risk, RiskRaise
from risk.register.rules import LIVING, STATE_LABELS, TREATMENT_LABELS, State, Treatment

SHAPES = {
    State.DRAFT: ("soon", "half"),
    State.OPEN: ("calm", "dot"),
    State.ACCEPTED: ("ok", "check"),
    State.CLOSED: ("none", "ring"),
    State.DROPPED: ("none", "ring"),
}
CLAUSES = {"accidental": "8.2 a", "intentional": "8.2 b", "unforeseen": "8.2 c"}


@dataclass(frozen=True, slots=True)
class LevelView:
    """`words` is `9 high`, `pair` is `Likely × Large`."""

    score: int
    word: str
    colour: int
    pair: str


@dataclass(frozen=True, slots=True)
class Row:
    """One risk in the list; `now` is empty for a draft."""

    id: int
    name: str
    href: str
    title: str
    clause: str
    cause: str
    asset: str
    state: str
    level: str
    shape: str
    now: LevelView | None
    inherent: LevelView | None
    target: LevelView | None
    treatment: str
    owner: str
    review: str
    overdue: bool
    raised: bool
    waits: bool
    accept_until: str
    may_change: bool


def rows(session: Session, actor: Actor, risks: Sequence[Risk], known: Catalogue, today: date, lang: str) -> list[Row]:
    """As many queries for fifty as for one."""
    people = names(session, [risk.owner_id for risk in risks])
    lifted = RiskRaise.lifted_at.is_(None)
    raised = select(RiskRaise.risk_id).where(RiskRaise.risk_id.in_([risk.id for risk in risks]), lifted)
    higher = set(session.scalars(raised))
    return [_row(actor, risk, people, higher, known, today, lang) for risk in risks]


def _row(
    actor: Actor, risk: Risk, people: dict[str, str], higher: set[int], known: Catalogue, today: date, lang: str
) -> Row:
    state = State(risk.state)
    level, shape = SHAPES[state]
    return Row(
        id=risk.id, name=risk.name, href=risk.path, title=risk.title, clause=CLAUSES.get(risk.cause_class, ""),
        cause=cause_words(risk.cause_code or risk.cause_class, known, lang), asset=risk.asset,
        state=translate(lang, STATE_LABELS[state]), level=level, shape=shape, now=level_view(risk.current, lang),
        inherent=level_view(risk.inherent, lang), target=level_view(risk.target, lang),
        treatment=translate(lang, TREATMENT_LABELS[Treatment(risk.treatment)]),
        owner=people.get(risk.owner_id or "", ""),
        review=day_in_words(risk.review_on, lang) if risk.review_on else "",
        overdue=state in LIVING and risk.review_on is not None and risk.review_on < today,
        raised=risk.id in higher, waits=risk.waits_for_signature,
        accept_until=day_in_words(risk.accept_until, lang) if risk.accept_until else "",
        may_change=actor.may(Operation.CHANGE_RISK),
    )  # fmt: skip


def level_view(standing: Standing, lang: str) -> LevelView | None:
    if not standing.known:
        return None
    found: Level = standing.level
    pair = f"{translate(lang, LIKELIHOODS[standing.likelihood])} × {translate(lang, IMPACTS[standing.impact]).lower()}"
    return LevelView(standing.score, translate(lang, LEVELS[found]), int(found), pair)


@dataclass(frozen=True, slots=True)
class Reason:
    """A control that raises the risk now."""

    title: str
    href: str
    stands: str
    since: datetime
