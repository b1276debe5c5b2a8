"""A row of the board as one reader sees it: which duty, how long, who holds the case, who has answered the alarm."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from core.errors import N_
from core.i18n import translate
from core.organisation import organisation
from identity.people import names
from incidents.case_view import ClockView, duty_title, shown_title
from incidents.clock_board import BUCKET_LABELS, Bucket, in_buckets
from incidents.clocks_view import regime_name, time_view
from incidents.models import ClockLevel, IncidentClock


@dataclass(frozen=True, slots=True)
class BoardRow:
    """`acknowledged`: who answered the latest alarm; `alarmed`: an alarm is out that nobody has answered."""

    reference: str
    href: str
    title: str
    duty: str
    regime: str
    clock: ClockView
    owner: str
    acknowledged: str
    alarmed: bool
    acknowledge_href: str


@dataclass(frozen=True, slots=True)
class Part:
    heading: str
    rows: list[BoardRow]


def board_parts(session: Session, clocks: tuple[IncidentClock, ...], now: datetime, lang: str) -> list[Part]:
    """The rows of one page under the heading of their bucket, with few queries for all of them together."""
    answers = _answers(session, clocks)
    people = names(session, [*(clock.incident.owner_id for clock in clocks), *answers.values()])
    zone = organisation(session).zone

    def row(clock: IncidentClock) -> BoardRow:
        by = answers.get(clock.id)
        return BoardRow(
            clock.incident.reference,
            f"{clock.incident.path}/clocks",
            shown_title(clock.incident, lang),
            duty_title(clock, lang),
            regime_name(clock, lang),
            time_view(clock, now, lang, zone),
            people.get(clock.incident.owner_id or "", "") or translate(lang, N_("Nobody yet")),
            people.get(by or "", ""),
            clock.id in answers and by is None,
            f"{clock.incident.path}/clocks/{clock.id}/acknowledge",
        )

    return [Part(_heading(key, lang), [row(clock) for clock in found]) for key, found in in_buckets(clocks, now)]


def _heading(key: Bucket, lang: str) -> str:
    return translate(lang, BUCKET_LABELS[key])


def _answers(session: Session, clocks: Collection[IncidentClock]) -> dict[str, str | None]:
    """Who acknowledged the level that is out now; None: nobody yet; not there: no level is out."""
    rounds = {clock.id: clock.round for clock in clocks}
    query = select(ClockLevel).where(and_(ClockLevel.clock_id.in_(rounds), ~ClockLevel.overtaken))
    rows: Iterable[ClockLevel] = session.scalars(query.order_by(ClockLevel.due_at, ClockLevel.level))
    return {row.clock_id: row.acknowledged_by for row in rows if row.round == rounds[row.clock_id]}
