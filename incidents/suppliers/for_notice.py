"""What suppliers told, as answers to the EDPB's template: the other party (38 to 41), how it was found (50 to 53), and
their words for what happened (62) and what was done (92)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from core.errors import N_
from core.i18n import absolute, translate
from core.organisation import organisation
from incidents.models import Incident
from incidents.suppliers.forms import SupplierAnswers
from incidents.suppliers.keeping import cards
from incidents.suppliers.moments import in_words
from incidents.suppliers.telling import answers_of
from incidents.suppliers.view import tellings_of

FOUND = N_("Our processor {name} told us {moment}.")
AWARE = N_("The processor {name} became aware: {moment}.")


@dataclass(frozen=True, slots=True)
class Party:
    """One supplier: when it first told us, and its latest word."""

    id: str
    name: str
    email: str
    first_at: datetime
    last_at: datetime
    told: SupplierAnswers

    @property
    def reach(self) -> str:
        """The contact person it names, else the contact we have."""
        contact = (self.told.contact_name, self.told.contact_phone, self.told.contact_email)
        return ", ".join(filter(None, contact)) or self.email


def other_party(session: Session, incident: Incident, lang: str) -> Mapping[int, str]:
    """What a supplier's word settles; nothing when none has told us anything."""
    told_by = parties(session, incident)
    if not told_by:
        return {}
    zone = organisation(session).zone
    known = [one for one in told_by if one.told.noticed_at_date]
    return {
        38: "yes",
        39: "processor",
        40: "; ".join(one.name for one in told_by),
        41: "; ".join(one.reach for one in told_by),
        53: "\n".join(
            translate(lang, AWARE, name=one.name, moment=in_words(one.told, "noticed_at", one.last_at, lang, zone))
            for one in known
        ),
        **(_found(told_by[0], lang, zone) if incident.source == "processor" else {}),
    }


def in_their_words(session: Session, incident: Incident) -> Mapping[int, str]:
    """For where the case has nothing of its own: what happened, and what was done and will be."""
    told_by = parties(session, incident)
    measures = [text for one in told_by for text in (one.told.done, one.told.planned) if text]
    return {62: "\n".join(one.told.what_happened_text for one in told_by), 92: "\n".join(measures)}


def parties(session: Session, incident: Incident) -> Sequence[Party]:
    """In the order in which they first told us."""
    rows = tellings_of(session, incident)
    names = {one.id: one for one in cards(session, [row.supplier_id for row in rows])}
    first = {row.supplier_id: row.told_at for row in reversed(rows)}
    last = {row.supplier_id: row for row in rows}
    return [
        Party(one, names[one].name, names[one].email, first[one], last[one].told_at, answers_of(session, last[one]))
        for one in last
    ]


def _found(first: Party, lang: str, zone: str) -> Mapping[int, str]:
    """Found by the processor, who told us on this day; the exact moment stands in the words beside it."""
    return {
        50: "processor",
        51: translate(lang, FOUND, name=first.name, moment=absolute(first.first_at, lang, zone)),
        52: first.first_at.astimezone(ZoneInfo(zone)).date().isoformat(),
    }
