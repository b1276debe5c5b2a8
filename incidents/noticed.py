"""When it happened and when the reporter noticed: easy answers become a moment, and how sure it is."""

from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from zoneinfo import ZoneInfo

from core.errors import N_, Invalid
from incidents.forms import HowToReach, WhenNoticed
from incidents.local_time import parse_local
from incidents.questions import NoticedChoice, Precision

AHEAD = timedelta(minutes=5)  # a telephone's clock may be a little fast
LONG_AGO = timedelta(days=2 * 365)


def noticed(form: WhenNoticed, now: datetime, zone: str) -> tuple[datetime, Precision]:
    """The moment it was noticed. A day without a time counts from its first minute, the cautious reading.

    Raises:
        Invalid: it lies in the future, or more than two years back and nobody has confirmed that.
    """
    if form.noticed_at_choice is NoticedChoice.NOW:
        return now, Precision.EXACT
    today = now.astimezone(ZoneInfo(zone)).date()
    day = {NoticedChoice.TODAY: today, NoticedChoice.YESTERDAY: today - timedelta(days=1)}.get(form.noticed_at_choice)
    day = day or form.noticed_date or today
    hour = form.noticed_time
    moment = datetime.combine(day, hour or time_of_day(), tzinfo=ZoneInfo(zone)).astimezone(UTC)
    if moment > now + AHEAD:
        raise Invalid({"noticed_time" if day == today else "noticed_date": N_("That moment has not come yet.")})
    if now - moment > LONG_AGO and form.noticed_long_ago != "yes":
        raise Invalid({"noticed_long_ago": N_("That is more than two years ago. Check the day, or confirm it.")})
    return min(moment, now), Precision.ABOUT if hour else Precision.UNKNOWN


def happened(form: HowToReach, now: datetime, zone: str) -> datetime | None:
    """When it happened, if the reporter said so; a day without a time counts from its first minute.

    Raises:
        Invalid: it lies in the future, or no clock ever showed that time.
    """
    if form.happened_at_date is None:
        return None
    hour = form.happened_at_time or time_of_day()
    moment = parse_local(f"{form.happened_at_date}T{hour:%H:%M}", zone, "happened_at").at
    if moment > now + AHEAD:
        raise Invalid({"happened_at": N_("That moment has not come yet.")})
    return moment
