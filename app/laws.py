"""The laws a company can tick in its settings: whom each binds, and what it would start in the next case."""

from dataclasses import dataclass

from core.i18n import translate
from incidents.clock_words import explain_stage
from incidents.regimes import REGIMES


@dataclass(frozen=True, slots=True)
class Law:
    """`option` is what the checkboxes read: code, label, whom it binds."""

    option: tuple[str, str, str]
    title: str
    law: str
    starts: list[str]


def law_rows(lang: str, zone: str) -> list[Law]:
    """Every law that does not bind everybody, with the sentence of each clock it starts."""
    return [
        Law(
            (code, translate(lang, regime.title), translate(lang, regime.applies_to)),
            translate(lang, regime.title),
            translate(lang, regime.law),
            [explain_stage(code, stage, lang, zone) for stage in regime.stages],
        )
        for code, regime in REGIMES.items()
        if not regime.everywhere
    ]
