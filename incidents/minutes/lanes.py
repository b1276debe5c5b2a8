"""The way to the decision as lanes: the picture, and the same as a table for who cannot see it.

It ends with the signature, so that nothing that happens later makes the minutes say something else.
"""

from sqlalchemy import func, select

from core.access import SYSTEM
from core.audit.models import AuditEntry
from core.document import Drawing, Section, Table
from core.errors import N_
from core.templating import render
from incidents.commission_models import Decision
from incidents.figures.swimlane import Happening, Lane
from incidents.minutes.scribe import Scribe
from incidents.story import SENTENCES, by_lane, entries_for_everybody
from incidents.swimlane_view import swimlane

SIGNED, IN_FORCE = "decision:signed", "decision:in_force"


def lanes(scribe: Scribe, decision: Decision) -> Section | None:
    zone = scribe.company.zone
    found = swimlane([*_before(scribe, decision), *_binding(scribe, decision)], scribe.lang, zone)
    if found is None:
        return None
    svg = render("pdf/picture.svg", scribe.lang, zone, {"figure": found}).strip()
    drawing = Drawing(name=found.id, svg=svg, text=found.picture.description, note=f"{found.finding}. {found.note}")
    table = Table(caption=found.grid.caption, heads=found.grid.heads, rows=found.grid.words())
    return Section(title=scribe.say(N_("The way to the decision")), blocks=(drawing, table))


def _before(scribe: Scribe, decision: Decision) -> list[Happening]:
    """What the log held when the decision was signed. What was written with the signature is not there yet when the
    first minutes are; it stays away later too."""
    session, incident = scribe.session, scribe.incident
    signed = select(func.max(AuditEntry.seq)).where(
        AuditEntry.case_id == incident.id, AuditEntry.action == SIGNED, AuditEntry.at == decision.signed_at
    )
    entries = entries_for_everybody(session, incident, session.scalar(signed))
    kept = [(at, one) for at, one in reversed(entries) if at < decision.signed_at or one["actor"] != SYSTEM.id]
    return by_lane(session, incident, kept, scribe.lang)


def _binding(scribe: Scribe, decision: Decision) -> list[Happening]:
    who = scribe.who(decision.signed_by)
    signed = Happening(decision.signed_at, SIGNED, Lane.MANAGER, scribe.say(SENTENCES[SIGNED], who=who))
    if decision.in_force_at is None:
        return [signed]
    return [signed, Happening(decision.in_force_at, IN_FORCE, Lane.SYSTEM, scribe.say(SENTENCES[IN_FORCE]))]
