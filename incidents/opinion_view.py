"""The DPO's opinions of a case in words."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.errors import N_
from core.i18n import absolute, translate
from core.keys import unseal
from core.organisation import organisation
from identity.people import names
from incidents.assessing.words import ABOUT
from incidents.models import Incident
from incidents.opinions import VIEW_LABELS, View, open_opinions, opinions_of, text_place


@dataclass(frozen=True, slots=True)
class OpinionView:
    id: str
    about: str
    answered: bool
    gone: bool
    view: str
    objects: bool
    text: str
    by: str


def opinion_views(session: Session, incident: Incident, lang: str) -> list[OpinionView]:
    zone = organisation(session).zone
    rows = opinions_of(session, incident)
    still_open = {row.id for row in open_opinions(session, [incident.id])}
    called = names(session, [row.answered_by for row in rows])
    views = []
    for row in rows:
        by = translate(lang, N_("Asked {moment}")).format(moment=absolute(row.asked_at, lang, zone))
        if row.answered_at is not None:
            by = f"{called.get(row.answered_by or '', '')}, {absolute(row.answered_at, lang, zone)}"
        views.append(
            OpinionView(
                id=row.id,
                about=translate(lang, ABOUT.get(row.about, ABOUT["decision"])),
                answered=row.answered_at is not None,
                gone=row.answered_at is None and row.id not in still_open,
                view=translate(lang, VIEW_LABELS[View(row.view)]) if row.view else "",
                objects=row.view == View.OBJECTS,
                text=unseal(session, incident.id, text_place(row), row.text_sealed),
                by=by,
            )
        )
    return views
