"""The mails about controls (ux.md 6.2, E21 and E22): one a person, however many controls. What somebody wrote stands on
the page, never in a mail."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access import Role
from core.errors import N_
from core.i18n import date_only, translate
from core.organisation import organisation
from identity.models import User
from identity.people import holders, person
from notifications.outbox import Fact, enqueue
from risk.control_status import RESULT_LABELS, Result, end_of_day
from risk.models import Control, ControlCheck


def keeper(session: Session, control: Control) -> list[User]:
    """Who is reminded: the owner, else the deputy, else whoever is responsible for all of it."""
    for user in (person(session, control.owner_id), person(session, control.deputy_id)):
        if user is not None and user.disabled_at is None:
            return [user]
    return holders(session, Role.MANAGER, Role.DEPUTY)


def keeper_and_manager(session: Session, control: Control) -> list[User]:
    """Who is told that a control was not done: its keeper and the manager."""
    people = {user.id: user for user in (*keeper(session, control), *holders(session, Role.MANAGER))}
    return list(people.values())


def tell_due(session: Session, user: User, controls: Sequence[Control], once: str, now: datetime) -> None:
    """It is time to check: each control with its day, the last proof, the way to tick it and the way to say "not mine".
    The earliest comes first."""
    ordered = _ordered(controls)
    known = _last_checks(session, [control.code for control in ordered])
    zone = organisation(session).zone
    facts: dict[str, Fact] = {
        "last": [_last(known.get(control.code), user.language, zone) for control in ordered],
        "paths": [control.path for control in ordered],
        "theirs": [str(int(user.id in {control.owner_id, control.deputy_id})) for control in ordered],
    }
    if len(ordered) == 1:
        facts["path"] = f"{ordered[0].path}#done"
    _tell(session, "control_due", user, ordered, once, now, facts)


def tell_overdue(session: Session, user: User, controls: Sequence[Control], once: str, now: datetime) -> None:
    """It was not done in time."""
    _tell(session, "control_overdue", user, controls, once, now)


def tell_failed(session: Session, control: Control, check: ControlCheck, now: datetime) -> None:
    """A check found something wrong: the keeper and the manager know at once."""
    for user in keeper_and_manager(session, control):
        _tell(session, "control_failed", user, [control], check.id, now)


def tell_mended(session: Session, control: Control, once: str, mender: str, now: datetime) -> None:
    """Somebody else is asked to look: whoever keeps it and the manager, and the head when there is nobody else."""
    people = keeper_and_manager(session, control) + _people(session, control.owner_id, control.deputy_id)
    others = {user.id: user for user in people if user.id != mender and user.disabled_at is None}
    leaders = holders(session, Role.DEPUTY, Role.HEAD, without=[mender])
    for user in others.values() or leaders:
        _tell(session, "control_mended", user, [control], once, now)


def tell_confirmed(session: Session, control: Control, once: str, mender: str, by: str, now: datetime) -> None:
    """Whoever mended it and whoever keeps it know that it is settled; not the one who just said so."""
    people = {user.id: user for user in (*keeper_and_manager(session, control), *_people(session, mender))}
    for user in people.values():
        if user.id != by:
            _tell(session, "control_confirmed", user, [control], once, now)


def tell_given_back(session: Session, control: Control, once: str, mender: str, now: datetime) -> None:
    """It is not mended yet: whoever said so and whoever keeps it."""
    people = {user.id: user for user in (*keeper(session, control), *_people(session, mender))}
    for user in people.values():
        _tell(session, "control_given_back", user, [control], once, now)


def tell_handed_back(session: Session, control: Control, once: str, by: str, now: datetime) -> None:
    """The person responsible finds somebody else to keep it."""
    leaders = holders(session, Role.MANAGER, without=[by]) or holders(session, Role.DEPUTY, Role.HEAD, without=[by])
    for user in leaders:
        _tell(session, "control_handed_back", user, [control], once, now)


def tell_proof(session: Session, user: User, control: Control, day: date, *, over: bool, now: datetime) -> None:
    """A proof runs out, or has run out."""
    at = end_of_day(day, organisation(session).zone)
    facts: dict[str, Fact] = {"over": over, "ends": date_only(at, user.language, organisation(session).zone)}
    _tell(session, "control_proof", user, [control], f"{control.code}:{day}:{over}", now, facts)


def _tell(
    session: Session, kind: str, user: User, controls: Sequence[Control], once: str, now: datetime,
    more: dict[str, Fact] | None = None,
) -> None:  # fmt: skip
    ordered = _ordered(controls)
    zone = organisation(session).zone
    first = ordered[0]
    facts: dict[str, Fact] = {
        "count": len(ordered),
        "clause": first.card.clause,
        "day": date_only(first.next_due_at, user.language, zone),
        "lines": list(_lines(ordered, user.language, zone)),
        "path": first.path if len(ordered) == 1 else "/controls",
    }
    enqueue(
        session,
        kind,
        to=user.email,
        language=user.language,
        once=f"{kind}:{once}:{user.id}",
        now=now,
        facts=facts | (more or {}),
    )


def _ordered(controls: Iterable[Control]) -> list[Control]:
    return sorted(controls, key=lambda control: (control.next_due_at, control.code))


def _lines(controls: Iterable[Control], lang: str, zone: str) -> Iterable[str]:
    for control in controls:
        yield f"{control.named(lang)}: {date_only(control.next_due_at, lang, zone)}"


def _people(session: Session, *ids: str | None) -> list[User]:
    return [user for user in (person(session, user_id) for user_id in ids) if user is not None]


def _last_checks(session: Session, codes: Sequence[str]) -> dict[str, ControlCheck]:
    latest = (
        select(ControlCheck.control_code, func.max(ControlCheck.done_at).label("done_at"))
        .where(ControlCheck.control_code.in_(codes))
        .group_by(ControlCheck.control_code)
        .subquery()
    )
    same = (ControlCheck.control_code == latest.c.control_code) & (ControlCheck.done_at == latest.c.done_at)
    return {check.control_code: check for check in session.scalars(select(ControlCheck).join(latest, same))}


def _last(check: ControlCheck | None, lang: str, zone: str) -> str:
    """What was found the last time, and how many files prove it."""
    if check is None:
        return translate(lang, N_("never"))
    day, found = date_only(check.done_at, lang, zone), translate(lang, RESULT_LABELS[Result(check.result)])
    return translate(
        lang, N_("{day}, {found}, {files} proofs"), day=day, found=found.lower(), files=len(check.evidence)
    )
