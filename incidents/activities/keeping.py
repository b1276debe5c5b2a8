"""The verbs of the record of processing: add, change, archive, bring back. Each notes what was before and after."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.access import LEADERS, Actor, Role
from core.audit import record
from core.audit.entries import Change
from core.db import new_id
from core.errors import N_, Conflict, Invalid, NotFound
from core.keys import INSTANCE, seal, unseal
from core.territories import read_countries
from identity.models import User
from identity.people import holders
from incidents.activities.form import CODES, TEXTS, ActivityForm
from incidents.activities.models import Activity, ActivityProcessor
from incidents.suppliers.models import Supplier

KEEPERS = (*LEADERS, Role.DPO, Role.CONTROL_OWNER)
CHANGED = N_("Somebody else changed this at the same moment. Load the page again and look.")


@dataclass(frozen=True, slots=True)
class Line:
    """An activity, opened."""

    id: str
    version: int
    href: str
    name: str
    purpose: str
    on_behalf_of: str
    recipients: str
    retention_trigger: str
    systems: str
    security: str
    role: str
    legal_bases: list[str]
    data_categories: list[str]
    subject_groups: list[str]
    people_band: str
    countries: list[str]
    transfers: list[str]
    transfer_basis: str
    retention_number: int | None
    retention_unit: str
    review_on: date | None
    owner: str
    archived: bool
    processors: tuple[str, ...] = ()


def add(session: Session, actor: Actor, form: ActivityForm, now: datetime) -> Activity:
    """One more activity.

    Raises:
        Invalid: a fault at a field.
    """
    form.check()
    _check_people(session, form)
    activity = Activity(id=new_id(), created_by=actor.id, created_at=now)
    _put(session, activity, form, now)
    session.add(activity)
    session.flush()
    _use(session, activity, form.processors)
    record(session, actor, "activity:added", activity.id, now,
           changes=_changed({}, _logged(line(session, activity))))  # fmt: skip
    return activity


def change(session: Session, actor: Actor, activity: Activity, form: ActivityForm, now: datetime) -> None:
    """
    Raises:
        Conflict: somebody else has changed it since the page was read.
        Invalid: a fault at a field.
    """
    if form.version != activity.version:
        raise Conflict(CHANGED)
    form.check()
    _check_people(session, form)
    before = _logged(line(session, activity))
    _put(session, activity, form, now)
    _use(session, activity, form.processors)
    changes = _changed(before, _logged(line(session, activity)))
    if changes:
        record(session, actor, "activity:changed", activity.id, now, changes=changes)


def archive(session: Session, actor: Actor, activity: Activity, now: datetime) -> None:
    """We do this no more. It stays, and so do the cases that touched it.

    Raises:
        Conflict: it is archived already.
    """
    if activity.archived_at is not None:
        raise Conflict(N_("It is archived already."))
    activity.archived_at = now
    record(session, actor, "activity:archived", activity.id, now)


def bring_back(session: Session, actor: Actor, activity: Activity, now: datetime) -> None:
    """
    Raises:
        Conflict: it is not archived.
    """
    if activity.archived_at is None:
        raise Conflict(N_("It is not archived."))
    activity.archived_at = None
    record(session, actor, "activity:brought_back", activity.id, now)


def find_activity(session: Session, activity_id: str) -> Activity:
    """
    Raises:
        NotFound: there is no such activity.
    """
    activity = session.get(Activity, activity_id)
    if activity is None:
        raise NotFound()
    return activity


def owners(session: Session) -> list[User]:
    """Who can answer for an activity."""
    return holders(session, *KEEPERS)


def line(session: Session, activity: Activity) -> Line:
    used = select(ActivityProcessor.supplier_id).where(ActivityProcessor.activity_id == activity.id)
    return _line(session, activity, tuple(sorted(session.scalars(used))))


def lines(session: Session, ids: Iterable[str] | None = None, *, archived: bool | None = False) -> list[Line]:
    """Those we do, by name; or those among `ids`. `archived=None` takes both."""
    query = select(Activity) if ids is None else select(Activity).where(Activity.id.in_(set(ids)))
    if archived is not None:
        query = query.where(Activity.archived_at.is_not(None) if archived else Activity.archived_at.is_(None))
    used: dict[str, list[str]] = {}
    for row in session.execute(select(ActivityProcessor.activity_id, ActivityProcessor.supplier_id)):
        used.setdefault(row[0], []).append(row[1])
    found = [_line(session, one, tuple(sorted(used.get(one.id, ())))) for one in session.scalars(query)]
    return sorted(found, key=lambda one: (one.name.casefold(), one.id))


def _line(session: Session, activity: Activity, processors: tuple[str, ...]) -> Line:
    texts = json.loads(unseal(session, INSTANCE, _place(activity), activity.texts_sealed))
    return Line(
        id=activity.id, version=activity.version, href=activity.path, owner=activity.owner_id or "",
        archived=activity.archived_at is not None, processors=processors,
        **{name: texts.get(name, "") for name in TEXTS}, **{name: getattr(activity, name) for name in CODES},
    )  # fmt: skip


def _put(session: Session, activity: Activity, form: ActivityForm, now: datetime) -> None:
    for name in ("legal_bases", "data_categories", "subject_groups"):
        setattr(activity, name, [str(code) for code in getattr(form, name)])
    for name in ("role", "people_band", "transfer_basis", "retention_unit"):
        setattr(activity, name, str(getattr(form, name)))
    activity.countries, activity.transfers = read_countries(form.countries), read_countries(form.transfers)
    activity.retention_number, activity.review_on = form.retention_number, form.review_on
    activity.owner_id, activity.changed_at = form.owner or None, now
    texts = json.dumps({name: getattr(form, name) for name in TEXTS if getattr(form, name)}, ensure_ascii=False)
    activity.texts_sealed = seal(session, INSTANCE, _place(activity), texts)


def _use(session: Session, activity: Activity, processors: Iterable[str]) -> None:
    """The processors it uses, in the place of those before."""
    session.execute(delete(ActivityProcessor).where(ActivityProcessor.activity_id == activity.id))
    session.add_all(ActivityProcessor(activity_id=activity.id, supplier_id=one) for one in sorted(set(processors)))
    session.flush()


def _check_people(session: Session, form: ActivityForm) -> None:
    """Owner and processors are among those that the form offers."""
    wrong = {}
    if form.owner and form.owner not in {user.id for user in owners(session)}:
        wrong["owner"] = N_("Choose one of the people in the list.")
    asked = set(form.processors)
    if asked and set(session.scalars(select(Supplier.id).where(Supplier.id.in_(asked)))) != asked:
        wrong["processors"] = N_("Choose a supplier.")
    if wrong:
        raise Invalid(wrong)


def _logged(shown: Line) -> dict[str, str | None]:
    """As text, for the log."""
    told = {name: getattr(shown, name) for name in (*TEXTS, *CODES, "owner", "processors")}
    return {name: _text(value) for name, value in told.items()}


def _text(value: Any) -> str | None:
    if isinstance(value, list | tuple):
        return ", ".join(value) or None
    return str(value) if value else None


def _changed(before: dict[str, str | None], after: dict[str, str | None]) -> dict[str, Change]:
    return {name: (before.get(name), value) for name, value in after.items() if before.get(name) != value}


def _place(activity: Activity) -> str:
    return f"activity.texts:{activity.id}"
