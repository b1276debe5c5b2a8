"""When it began, ended, and when the supplier became aware, from a day and perhaps a time of day of each."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from datetime import time as time_of_day

from pydantic import BaseModel

from core.errors import N_, Invalid
from core.i18n import absolute, date_only, translate
from incidents.local_time import parse_local
from incidents.noticed import AHEAD
from incidents.suppliers.forms import When
from incidents.suppliers.questions import NOT_KNOWN

DAY = timedelta(days=1)
NOT_YET = N_("That moment has not come yet.")
NO_DAY = N_("Write the day too.")
ENDED_FIRST = N_("It cannot end before it began. Check both times.")
NOTICED_FIRST = N_("It cannot be noticed before it happened. Check both times.")


@dataclass(frozen=True, slots=True)
class Moments:
    """As far as they are known. A day without a time counts from its first minute."""

    began_at: datetime | None
    ended_at: datetime | None
    noticed_at: datetime | None


def moments(answers: When, now: datetime, zone: str) -> Moments:
    """The moments as told by `now`.

    Raises:
        Invalid: one lies in the future, no clock ever showed it, or they do not fit together.
    """
    began, ended, noticed = (_moment(answers, name, now, zone) for name in ("began_at", "ended_at", "noticed_at"))
    if began and ended and _ends(answers, "ended_at", ended) < began:
        raise Invalid({"ended_at": ENDED_FIRST})
    if began and noticed and _ends(answers, "noticed_at", noticed) < began:
        raise Invalid({"noticed_at": NOTICED_FIRST})
    return Moments(began, ended, noticed)


def check(read: BaseModel, now: datetime, zone: str) -> None:
    """What the walk looks at on the page of the moments."""
    if isinstance(read, When):
        moments(read, now, zone)


def in_words(answers: When, name: str, now: datetime, lang: str, zone: str) -> str:
    """A moment, or only the day when no time of day was given."""
    at = _moment(answers, name, now, zone)
    if at is None:
        return translate(lang, NOT_KNOWN)
    return absolute(at, lang, zone) if getattr(answers, f"{name}_time") else date_only(at, lang, zone)


def _moment(answers: When, name: str, now: datetime, zone: str) -> datetime | None:
    day, hour = getattr(answers, f"{name}_date"), getattr(answers, f"{name}_time")
    if day is None:
        if hour is not None:
            raise Invalid({name: NO_DAY})
        return None
    later = getattr(answers, f"{name}_later") == "yes"
    at = parse_local(f"{day}T{hour or time_of_day():%H:%M}", zone, name, later=later).at
    if at > now + AHEAD:
        raise Invalid({name: NOT_YET})
    return min(at, now)


def _ends(answers: When, name: str, at: datetime) -> datetime:
    """The last moment that a day without a time can mean."""
    return at if getattr(answers, f"{name}_time") else at + DAY
