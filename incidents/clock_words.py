"""Each clock explains itself in one sentence: what is due, how long it may take, counted from what, by which law.

Every sentence says that weekends and holidays count: people hope that they do not, and no deadline here waits for them.
"""

from datetime import datetime

from core.errors import N_
from core.i18n import absolute, catalogue, translate
from incidents.clock import Given, Stage
from incidents.periods import Period
from incidents.regimes import REGIMES
from incidents.rules import DONE, Anchor, Rule

STARTS = {
    Anchor.REPORTED: N_("the report"),
    Anchor.AWARE: N_("the moment we became aware"),
    Anchor.CLASSIFIED: N_("the classification as major"),
    Anchor.DECIDED: N_("the decision"),
    Anchor.ORDERED: N_("the order"),
    Anchor.RECEIVED: N_("the moment the request came in"),
    Anchor.FIX_AVAILABLE: N_("the moment a remedy is there"),
}
AFTER_DONE = N_("the moment “{title}” was done")
WITHIN = N_("{title} within {length}, counted from {start} ({basis}); weekends and holidays count.")
CAPPED = N_(
    "{title} within {length}, counted from {start}, but no later than {cap} after {cap_start}, unless {start} comes "
    "later ({basis}); weekends and holidays count."
)
AT_ONCE = N_(
    "{title} as soon as possible, counted from {start} ({basis}): no hours are set, and weekends and holidays count."
)
ORDERED = N_("{title}: no later than {moment} ({basis}); weekends and holidays count.")
NOT_GIVEN = {
    Given.ORDER: N_("{title}: no later than the order says ({basis}); weekends and holidays count."),
    Given.CONTRACT: N_("{title} within the hours that it sets ({basis}); weekends and holidays count."),
}


def explain(regime: str, duty: str, rule: Rule, lang: str, zone: str) -> str:
    """Why a clock ends when it does. `rule` is the one it was started under, which may no longer be today's."""
    words = {
        "title": _title(regime, duty, lang),
        "length": length(rule.period, lang),
        "start": start_of(regime, rule.anchor, lang),
        "basis": translate(lang, rule.basis),
    }
    if rule.ordered_end:
        return _fill(lang, ORDERED, **words, moment=absolute(datetime.fromisoformat(rule.ordered_end), lang, zone))
    if rule.period.as_soon_as_possible:
        return _fill(lang, AT_ONCE, **words)
    if rule.cap is not None:
        cap, cap_start = length(rule.cap.period, lang), start_of(regime, rule.cap.anchor, lang)
        return _fill(lang, CAPPED, **words, cap=cap, cap_start=cap_start)
    return _fill(lang, WITHIN, **words)


def explain_stage(regime: str, stage: Stage, lang: str, zone: str) -> str:
    """The same of a stage that may still wait for the contract or the order that gives it a length."""
    if stage.given in NOT_GIVEN and stage.lacks_its_length:
        title, basis = _title(regime, stage.duty, lang), translate(lang, stage.rule.basis)
        return _fill(lang, NOT_GIVEN[stage.given], title=title, basis=basis)
    return explain(regime, stage.duty, stage.rule, lang, zone)


def start_of(regime: str, anchor: str, lang: str) -> str:
    """What a clock counts from, in words: `the moment we became aware`."""
    if anchor.startswith(DONE):
        return _fill(lang, AFTER_DONE, title=_title(regime, anchor.removeprefix(DONE), lang))
    return translate(lang, STARTS[Anchor(anchor)])


def length(period: Period, lang: str) -> str:
    """`72 hours`, or several that run at once: `30 days or 1 month, whichever ends first`. Nothing without a length."""
    ngettext, lengths = catalogue(lang).ngettext, period.lengths
    forms = {
        "minutes": lambda n: ngettext("{number} minute", "{number} minutes", n),
        "hours": lambda n: ngettext("{number} hour", "{number} hours", n),
        "days": lambda n: ngettext("{number} day", "{number} days", n),
        "months": lambda n: ngettext("{number} month", "{number} months", n),
    }
    words = [forms[unit](number).format(number=number) for unit, number in lengths.items()]
    if len(words) < 2:
        return "".join(words)
    return _fill(lang, N_("{some} or {last}, whichever ends first"), some=", ".join(words[:-1]), last=words[-1])


def _title(regime: str, duty: str, lang: str) -> str:
    """A regime that is no longer here leaves the bare name of its duty."""
    known = REGIMES.get(regime)
    stages = (stage for version in known.every_version() for stage in version) if known else iter(())
    return translate(lang, next((stage.title for stage in stages if stage.duty == duty), duty))


def _fill(lang: str, sentence: str, **words: str) -> str:
    """The words are in their language already, so they are put in as they are."""
    return catalogue(lang).gettext(sentence).format_map(words)
