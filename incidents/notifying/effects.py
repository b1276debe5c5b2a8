"""What the facts of a severity say of the effects (Art. 33(3)(c)). Where they say nothing, a person still assesses."""

from collections.abc import Mapping
from fractions import Fraction

from incidents.notifying.template_codes import Filled
from risk.facts import Enables, Facts

QUARTER, HALF = Fraction(1, 4), Fraction(1, 2)
ALTERED = {Fraction(0): "altered_no_misuse", QUARTER: "misuse_reversible", HALF: "misuse_irreversible"}
AWAY = {QUARTER: "temporary", HALF: "permanent"}
MISSED = {QUARTER: "disruption", HALF: "no_access"}


def effects(facts: Facts) -> Filled:
    """The kind of breach in integrity and availability, and the likely effects under each of the three heads."""
    changed, away = facts.circumstances.integrity, facts.circumstances.availability
    found: Mapping[int, list[str]] = {
        58: [ALTERED[changed]] if facts.changed or changed == 0 else [],
        59: [AWAY[away]] if away in AWAY else [],
        79: _seen(facts),
        81: ["invalid_used"] if facts.changed else [],
        83: [MISSED[away]] if away in MISSED else [],
    }
    return {number: codes for number, codes in found.items() if codes}


def _seen(facts: Facts) -> list[str]:
    """Somebody got data in clear that was not meant for them, and could use it for something."""
    if not facts.seen or facts.circumstances.confidentiality == 0:
        return []
    useful = facts.enables - {Enables.NOTHING, Enables.LOSS_OF_CONTROL}
    return ["beyond_policy", *(["other_purposes"] if useful else [])]
