"""What the pages of training show."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import islice

from sqlalchemy.orm import Session

from core.access import Actor
from core.i18n import translate
from identity.service import person
from identity.training.models import Course
from identity.training.rules import HOLDING, MISSING, TRAINED_LABELS, Trained
from identity.training.sight import Standing, courses, staff, standings

PAGE = 25
SHAPES = {
    Trained.CURRENT: ("ok", "check"),
    Trained.EXPIRING: ("soon", "half"),
    Trained.EXPIRED: ("late", "triangle"),
    Trained.NEVER: ("soon", "ring"),
}
SHOWN = {
    "all": frozenset(Trained),
    "missing": MISSING,
    "expiring": frozenset({Trained.EXPIRING}),
    "current": frozenset({Trained.CURRENT}),
}
ORDER = [Trained.EXPIRED, Trained.NEVER, Trained.EXPIRING, Trained.CURRENT]


@dataclass(frozen=True, slots=True)
class Row:
    """One person and one course."""

    name: str
    course: str
    trained: Trained
    word: str
    level: str
    shape: str
    taken_on: date | None
    expires_on: date | None
    score: int | None
    file_id: str


@dataclass(frozen=True, slots=True)
class Total:
    """One course and how many stand how."""

    href: str
    title: str
    valid_days: int
    people: int
    holding: int
    expiring: int
    missing: int


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of people; `counts`: how many each filter shows, `following`: whose id the next page begins after."""

    rows: list[Row]
    counts: dict[str, int]
    following: str


def mine(session: Session, actor: Actor, today: date, lang: str) -> list[Row]:
    """Every course as I stand to it."""
    me = person(session, actor.id)
    return _rows(standings(session, [me], courses(session), today, me.id), lang)


def totals(session: Session, today: date) -> list[Total]:
    """Every course in one line."""
    known = courses(session)
    found = standings(session, staff(session), known, today) if known else []
    return [_total(course, [one.trained for one in found if one.course.id == course.id]) for course in known]


def people_of(session: Session, course: Course, today: date, chosen: str, after: str, lang: str) -> Listed:
    """A page of the people of one course, those who are missing first; somebody unknown is the beginning."""
    found = sorted(standings(session, staff(session), [course], today), key=_place)
    last = next((_place(one) for one in found if one.user.id == after), None)
    wanted = (one for one in found if one.trained in SHOWN[chosen] and (last is None or _place(one) > last))
    shown = list(islice(wanted, PAGE + 1))
    return Listed(
        rows=_rows(shown[:PAGE], lang),
        counts={kind: sum(one.trained in states for one in found) for kind, states in SHOWN.items()},
        following=shown[PAGE - 1].user.id if len(shown) > PAGE else "",
    )


def _place(one: Standing) -> tuple[int, str, str]:
    return ORDER.index(one.trained), one.user.name.casefold(), one.user.id


def _total(course: Course, found: list[Trained]) -> Total:
    return Total(
        href=course.path,
        title=course.title,
        valid_days=course.valid_days,
        people=len(found),
        holding=sum(one in HOLDING for one in found),
        expiring=found.count(Trained.EXPIRING),
        missing=sum(one in MISSING for one in found),
    )


def _rows(found: Iterable[Standing], lang: str) -> list[Row]:
    return [_row(one, lang) for one in found]


def _row(one: Standing, lang: str) -> Row:
    level, shape = SHAPES[one.trained]
    return Row(
        name=one.user.name,
        course=one.course.title,
        trained=one.trained,
        word=translate(lang, TRAINED_LABELS[one.trained]),
        level=level,
        shape=shape,
        taken_on=one.record.taken_on if one.record else None,
        expires_on=one.record.expires_on if one.record else None,
        score=one.record.score if one.record else None,
        file_id=(one.record.file_id or "") if one.record else "",
    )
