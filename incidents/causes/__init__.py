"""The risk factors of clause 8.2 as data: one card a class, one entry a code. A company adds codes of its own
(incidents/catalogue.py); what is shipped has a version, and a case is stamped with it."""

from collections.abc import Mapping

from core.catalogue import Words, load
from incidents.causes.cards import Card, Cause, Entry
from incidents.causes.known import Catalogue
from incidents.classification import CauseClass

VERSION = "2026.1"  # a new one whenever a code, its class or its clause changes (tests/incidents/test_causes.py)


def _cause(kind: CauseClass, card: Card, entry: Entry) -> Cause:
    return Cause(
        code=f"{kind}.{entry.code}",
        cause_class=kind,
        clause=card.clause,
        origin=entry.origin,
        label=Words(sv=entry.sv, en=entry.en),
        hint=entry.hint,
        ask=entry.ask,
        why=entry.why,
        or_else=entry.or_else,
        needs_text=entry.needs_text,
    )


def _flatten(cards: Mapping[str, Card]) -> dict[str, Cause]:
    found: dict[str, Cause] = {}
    for kind in CauseClass:
        for entry in cards[kind].cause:
            cause = _cause(kind, cards[kind], entry)
            if cause.code in found:
                raise ValueError(f"the cause {cause.code} is there twice")
            found[cause.code] = cause
    return found


CARDS = load(__name__, Card)
SHIPPED = Catalogue(version=VERSION, causes=_flatten(CARDS))
CAUSES: Mapping[str, Cause] = SHIPPED.causes


def of_class(kind: CauseClass) -> tuple[Cause, ...]:
    """The shipped causes of a class."""
    return SHIPPED.of_class(kind)
