"""The one sentence above a picture: what it shows, true for its numbers and for no others."""

from core.errors import N_
from incidents.figures.deliveries import Deliveries, Outcome
from incidents.figures.numbers import beginning, in_words
from incidents.figures.period import YEAR, Month, Quarter
from incidents.figures.reckoning import LIMIT, Figures, Measure
from incidents.register.wording import Speaker

LAST_MONTHS = {
    1: N_("More cases in the last {half} months: {after}, against {before} before"),
    -1: N_("Fewer cases in the last {half} months: {after}, against {before} before"),
    0: N_("As many cases in the last {half} months as before: {after}"),
}
HALF_YEARS = {
    1: N_("More cases in the second half-year: {after}, against {before} in the first"),
    -1: N_("Fewer cases in the second half-year: {after}, against {before} in the first"),
    0: N_("As many cases in both half-years: {after}"),
}


def notices(speaker: Speaker, quarters: tuple[Quarter, ...]) -> str:
    """How many of the notices that were sent went out within the 72 hours."""
    seconds = [one for quarter in quarters for one in quarter.seconds]
    within = sum(one <= LIMIT for one in seconds)
    if not seconds:
        return speaker.say(N_("No notice has been sent"))
    if len(seconds) == 1:
        only = N_("The only notice went out within 72 hours") if within else N_("The only notice took over 72 hours")
        return speaker.say(only)
    if within == len(seconds):
        return speaker.say(N_("All {total} notices went out within 72 hours"), total=in_words(within, speaker.lang))
    sentence = N_("{within} of {total} notices went out within 72 hours")
    total = in_words(len(seconds), speaker.lang)
    return speaker.say(sentence, within=beginning(within, speaker.lang), total=total)


def trend(speaker: Speaker, months: tuple[Month, ...]) -> str:
    """The later half of the months against the earlier one, in numbers; the halves of a calendar year by their name."""
    half = len(months) // 2
    before, after = (sum(month.count for month in part) for part in (months[:half], months[half:]))
    side = (after > before) - (after < before)
    message = (HALF_YEARS if months[0].number % YEAR == 0 else LAST_MONTHS)[side]
    return speaker.say(message, half=in_words(len(months) - half, speaker.lang), after=after, before=before)


def causes(speaker: Speaker, figures: Figures) -> str:
    """The cause that is more common than every other, or that none is."""
    known = [(code, count) for _, code, count in figures.causes if code]
    if not known:
        return speaker.say(N_("No case has a cause yet"))
    (code, count), runners_up = known[0], known[1:]
    if runners_up and runners_up[0][1] == count:
        message = N_("No single cause leads: the most common ones have {count} of {total} each")
    else:
        message = N_("“{cause}” stands for {count} of {total}")
    return speaker.say(message, cause=speaker.cause(code), count=count, total=figures.cases)


def times(speaker: Speaker, figures: Figures, shown: dict[Measure, str]) -> str:
    """Medians, as they are `shown`; of what nobody did yet, nothing."""
    taken, decided = figures.spans[Measure.ACKNOWLEDGE].seconds, figures.spans[Measure.DECIDE].seconds
    if not taken:
        return speaker.say(N_("No case has been taken yet"))
    if not decided:
        message = N_("Half of the cases are taken within {taken}; none is decided yet")
    else:
        message = N_("Half of the cases are taken within {taken} and decided within {decided}")
    return speaker.say(message, taken=shown[Measure.ACKNOWLEDGE], decided=shown[Measure.DECIDE])


def deliveries(speaker: Speaker, found: Deliveries) -> str:
    """Whether what left arrived; else what is in the way, the worst first."""
    if not found.sent:
        return speaker.say(N_("No notice and no letter has left by mail"))
    arrived = found.number(Outcome.ACCEPTED)
    if arrived == found.sent:
        return speaker.say(N_("Every mail was taken by the mail server: {total}"), total=arrived)
    known = (
        (found.number(Outcome.FAILED), N_("{number} failed")),
        (found.number(Outcome.UNCERTAIN), N_("{number} in doubt")),
        (found.number(Outcome.WAITING), N_("{number} waiting")),
    )
    rest = ", ".join(speaker.say(message, number=number) for number, message in known if number)
    sentence = N_("{arrived} of {total} mails were taken by the mail server: {rest}")
    return speaker.say(sentence, arrived=arrived, total=found.sent, rest=rest)


def controls(speaker: Speaker, in_time: int, total: int) -> str:
    if not total:
        return speaker.say(N_("No controls are adopted"))
    if in_time == total:
        return speaker.say(N_("Every control is in time: {total}"), total=total)
    return speaker.say(N_("{in_time} of {total} controls are in time"), in_time=in_time, total=total)


def pace(speaker: Speaker, figures: Figures, before: Figures, fewest: int) -> str:
    """The whole period in one line: whether notices went faster than in the time before, when both have enough."""
    now, then = figures.spans[Measure.NOTIFY], before.spans[Measure.NOTIFY]
    if min(len(now.seconds), len(then.seconds)) < fewest or now.median is None or then.median is None:
        return ""
    if now.median < then.median:
        return speaker.say(N_("We tell the authority faster than in the year before."))
    if now.median > then.median:
        return speaker.say(N_("We tell the authority more slowly than in the year before."))
    return ""
