"""A row of the queue as one reader sees it: what, how long, where it stands, who, and what to do next."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from core.access import Actor
from core.errors import N_
from core.i18n import translate
from core.organisation import organisation
from identity.people import names
from incidents.case_actions import Action, action
from incidents.case_facts import Known, gather_all
from incidents.case_view import SHAPES, ClockView, clock_view, shown_title
from incidents.models import Incident
from incidents.notice_promises import promised_in_words
from incidents.people_told import people_label
from incidents.states import AUTHORITY_TOLD, AuthorityTrack, Containment, State, label


@dataclass(frozen=True, slots=True)
class QueueRow:
    reference: str
    href: str
    title: str
    people: str
    clock: ClockView
    state: str
    level: str
    shape: str
    owner: str
    note: str
    action: Action
    free: bool


def queue_rows(
    session: Session, actor: Actor, incidents: Iterable[Incident], now: datetime, lang: str
) -> list[QueueRow]:
    """The rows of one page, with few queries for all of them together."""
    cases = list(incidents)
    zone = organisation(session).zone
    known = gather_all(session, actor, cases, now)
    owners = names(session, (one.owner_id for one in cases))
    return [_row(actor, one, known[one.id], owners.get(one.owner_id or "", ""), now, lang, zone) for one in cases]


def _row(actor: Actor, incident: Incident, known: Known, owner: str, now: datetime, lang: str, zone: str) -> QueueRow:
    state = State(incident.state)
    level, shape = SHAPES.get(state, ("calm", "half"))
    return QueueRow(
        reference=incident.reference,
        href=incident.path,
        title=shown_title(incident, lang),
        people=people_label(incident, lang),
        clock=clock_view(incident, now, lang, zone),
        state=translate(lang, label(state)),
        level=level,
        shape=shape,
        owner=owner or translate(lang, N_("Nobody yet")),
        note=_note(incident, known, now, lang, zone),
        action=action(actor, incident, known, lang, zone),
        free=incident.owner_id is None,
    )


def _note(incident: Incident, known: Known, now: datetime, lang: str, zone: str) -> str:
    """The one thing beside the owner: what this reader has promised, or how far the work has come."""
    if known.waits.promised is not None:
        return promised_in_words(known.waits.promised, now.astimezone(ZoneInfo(zone)).date(), lang)
    if known.commission is not None and known.commission.open:
        votes = N_("Commission {given} of {seats}")
        return translate(lang, votes, given=known.commission.given, seats=known.commission.seats)
    if AuthorityTrack(incident.authority_track) in AUTHORITY_TOLD:
        return translate(lang, label(AuthorityTrack(incident.authority_track)))
    if known.facts.still_going_on and known.facts.containment is Containment.OPEN:
        return translate(lang, N_("Still going on"))
    if known.facts.containment is Containment.DONE:
        return translate(lang, label(Containment.DONE))
    return ""
