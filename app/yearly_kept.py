"""What the report of a year says of risks, staff and controls: plain tables, each a file of its own. Risks and staff
stand as they do on the day of the report; what happened to risks is of the year."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.errors import N_
from core.tables import Cell
from identity.rules.sight import everybody_signing, in_force
from identity.rules.standing import share as share_signed
from identity.training.keeping import today_of
from identity.training.view import totals
from incidents.figures.grid import Grid
from incidents.figures.period import Period
from incidents.register.wording import Speaker
from incidents.risks.sight import visible_risks
from risk.register.mails import day_in_words
from risk.register.matrix import LEVELS, Level, Standing
from risk.register.models import Risk
from risk.register.queries import of_state
from risk.register.rules import LIVING, STATE_LABELS, State
from risk.standing import title_of
from risk.yearly import keepings


@dataclass(frozen=True, slots=True)
class Part:
    """A heading, and a table under it; without rows it is left out."""

    name: str
    title: str
    grid: Grid


def kept(session: Session, actor: Actor, speaker: Speaker, period: Period, now: datetime) -> tuple[Part, ...]:
    """In the order of the report; only what this reader may see."""
    first, last = _days(period, speaker.zone)
    parts = (*_risks(session, actor, speaker, first, last), _staff(session, actor, speaker, now),
             _controls(session, actor, speaker, first, last))  # fmt: skip
    return tuple(part for part in parts if part.grid.rows)


def _risks(session: Session, actor: Actor, speaker: Speaker, first: datetime, last: datetime) -> Iterable[Part]:
    if not actor.may(Operation.LIST_RISKS):
        return
    say = speaker.say
    seen = visible_risks(actor)
    living = session.scalars(seen.where(of_state(LIVING)).order_by(Risk.score.desc(), Risk.id)).all()
    levels = _levels(speaker, living) if living else ()
    heads = (N_("Level"), N_("Without measures"), N_("Today"), N_("After the measures"))
    yield _part(speaker, "risks", N_("Risks by level"), heads, levels)
    accepted = tuple(
        (f"{one.name} {one.title}", say(LEVELS[one.current.level]), _last_day(one, speaker.lang))
        for one in living
        if one.state == State.ACCEPTED
    )
    yield _part(speaker, "accepted", N_("Accepted risks"), (N_("Risk"), N_("Level"), N_("Accepted until")), accepted)
    opened = seen.where(Risk.sprung_from != "", Risk.created_at >= first, Risk.created_at < last)
    likes = tuple(
        (f"{one.name} {one.title}", speaker.cause(one.sprung_from), say(STATE_LABELS[State(one.state)]))
        for one in session.scalars(opened.order_by(Risk.id))
    )
    yield _part(speaker, "likes", N_("Risks that like cases opened"), (N_("Risk"), N_("Cause"), N_("State")), likes)


def _levels(speaker: Speaker, living: Iterable[Risk]) -> tuple[tuple[Cell, ...], ...]:
    """How many living risks stand in each level, the highest first; one that nobody has judged so is in none."""
    counts: tuple[Counter[Level], ...] = (Counter(), Counter(), Counter())
    for risk in living:
        stands: tuple[Standing, ...] = (risk.inherent, risk.current, risk.target)
        for counted, stand in zip(counts, stands, strict=True):
            if stand.known:
                counted[stand.level] += 1
    return tuple((speaker.say(LEVELS[level]), *(counted[level] for counted in counts)) for level in reversed(Level))


def _last_day(risk: Risk, lang: str) -> str:
    return day_in_words(risk.accept_until, lang) if risk.accept_until else ""


def _staff(session: Session, actor: Actor, speaker: Speaker, now: datetime) -> Part:
    """Who has signed the rules in force, and who holds each course."""
    rows: list[tuple[Cell, ...]] = []
    version = in_force(session) if actor.may(Operation.READ_SIGNATURES) else None
    if version is not None:
        done, number = share_signed(one.stand.standing for one in everybody_signing(session, version, now))
        name = speaker.say(N_("The rules, version {number}, signed"), number=version.number)
        rows.append(_share(name, done, number))
    if actor.may(Operation.READ_TRAINED):
        rows += [_share(one.title, one.holding, one.people) for one in totals(session, today_of(session, now))]
    heads = (N_("Rules and training"), N_("Done"), N_("Of"), N_("Share"), N_("Missing"))
    return _part(speaker, "staff", N_("Rules and training"), heads, tuple(rows))


def _share(name: str, done: int, number: int) -> tuple[Cell, ...]:
    return (name, done, number, f"{100 * done // number} %" if number else "–", number - done)


def _controls(session: Session, actor: Actor, speaker: Speaker, first: datetime, last: datetime) -> Part:
    rows = tuple(
        (title_of(one.control, speaker.lang), one.done, one.late, one.passed, one.failed, one.not_applicable)
        for one in keepings(session, actor, first, last)
    )
    heads = (N_("Control"), N_("Times done"), N_("Of them late"), N_("In order"), N_("Not in order"),
             N_("Not applicable"))  # fmt: skip
    return _part(speaker, "controls", N_("Controls kept"), heads, rows)


def _part(speaker: Speaker, name: str, title: str, heads: tuple[str, ...], rows: tuple[tuple[Cell, ...], ...]) -> Part:
    said = speaker.say(title)
    return Part(name, said, Grid(said, tuple(map(speaker.say, heads)), rows))


def _days(period: Period, zone: str) -> tuple[datetime, datetime]:
    """From the first moment to the first one after it."""
    first, after = period.since, date.fromordinal(period.until.toordinal() + 1)
    return _midnight(first, zone), _midnight(after, zone)


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(0), ZoneInfo(zone)).astimezone(UTC)
