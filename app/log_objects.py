"""What an entry of the log is about, by the name that the company uses for it: entries hold ids only."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import N_
from core.i18n import absolute, translate
from core.organisation import organisation
from identity.people import names
from identity.training.models import Course
from incidents.activities.keeping import lines
from incidents.activities.models import Activity
from incidents.commission_models import Panel
from incidents.panels import panel_name
from incidents.sampling.models import Sample
from incidents.suppliers.keeping import cards
from incidents.suppliers.models import Supplier
from notifications.authorities import AUTHORITIES
from risk.queries import every_own_title, own_titles
from risk.tasks.cards import TASKS
from risk.tasks.models import EventTask

AUTHORITY, PANEL = "authority:", "panel:"
VERSION = N_("Version {number} of the rules")
SAMPLE = N_("Sample of {moment}")


def called(session: Session, objects: Iterable[str], lang: str) -> dict[str, str]:
    """Object -> name, for people and for whatever else of the company has one among `objects`."""
    wanted = set(objects)
    found = own_titles(session, wanted) | _plain(wanted, lang) | names(session, wanted)
    if unknown := {one for one in wanted - set(found) if len(one) == 32 or one.startswith(PANEL)}:
        found |= _registers(session, unknown) | _tasks_and_samples(session, unknown, lang)
        found |= {one: name for one, name in _panels(session, lang).items() if one in unknown}
    return found


def every_name(session: Session, lang: str) -> dict[str, str]:
    """The same of all there is, without people, for what is too long to be asked piece by piece."""
    suppliers, activities = session.scalars(select(Supplier.id)).all(), session.scalars(select(Activity.id)).all()
    courses = session.scalars(select(Course.id)).all()
    found = _registers(session, {*suppliers, *activities, *courses})
    return found | every_own_title(session) | _panels(session, lang)


def _plain(objects: Iterable[str], lang: str) -> dict[str, str]:
    """What stands in the object itself: an authority's code, the number of a version of the rules."""
    codes = {f"{AUTHORITY}{code}": card.name for code, card in AUTHORITIES.items()}
    said = {one: translate(lang, VERSION, number=one) for one in objects if one.isdecimal()}
    return said | {one: codes[one] for one in objects if one in codes}


def _registers(session: Session, ids: set[str]) -> dict[str, str]:
    courses = session.execute(select(Course.id, Course.title).where(Course.id.in_(ids)))
    return (
        {one.id: one.name for one in cards(session, ids)}
        | {one.id: one.name for one in lines(session, ids, archived=None)}
        | {one.id: one.title for one in courses}
    )


def _tasks_and_samples(session: Session, ids: set[str], lang: str) -> dict[str, str]:
    """A checklist is called by its card, since whom it concerns is sealed; a sample by its moment."""
    kinds = session.execute(select(EventTask.id, EventTask.kind).where(EventTask.id.in_(ids)))
    drawn = session.execute(select(Sample.id, Sample.drawn_at).where(Sample.id.in_(ids)))
    zone = organisation(session).zone
    return {one.id: TASKS[one.kind].title.in_(lang) for one in kinds if one.kind in TASKS} | {
        one.id: translate(lang, SAMPLE, moment=absolute(one.drawn_at, lang, zone)) for one in drawn
    }


def _panels(session: Session, lang: str) -> dict[str, str]:
    return {f"{PANEL}{one.id}": panel_name(one, lang) for one in session.scalars(select(Panel))}
