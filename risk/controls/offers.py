"""What the catalogue offers: the cards that the company has not adopted yet, under the rule they come from."""

from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.i18n import translate
from risk.controls.cards import by_clause
from risk.controls.clauses import OWN_RULE, RULES
from risk.models import Control


@dataclass(frozen=True, slots=True)
class Offer:
    """A card that is ready to adopt."""

    code: str
    title: str
    todo: str
    rule: str
    interval_days: int


@dataclass(frozen=True, slots=True)
class OfferGroup:
    title: str
    rule: str
    offers: list[Offer]


def offered(session: Session, lang: str) -> list[Offer]:
    """The cards of the catalogue that the company has not adopted, in the order of the rules."""
    known = set(session.scalars(select(Control.code)))
    return [
        Offer(code, card.title.in_(lang), card.todo.in_(lang), card.rule, card.interval_days)
        for code, card in by_clause()
        if code not in known
    ]


def offers(session: Session, lang: str) -> list[OfferGroup]:
    """The same, under the rule they come from."""
    by_rule = groupby(offered(session, lang), key=lambda offer: offer.rule)
    return [OfferGroup(translate(lang, RULES.get(rule, OWN_RULE)), rule, list(members)) for rule, members in by_rule]
