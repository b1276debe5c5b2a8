"""Four eyes as a list, newest first: who did what to the letters, and what the service did itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from sqlalchemy.orm import Session

from core.errors import N_
from core.i18n import clock_time, iso, long_date, translate
from core.organisation import organisation
from identity.people import names
from notifications.letters.models import Mailing


@dataclass(frozen=True, slots=True)
class Event:
    """A line of templates/parts/timeline.html."""

    iso: str
    time_text: str
    title: str
    text: str
    system: bool = False


@dataclass(frozen=True, slots=True)
class _Step:
    at: datetime | None
    who: str | None
    title: str
    text: str = ""
    facts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Day:
    heading: str
    entries: list[Event]


def events(session: Session, mailing: Mailing | None, lang: str) -> list[Day]:
    """The steps of one mailing so far, by day."""
    if mailing is None:
        return []
    zone = organisation(session).zone
    happened = [(step.at, step) for step in _steps(mailing) if step.at]
    known = names(session, [step.who for _, step in happened])
    newest = sorted(happened, key=lambda pair: pair[0], reverse=True)
    days = groupby(newest, key=lambda pair: long_date(pair[0], lang, zone))
    return [Day(day, [_event(step, at, known, lang, zone) for at, step in steps]) for day, steps in days]


def _event(step: "_Step", at: datetime, known: Mapping[str, str], lang: str, zone: str) -> Event:
    return Event(
        iso(at, zone),
        clock_time(at, zone),
        translate(lang, step.title, name=known.get(step.who or "", "–")),
        translate(lang, step.text, **step.facts) if step.text else "",
        system=step.who is None,
    )


def _steps(mailing: Mailing) -> list[_Step]:
    """In the reverse order of a day when everything went well, so that equal times read right."""
    typed = N_("Typed the number: {count}. Nothing is changed since the test.")
    tested = N_("To {count} people here, marked as a test.")
    edition = N_("Version {edition} of the letter.")
    number = {"edition": mailing.edition}
    written_at = mailing.edited_at if mailing.edition else None
    return [
        _Step(mailing.finished_at, None, N_("Every mail has an outcome")),
        _Step(mailing.stopped_at, mailing.stopped_by, N_("{name} stopped or paused the sending")),
        _Step(mailing.started_at, None, N_("The sending began"), N_("After the wait. Nobody stopped it.")),
        _Step(mailing.approved_at, mailing.approved_by, N_("{name} approved"), typed, {"count": mailing.total}),
        _Step(mailing.tested_at, mailing.tested_by, N_("{name} sent a test"), tested, {"count": mailing.tested_count}),
        _Step(written_at, mailing.last_edited_by, N_("{name} made the last change"), edition, number),
        _Step(mailing.imported_at, mailing.imported_by, N_("{name} imported the list")),
    ]  # fmt: skip
