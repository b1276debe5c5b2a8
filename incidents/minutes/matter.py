"""What the commission judged: the case as it is classified, its moments, and severity with the duties that follow."""

from core.document import Block, Section, Table, facts, told
from core.errors import N_
from incidents.case_card import case_card
from incidents.minutes.scribe import Scribe
from incidents.severity_view import SeverityView, severity_view

PRESUMPTION = N_("The score is a presumption. Legal rules override it in both directions, and the commission decides.")


def matter(scribe: Scribe) -> Section:
    """The facts of the case; nothing of who reported it."""
    incident, say = scribe.incident, scribe.say
    known = facts(
        *case_card(incident, scribe.lang),
        (say(N_("Happened")), scribe.at(incident.occurred_at)),
        (say(N_("Noticed")), scribe.at(incident.detected_at)),
        (say(N_("Reported")), scribe.at(incident.reported_at)),
        (say(N_("Known to the company")), scribe.at(incident.aware_at)),
        (say(N_("Stopped")), scribe.at(incident.contained_at)),
    )
    return Section(title=say(N_("What was known")), blocks=(known,))


def severity(scribe: Scribe) -> Section | None:
    """The sum and each duty with its rule; none while nobody has stated the facts."""
    view = severity_view(scribe.session, scribe.incident, scribe.lang)
    if view is None:
        return None
    say = scribe.say
    blocks: tuple[Block, ...] = (
        *told(say(PRESUMPTION)),
        facts(*view.parts, (say(N_("Stated")), view.by)),
        *told(view.near),
        *told(" ".join(view.flags)),
    )
    behind = Section(title=say(N_("The facts behind the sum")), blocks=(facts(*view.facts), *_earlier(scribe, view)))
    return Section(title=say(N_("Severity and duties")), blocks=blocks, sections=(_duties(scribe, view), behind))


def _duties(scribe: Scribe, view: SeverityView) -> Section:
    say = scribe.say
    rules = Table(
        caption=say(N_("Rules that spoke")),
        heads=(say(N_("Rule")), say(N_("What it says"))),
        rows=tuple((reason.rule, reason.text) for reason in view.reasons),
    )
    unknown = facts((say(N_("Not known, and would change the answer")), "; ".join(view.would_change)))
    return Section(title=say(N_("Proposed duties")), blocks=(facts(*view.duties), rules, unknown))


def _earlier(scribe: Scribe, view: SeverityView) -> tuple[Block, ...]:
    """The versions before, with the reason each was stated anew for."""
    if not view.earlier:
        return ()
    heads = (N_("Stated"), N_("Sum"), N_("Why the facts were stated anew"))
    return (Table(
        caption=scribe.say(N_("Earlier versions of the facts")),
        heads=tuple(scribe.say(head) for head in heads),
        rows=tuple((version.by, version.sum, version.reason) for version in view.earlier),
    ),)  # fmt: skip
