"""The next version of the causes, before anybody publishes it: the company's own cards, and what it retires."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Actor
from core.errors import N_, Conflict, Invalid
from incidents.catalogue import latest
from incidents.cause_form import CauseForm
from incidents.cause_models import CauseDraft
from incidents.causes import CAUSES
from incidents.causes.known import Catalogue
from incidents.own_causes import OwnCause, code_of, together

TAKEN = N_("There is a cause with these words already, perhaps a retired one.")
STAYS = N_("“Other” stays, so that nobody has to choose a wrong cause.")
GONE = N_("There is no such cause to change.")


@dataclass(frozen=True, slots=True)
class Draft:
    """A set of own cards and retired codes: what is published, or what would be."""

    cards: tuple[OwnCause, ...] = ()
    retired: frozenset[str] = frozenset()
    number: int = 0

    @property
    def catalogue(self) -> Catalogue:
        return together([card.model_dump(mode="json") for card in self.cards], self.retired, self.number)

    def card(self, code: str) -> OwnCause | None:
        return next((card for card in self.cards if card.code == code), None)


def published(session: Session) -> Draft:
    """What is in force."""
    row = latest(session)
    return Draft(_cards(row.cards), frozenset(row.retired), row.version) if row else Draft()


def draft(session: Session) -> Draft | None:
    """What would be the next version; None while nobody has begun one."""
    row = session.get(CauseDraft, "draft")
    return Draft(_cards(row.cards), frozenset(row.retired), published(session).number + 1) if row else None


def keep_card(session: Session, actor: Actor, form: CauseForm, now: datetime) -> str:
    """Add a card of the company's own, or change one; the code of the cause never changes.

    Raises:
        Invalid: the words are those of another cause.
        Conflict: the card to change is not there.
    """
    current = _current(session)
    code = form.code or code_of(form.cause_class, form.en)
    if not form.code and (not code or current.card(code) or _labelled(current, form)):
        raise Invalid({"en": TAKEN})
    if form.code and not current.card(form.code):
        raise Conflict(GONE)
    cards = [card for card in current.cards if card.code != code]
    _keep(session, actor, replace(current, cards=(*cards, form.card(code))), now)
    return code


def retire(session: Session, actor: Actor, code: str, now: datetime) -> None:
    """Offer a cause no longer; the cases that carry it keep it.

    Raises:
        Conflict: there is none, or it is "other".
    """
    current = _current(session)
    cause = current.catalogue.get(code)
    if cause is None:
        raise Conflict(GONE)
    if cause.needs_text:
        raise Conflict(STAYS)
    _keep(session, actor, replace(current, retired=current.retired | {code}), now)


def put_back(session: Session, actor: Actor, code: str, now: datetime) -> None:
    """Offer a retired cause again."""
    current = _current(session)
    _keep(session, actor, replace(current, retired=current.retired - {code}), now)


def discard(session: Session) -> None:
    """Drop the draft; what is published stays."""
    row = session.get(CauseDraft, "draft", with_for_update=True)
    if row:
        session.delete(row)
        session.flush()


def _labelled(current: Draft, form: CauseForm) -> bool:
    taken = {word.casefold() for one in current.catalogue.causes.values() if one.cause_class is form.cause_class
             for word in (one.label.sv, one.label.en)}  # fmt: skip
    return bool({form.sv.strip().casefold(), form.en.strip().casefold()} & taken)


def _current(session: Session) -> Draft:
    """The draft, locked so that two people at once lose nothing; what is published while there is none."""
    session.get(CauseDraft, "draft", with_for_update=True)
    return draft(session) or published(session)


def _keep(session: Session, actor: Actor, changed: Draft, now: datetime) -> None:
    """A draft that says what is in force already is none."""
    in_force = published(session)
    if set(changed.cards) == set(in_force.cards) and changed.retired == in_force.retired:
        discard(session)
        return
    cards = [card.model_dump(mode="json") for card in changed.cards]
    session.merge(CauseDraft(id="draft", cards=cards, retired=sorted(changed.retired), changed_by=actor.id,
                             changed_at=now))  # fmt: skip
    session.flush()


def _cards(stored: Sequence[dict[str, object]]) -> tuple[OwnCause, ...]:
    return tuple(OwnCause.model_validate(card) for card in stored)


def is_own(code: str) -> bool:
    """Whether a cause is the company's, and not shipped."""
    return code not in CAUSES
