"""What the pages say of failed controls: on the case, and beside the control for those who may see the case."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.bounded import bounded
from core.errors import N_, NotFound
from core.i18n import translate
from identity.units import unit_counts
from incidents.failing.keeping import failed_codes, unit_of
from incidents.failing.models import FailedControl
from incidents.models import Incident
from incidents.queries import may_see
from incidents.queue import Cursor
from incidents.states import STATE_LABELS, State
from risk.queries import every_control

PAGE = 25


@dataclass(frozen=True, slots=True)
class Failing:
    """What failed in a case. `lines` count the people of the unit; they never name one."""

    controls: list[tuple[str, str]]
    unit: str
    lines: list[str]


@dataclass(frozen=True, slots=True)
class CaseLine:
    href: str
    reference: str
    title: str
    state: str
    reported_at: datetime


@dataclass(frozen=True, slots=True)
class Naming:
    """A page of the cases that name a control; `number` is of all of them, up to a bound."""

    title: str
    number: int
    cases: list[CaseLine]
    following: str


def failing(session: Session, incident: Incident, now: datetime, lang: str) -> Failing:
    codes, unit = failed_codes(session, incident), unit_of(session, incident)
    known = {control.code: control for control in every_control(session)} if codes else {}
    controls = [(known[code].card.title.in_(lang), known[code].path) for code in codes if code in known]
    return Failing(controls, unit, _lines(session, unit, now, lang) if unit else [])


def choices(session: Session, lang: str) -> list[tuple[str, str]]:
    """Every adopted control by its title."""
    found = [(control.code, control.card.title.in_(lang)) for control in every_control(session)]
    return sorted(found, key=lambda pair: pair[1].casefold())


def cases_of(session: Session, actor: Actor, code: str, after: Cursor | None, lang: str) -> Naming:
    """The cases that name a control, only those this person may see: a page of them, the latest first.

    Raises:
        NotFound: no such control.
    """
    control = next((one for one in every_control(session) if one.code == code), None)
    if control is None:
        raise NotFound()
    naming = select(Incident).join(FailedControl, FailedControl.incident_id == Incident.id)
    naming = naming.where(FailedControl.control_code == code, may_see(actor, Operation.LIST_CASES))
    number = session.scalar(select(bounded(naming.with_only_columns(Incident.id)))) or 0
    if after is not None:
        earlier = and_(Incident.reported_at == after.at, Incident.id < after.id)
        naming = naming.where(or_(Incident.reported_at < after.at, earlier))
    newest = naming.order_by(Incident.reported_at.desc(), Incident.id.desc()).limit(PAGE + 1)
    found = list(session.scalars(newest))
    shown = found[:PAGE]
    following = str(Cursor(False, shown[-1].reported_at, shown[-1].id)) if len(found) > PAGE else ""
    return Naming(control.card.title.in_(lang), number, [_case(one, lang) for one in shown], following)


def _case(incident: Incident, lang: str) -> CaseLine:
    state = translate(lang, STATE_LABELS[State(incident.state)])
    return CaseLine(
        incident.path, incident.reference, incident.title or incident.reference, state, incident.reported_at
    )


def _lines(session: Session, unit: str, now: datetime, lang: str) -> list[str]:
    """Without blame: numbers of a unit, and nothing where they would point to somebody."""
    counts = unit_counts(session, unit, now)
    if counts is None:
        return [translate(lang, N_("Too few people in the unit to give numbers."))]
    said = [
        (counts.signed, N_("{done} of {total} in this unit have signed the rules in force.")),
        (counts.trained, N_("{done} of {total} in this unit hold every course.")),
    ]
    return [translate(lang, text, done=str(done), total=str(counts.people)) for done, text in said if done is not None]
