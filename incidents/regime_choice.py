"""Which laws apply to a case: what a manager is asked, and what the answer means. Pure questions."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from core.errors import N_
from incidents.clock import Given, Regime, Stage
from incidents.escalation import Duty
from incidents.rules import Anchor


class Standing(StrEnum):
    """How a law stands to a case. What the settings name runs by caution until somebody confirms or refuses it."""

    ALWAYS = "always"
    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    AVAILABLE = "available"


STANDING_LABELS = {
    Standing.ALWAYS: N_("Applies to every case"),
    Standing.PROPOSED: N_("Runs by caution, not confirmed"),
    Standing.CONFIRMED: N_("Confirmed"),
    Standing.REFUSED: N_("Does not apply"),
    Standing.AVAILABLE: N_("Not started"),
}
MOMENTS = {
    Anchor.CLASSIFIED: N_("When was it classified as major?"),
    Anchor.RECEIVED: N_("When was the request received?"),
    Anchor.FIX_AVAILABLE: N_("When was a fix available?"),
}
MOMENT_WORDS = {
    Anchor.CLASSIFIED: N_("Classified as major"),
    Anchor.RECEIVED: N_("Request received"),
    Anchor.FIX_AVAILABLE: N_("Fix available"),
    Anchor.ORDERED: N_("Ordered by the authority"),
}


def standing(regime: Regime, of_company: Iterable[str], applies: bool | None) -> Standing:
    """`applies` is what a manager said of this case; None: nothing yet."""
    if regime.everywhere:
        return Standing.ALWAYS
    if applies is not None:
        return Standing.CONFIRMED if applies else Standing.REFUSED
    return Standing.PROPOSED if regime.code in of_company else Standing.AVAILABLE


def recorded_by_hand(stages: Iterable[Stage]) -> list[Anchor]:
    """The moments that these duties count from and that somebody must write down."""
    counted = {stage.rule.anchor for stage in stages}
    return [anchor for anchor in MOMENTS if anchor in counted]


def by_contract(stages: Iterable[Stage]) -> list[Stage]:
    """The duties whose length a contract may set."""
    return [stage for stage in stages if stage.given is Given.CONTRACT]


def marked_by_hand(duty: str) -> bool:
    """Whether no verb of the case fulfils the duty: it lies under another law, and a person says when it was done."""
    return duty not in set(Duty)


def unlikely(at: datetime, not_before: datetime | None, now: datetime) -> str:
    """The sentence that refuses a moment which cannot be true; empty when it can."""
    if at > now:
        return N_("The time lies in the future. Check the date.")
    if not_before is not None and at < not_before:
        return N_("That lies before the event itself. Check both times.")
    return ""
