"""What a reader asks the register of risks for: one shelf, a cause, a square of the map."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, exists

from core.access import Actor
from core.addresses import as_query
from core.audit.entries import Fact
from core.errors import N_
from core.i18n import translate
from incidents.causes.known import Catalogue
from incidents.classification import CauseClass
from incidents.register.asking import CODE, cause_words
from risk.register.matrix import IMPACTS, LIKELIHOODS, SCALE
from risk.register.models import Risk, RiskRaise
from risk.register.queries import of_state
from risk.register.rules import LIVING, State

SHELVES: dict[str, str] = {
    "": N_("Current"),
    "mine": N_("Mine"),
    "high": N_("High and very high"),
    "raised": N_("Raised by a control"),
    "review": N_("To be looked at"),
    "sign": N_("Waits for a signature"),
    "accepted": N_("Accepted"),
    "drafts": N_("Drafts"),
    "ended": N_("Ended"),
}
HIGH_FROM = 8
ENDS = frozenset({State.CLOSED, State.DROPPED})


@dataclass(frozen=True, slots=True)
class Asked:
    """`show` is a shelf; `cause` a class of clause 8.2 or a code in it; nought means any."""

    show: str = ""
    cause: str = ""
    likelihood: int = 0
    impact: int = 0

    def query(self, **change: object) -> str:
        """The same as an address, with something changed."""
        kept = {name: getattr(self, name) or "" for name in self.__slots__}
        return as_query(kept | change)

    def __bool__(self) -> bool:
        return bool(self.show or self.cause or self.likelihood or self.impact)

    @property
    def facts(self) -> dict[str, Fact]:
        """For the log; nothing in a filter is personal."""
        return {name: value for name in ("show", "cause", "likelihood", "impact") if (value := getattr(self, name))}


def read_asked(show: str, cause: str, likelihood: str, impact: str) -> Asked:
    """What cannot be read asks for nothing: an address is no form."""
    return Asked(
        show if show in SHELVES else "", cause if CODE.fullmatch(cause) else "", _step(likelihood), _step(impact)
    )


def conditions(asked: Asked, actor: Actor, today: date) -> list[ColumnElement[bool]]:
    found = [_shelf(asked.show, actor, today)]
    if asked.cause in set(CauseClass):
        found.append(Risk.cause_class == asked.cause)
    elif asked.cause:
        found.append(Risk.cause_code == asked.cause)
    if asked.likelihood:
        found.append(Risk.current_likelihood == asked.likelihood)
    if asked.impact:
        found.append(Risk.impact == asked.impact)
    return found


def words(asked: Asked, known: Catalogue, lang: str) -> list[tuple[str, str]]:
    """Each part of the filter beside the shelf: its name and its words."""
    found = []
    if asked.cause:
        found.append(("cause", cause_words(asked.cause, known, lang)))
    if asked.likelihood:
        found.append(("likelihood", translate(lang, LIKELIHOODS[asked.likelihood])))
    if asked.impact:
        found.append(("impact", translate(lang, IMPACTS[asked.impact])))
    return found


def sentence(asked: Asked, known: Catalogue, lang: str) -> str:
    """The whole filter in one line, as it stands in what is taken out."""
    return ", ".join([translate(lang, SHELVES[asked.show]), *(text for _, text in words(asked, known, lang))])


def _shelf(show: str, actor: Actor, today: date) -> ColumnElement[bool]:
    match show:
        case "drafts":
            return Risk.state == State.DRAFT
        case "ended":
            return of_state(ENDS)
        case "accepted":
            return Risk.state == State.ACCEPTED
        case "mine":
            return of_state(LIVING) & (Risk.owner_id == actor.id)
        case "high":
            return of_state(LIVING) & (Risk.score >= HIGH_FROM)
        case "raised":
            return of_state(LIVING) & exists().where(RiskRaise.risk_id == Risk.id, RiskRaise.lifted_at.is_(None))
        case "review":
            return of_state(LIVING) & (Risk.review_on <= today)
        case "sign":
            return (Risk.state == State.OPEN) & Risk.accept_asked_by.is_not(None)
    return of_state(LIVING)


def _step(text: str) -> int:
    return int(text) if text in {str(step) for step in SCALE} else 0
