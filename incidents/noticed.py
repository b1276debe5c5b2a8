"""When it happened and when the reporter noticed: easy answers become a moment, and how sure it is."""

from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from zoneinfo import ZoneInfo

from core.errors import N_, Invalid
from core.moment import occurs_twice
from incidents.forms import HowToReach, WhenNoticed
from incidents.local_time import parse_local
from incidents.questions import NoticedChoice, Precision

AHEAD = timedelta(minutes=5)  # a telephone's clock may be a little fast
LONG_AGO = timedelta(days=2 * 365)


def noticed(form: WhenNoticed, now: datetime, zone: str) -> tuple[datetime, Precision]:
    """The moment it was noticed. A day without a time counts from its first minute, the cautious reading.

    Raises:
        Invalid: it lies in the future, no clock showed it, or it is more than two years back and nobody confirmed that.
    """
    if form.noticed_at_choice is NoticedChoice.NOW:
        return now, Precision.EXACT
    today, day = _today(now, zone), _day(form, now, zone)
    moment = datetime.combine(day, time_of_day(), tzinfo=ZoneInfo(zone)).astimezone(UTC)
    if hour := form.noticed_time:
        moment = parse_local(f"{day}T{hour:%H:%M}", zone, "noticed_time", later=form.noticed_later == "yes").at
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
    later = form.happened_at_later == "yes"
    moment = parse_local(f"{form.happened_at_date}T{hour:%H:%M}", zone, "happened_at", later=later).at
    if moment > now + AHEAD:
        raise Invalid({"happened_at": N_("That moment has not come yet.")})
    return moment


def noticed_twice(form: WhenNoticed, now: datetime, zone: str) -> datetime | None:
    """The moment that is used although its time of day occurs twice: nobody need say which to send a report."""
    hour = form.noticed_time
    twice = hour is not None and occurs_twice(str(_day(form, now, zone)), f"{hour:%H:%M}", zone)
    return noticed(form, now, zone)[0] if twice else None


def happened_twice(form: HowToReach, now: datetime, zone: str) -> datetime | None:
    hour = form.happened_at_time
    twice = hour is not None and occurs_twice(str(form.happened_at_date), f"{hour:%H:%M}", zone)
    return happened(form, now, zone) if twice else None


def _today(now: datetime, zone: str) -> date:
    return now.astimezone(ZoneInfo(zone)).date()


def _day(form: WhenNoticed, now: datetime, zone: str) -> date:
    today = _today(now, zone)
    near = {NoticedChoice.TODAY: today, NoticedChoice.YESTERDAY: today - timedelta(days=1)}
    return near.get(form.noticed_at_choice) or form.noticed_date or today
