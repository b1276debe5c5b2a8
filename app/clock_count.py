"""What `vaka clock` counts: the clocks that start with awareness, and the stages that wait for a later event."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from core.closed_days import rests_in
from core.errors import N_, Invalid
from incidents.clock import Deadline, GivenLengths, Stage, clocks_to_come, open_clocks
from incidents.escalation import Duty
from incidents.local_time import parse_local
from incidents.periods import Period, RestDay, weekend
from incidents.regimes import REGIMES
from incidents.rules import Anchor

NO_ZONE = "UTC"
# Whoever asks from the command line has one moment: a report and a request come in when somebody learns of them.
BEGUN = (Anchor.AWARE, Anchor.REPORTED, Anchor.RECEIVED)


@dataclass(frozen=True, slots=True)
class Answer:
    """Clocks and waiting stages, each with the code of its regime."""

    aware_at: datetime
    zone: str
    warnings: tuple[str, ...]
    running: list[tuple[str, Deadline]]
    follows: list[tuple[str, Stage]]


def count(aware_at: str, zone: str | None, regimes: Iterable[str], authority: str | None) -> Answer:
    """Every clock of these regimes, counted from `aware_at`.

    Raises:
        Invalid: the time cannot be read, or a zone, a regime or an authority is not known.
    """
    codes = _known(regimes)
    days, given, card_zone = _card(authority)
    reading = parse_local(aware_at, zone)
    zone = _zone(zone or card_zone or NO_ZONE)
    moments = dict.fromkeys(map(str, BEGUN), reading.at)
    running: list[tuple[str, Deadline]] = []
    follows: list[tuple[str, Stage]] = []
    for code in codes:
        regime = REGIMES[code]
        running += [(code, deadline) for deadline in open_clocks(regime, moments, zone, given=given, rests=days)]
        follows += [(code, stage) for stage in clocks_to_come(regime, moments, zone, given=given)]
    return Answer(reading.at, zone, reading.warnings, running, follows)


def _known(regimes: Iterable[str]) -> list[str]:
    codes = list(dict.fromkeys(regimes))
    if unknown := [code for code in codes if code not in REGIMES]:
        sentence = N_("There is no regime named {unknown}. Known ones: {known}.")
        raise Invalid({"regime": sentence}, unknown=", ".join(unknown), known=", ".join(REGIMES))
    return codes


def _card(authority: str | None) -> tuple[RestDay, GivenLengths, str]:
    """What an authority's card adds: its country's holidays, its days for a supplement, its zone."""
    if authority is None:
        return weekend, {}, ""
    from notifications.authorities import AUTHORITIES

    card = AUTHORITIES.get(authority)
    if card is None:
        sentence = N_("There is no authority named {unknown}. Known ones: {known}.")
        raise Invalid({"authority": sentence}, unknown=authority, known=", ".join(AUTHORITIES))
    given = {str(Duty.SUPPLEMENT): Period(days=card.supplement_days)} if card.supplement_days else {}
    return rests_in(card.country), given, card.zone


def _zone(name: str) -> str:
    """A time with an offset needs no zone to be read, so nobody has looked at the zone yet."""
    try:
        return ZoneInfo(name).key
    except (KeyError, ValueError, OSError):
        raise Invalid({"zone": N_("The time zone is unknown. Write it as Europe/Stockholm.")}) from None
