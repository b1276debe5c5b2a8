"""Reading a time that a person typed. The start of a legal clock is never moved silently."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from core.errors import N_, Invalid

AMBIGUOUS = "ambiguous_local_time"
YEARS = range(1970, 2200)
DATE_AND_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}", re.ASCII)
WARNINGS = {
    AMBIGUOUS: N_(
        "The clocks are put back in that hour, so the time occurs twice. The earlier one is used; "
        "write the offset if you mean the later."
    )
}


TWICE = N_(
    "The clocks are put back that night, so {time} occurs twice. The earlier one is used when you save again. "
    "Tick the box if you mean the later one."
)


@dataclass(frozen=True, slots=True)
class Reading:
    """The moment in UTC, and what the person should know about how it was read."""

    at: datetime
    warnings: tuple[str, ...] = ()


def parse_local(text: str, zone: str | None = None, field: str = "aware_at", *, later: bool | None = None) -> Reading:
    """A moment from ISO text: with its own offset, or as local time in `zone`.

    A time that occurs twice is the earlier one, with a warning unless somebody was asked: `later` is the answer.

    Raises:
        Invalid: not a date with a time, no zone to read it in, or a local time that does not exist.
    """
    typed = _typed(text, field)
    if typed.tzinfo is not None:
        return Reading(_instant(typed, text, field))
    local = typed.replace(tzinfo=_zone(zone, text, field), fold=0)
    earlier, second = _instant(local, text, field), _instant(local.replace(fold=1), text, field)
    if _skipped(local):
        sentence = N_("The time {text} does not exist in {zone}: the clocks are put forward then. Which time was it?")
        raise Invalid({field: sentence}, text=text, zone=zone)
    if earlier == second:
        return Reading(earlier)
    return Reading(second if later else earlier, (AMBIGUOUS,) if later is None else ())


def asked_which(text: str, zone: str, field: str, later: bool | None) -> datetime:
    """A moment as typed in a form that asks which of two is meant before anything is saved; `later`: the answer.

    Raises:
        Invalid: as above, or the time occurs twice and nobody has been asked yet.
    """
    reading = parse_local(text, zone, field, later=later)
    if reading.warnings:
        raise Invalid({field: TWICE}, time=text[11:16])
    return reading.at


def _typed(text: str, field: str) -> datetime:
    try:
        if not DATE_AND_TIME.match(text.strip()):
            raise ValueError("not a date with a time")
        typed = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Invalid({field: N_("Write the date and the time as 2026-11-22 14:05.")}) from None
    if typed.year not in YEARS:
        raise Invalid({field: N_("The year must be between 1970 and 2199.")})
    return typed


def _zone(zone: str | None, text: str, field: str) -> ZoneInfo:
    if not zone:
        raise Invalid({field: N_("The time {text} needs a time zone or an offset.")}, text=text)
    try:
        return ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        raise Invalid({"zone": N_("The time zone is unknown. Write it as Europe/Stockholm.")}) from None


def _instant(local: datetime, text: str, field: str) -> datetime:
    try:
        return local.astimezone(UTC)
    except OverflowError:
        raise Invalid({field: N_("The time {text} is out of range.")}, text=text) from None


def _skipped(local: datetime) -> bool:
    """A local time that does not survive the way to UTC and back lies in the hour that was skipped."""
    there_and_back = local.astimezone(UTC).astimezone(local.tzinfo)
    return there_and_back.replace(tzinfo=None) != local.replace(tzinfo=None)


def local_parts(at: datetime, zone: str) -> tuple[str, str]:
    """A moment as the two fields of a form show it: date and time of day in `zone`."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%Y-%m-%d}", f"{local:%H:%M}"
