"""Cron lines in a zone. Pure. The library keeps to what Debian's cron does when clocks are put forward or back."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from core.errors import N_

LONGEST = 100
SHORT = {"@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0",
         "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *"}  # fmt: skip
PARTS = 5
NOT_FIVE = N_("A cron line has five parts, such as 30 2 * * * for half past two every night.")
NEVER = N_("This line never comes: no month of those named has such a day.")
BAD = {
    "Bad minute": N_("The first part, the minute, cannot be read. It is 0 to 59, * or a list."),
    "Bad hour": N_("The second part, the hour, cannot be read. It is 0 to 23, * or a list."),
    "Bad day-of-month": N_("The third part, the day of the month, cannot be read. It is 1 to 31, * or a list."),
    "Bad month": N_("The fourth part, the month, cannot be read. It is 1 to 12, * or a list."),
    "Bad day-of-week": N_(
        "The fifth part, the day of the week, cannot be read. It is 0 to 7 (0 and 7 are Sunday), * or a list."
    ),
}
FROM = datetime(2024, 1, 1, tzinfo=UTC)


class BadLine(Exception):
    """A cron line that cannot be used; the text is a sentence for the field."""


def read(line: str) -> str:
    """The line as it is kept: five parts with one space between them.

    Raises:
        BadLine: it cannot be read, or it never comes.
    """
    parts = SHORT.get(line.strip().lower(), line).split()
    if len(parts) != PARTS or len(line) > LONGEST:
        raise BadLine(NOT_FIVE)
    kept = " ".join(parts)
    if comes_first(kept) is None:
        raise BadLine(NEVER)
    return kept


def following(line: str, zone: str, after: datetime) -> datetime:
    """The first moment of the line later than `after`.

    In the hour that is gone over twice the library can name a moment that has passed already: it is asked on.
    """
    coming = CronSim(line, after.astimezone(ZoneInfo(zone)))
    for moment in coming:
        if moment.astimezone(UTC) > after:
            return moment.astimezone(UTC)
    raise BadLine(NEVER)


def comes_first(line: str) -> datetime | None:
    """Its first moment since a fixed day, none when it never comes (31 February).

    Raises:
        BadLine: it cannot be read.
    """
    try:
        return next(CronSim(line, FROM), None)
    except (CronSimError, AssertionError) as wrong:
        if _no_such_day(line):
            return None
        raise BadLine(BAD.get(str(wrong), NOT_FIVE)) from None


def _no_such_day(line: str) -> bool:
    """The library calls a day that no named month has a bad one. The same line in January tells the two apart."""
    minute, hour, day, _, week = line.split()
    try:
        CronSim(f"{minute} {hour} {day} 1 {week}", FROM)
        CronSim(f"0 0 1 {line.split()[3]} *", FROM)
    except (CronSimError, AssertionError):
        return False
    return True
