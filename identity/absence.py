"""Who is away, and who gets their alarms meanwhile. An alarm must reach somebody who can act on it."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from core.access import LEADERS, Actor, Role
from core.audit import record
from core.errors import N_, Conflict, Invalid, NotFound
from identity.models import Absence, User, UserRole

CHAIN = 3
WATCHING = frozenset({Role.DPO, Role.APPROVER})
ENDS_BEFORE = N_("The last day lies before the first.")
IS_OVER = N_("The last day has passed already.")
NOT_ABLE = N_("Choose somebody who can act on your alarms.")
TWICE = N_("You have an absence during these days already. End it first.")


class Absences:
    """Everybody who is away at `now`, read once and asked many times."""

    def __init__(self, session: Session, now: datetime) -> None:
        rows = session.scalars(select(Absence).where(_running(now)).order_by(Absence.set_at, Absence.id)).all()
        self._deputies = {row.user_id: row.deputy_id for row in rows}
        found = select(User).where(User.id.in_(set(self._deputies.values())), User.disabled_at.is_(None))
        self._people = {user.id: user for user in session.scalars(found)} if rows else {}

    def is_away(self, user_id: str) -> bool:
        return user_id in self._deputies

    def stands_in(self, user: User, without: Iterable[str] = ()) -> User:
        """Who gets the alarms of `user`: the first deputy of at most three who is there, not in `without`, and can
        act. The person themself when they are here, or when there is nobody."""
        left_out, current = set(without), user.id
        for _ in range(CHAIN):
            deputy = self._people.get(self._deputies.get(current, ""))
            if deputy is None:
                break
            if deputy.id not in self._deputies and deputy.id not in left_out and can_act_for(deputy, user):
                return deputy
            current = deputy.id
        return user

    def without_the_absent(self, people: Iterable[User], without: Iterable[str] = ()) -> list[User]:
        """These people, each who is away replaced by who stands in; nobody twice."""
        left_out = set(without)
        return list({found.id: found for found in (self.stands_in(user, left_out) for user in people)}.values())


def can_act_for(deputy: User, absent: User) -> bool:
    """Whoever may handle a case can act on every alarm; an officer or approver can also be replaced by another."""
    return bool(deputy.roles & {*LEADERS, *(absent.roles & WATCHING)}) and deputy.id != absent.id


def possible_deputies(session: Session, actor: Actor) -> list[User]:
    """Whom this person may name, by name."""
    roles = {*LEADERS, *(actor.roles & WATCHING)}
    held = select(UserRole.user_id).where(UserRole.role.in_(roles))
    query = select(User).where(User.id.in_(held), User.id != actor.id, User.disabled_at.is_(None))
    return list(session.scalars(query.order_by(User.name, User.id)))


def set_absence(
    session: Session, actor: Actor, first: date, last: date, deputy_id: str, zone: str, now: datetime
) -> Absence:
    """Away from the first moment of the first day until the end of the last one, in the company's zone.

    Raises:
        Invalid: the days are the wrong way round or over, or the deputy cannot act.
    """
    from_at, until_at = _midnight(first, zone), _midnight(last + timedelta(days=1), zone)
    wrong = _wrong_days(from_at, until_at, now)
    if deputy_id not in {user.id for user in possible_deputies(session, actor)}:
        wrong["deputy"] = NOT_ABLE
    if not wrong and any(
        row.from_at < until_at and from_at < row.until_at for row in own_absences(session, actor, now)
    ):
        wrong["first_day"] = TWICE
    if wrong:
        raise Invalid(wrong)
    row = Absence(user_id=actor.id, deputy_id=deputy_id, from_at=max(from_at, now), until_at=until_at, set_at=now)
    session.add(row)
    session.flush()
    record(session, actor, "identity:absence_set", actor.id, now,
           facts={"from": row.from_at.isoformat(timespec="minutes"), "until": until_at.isoformat(timespec="minutes"),
                  "deputy": deputy_id})  # fmt: skip
    return row


def end_absence(session: Session, actor: Actor, absence_id: str, now: datetime) -> None:
    """Back earlier than planned, or not going at all.

    Raises:
        NotFound: it is not this person's.
        Conflict: it has ended.
    """
    row = session.get(Absence, absence_id, with_for_update=True)
    if row is None or row.user_id != actor.id:
        raise NotFound()
    if row.ended_at is not None or row.until_at <= now:
        raise Conflict(N_("This absence has ended already."))
    row.ended_at = now
    record(session, actor, "identity:absence_ended", actor.id, now)


def own_absences(session: Session, actor: Actor, now: datetime) -> list[Absence]:
    """This person's absences that run or are to come, the next first."""
    query = select(Absence).where(Absence.user_id == actor.id, Absence.until_at > now, Absence.ended_at.is_(None))
    return list(session.scalars(query.order_by(Absence.from_at)))


def _wrong_days(from_at: datetime, until_at: datetime, now: datetime) -> dict[str, str]:
    if until_at <= from_at:
        return {"last_day": ENDS_BEFORE}
    return {"last_day": IS_OVER} if until_at <= now else {}


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(0), ZoneInfo(zone)).astimezone(ZoneInfo("UTC"))


def _running(now: datetime) -> ColumnElement[bool]:
    return (Absence.from_at <= now) & (Absence.until_at > now) & Absence.ended_at.is_(None)
