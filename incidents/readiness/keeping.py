"""Writing down a trial, and reading what has been written down. Nothing is ever changed or taken out."""

from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor, Role
from core.audit import record
from core.db import new_id
from core.errors import N_, Invalid
from core.keys import INSTANCE, seal, unseal
from core.organisation import organisation
from identity.models import User
from identity.people import holders
from incidents.readiness.rule import Result, Trial
from incidents.readiness_models import AuthorityReadiness
from notifications.authorities import AUTHORITIES

NO_AUTHORITY = N_("Choose an authority.")
NO_PERSON = N_("Choose one of the people in the list.")
NO_DAY = N_("Give the day when it was tried.")
TOO_MUCH = N_("What has not been tried has no day. Take the day away, or say how it went.")
FUTURE = N_("The day is in the future. Give the day when it was tried.")


class TrialForm(BaseModel):
    authority: str
    holder: str
    holds: Annotated[str, Field(max_length=200)]
    result: Result
    tried_on: date | None = None
    note: Annotated[str, Field(max_length=1000)] = ""


def record_trial(session: Session, actor: Actor, form: TrialForm, now: datetime) -> AuthorityReadiness:
    """One more line: who holds the way in, with what, and how the trial went when there was one.

    Raises:
        Invalid: with the field of each fault.
    """
    _check(session, form, local_day(session, now))
    row = AuthorityReadiness(
        id=new_id(),
        authority=form.authority,
        user_id=form.holder,
        tried_on=form.tried_on,
        result=form.result.value,
        recorded_by=actor.id,
        recorded_at=now,
    )
    row.holds_sealed = seal(session, INSTANCE, _place("holds", row), form.holds)
    row.note_sealed = seal(session, INSTANCE, _place("note", row), form.note) if form.note else ""
    session.add(row)
    facts = {"authority": form.authority, "result": form.result.value, "tried_on": str(form.tried_on or "")}
    typed = {"holder": form.holder, "holds": form.holds} | ({"note": form.note} if form.note else {})
    record(session, actor, "settings:readiness_recorded", f"authority:{form.authority}", now, facts=dict(facts),
           changes={field: (None, text) for field, text in typed.items()})  # fmt: skip
    return row


def trials(session: Session, *authorities: str) -> dict[str, list[Trial]]:
    """What was written down for each authority, the newest first."""
    found: dict[str, list[Trial]] = {code: [] for code in authorities}
    rows = select(AuthorityReadiness).where(AuthorityReadiness.authority.in_(authorities))
    for row in session.scalars(rows.order_by(AuthorityReadiness.recorded_at.desc(), AuthorityReadiness.id)):
        found[row.authority].append(_opened(session, row))
    return found


def possible_holders(session: Session) -> list[User]:
    """Everybody who can sign in. Whoever has the eID may have no part in the handling of a breach."""
    return holders(session, *Role)


def local_day(session: Session, now: datetime) -> date:
    return now.astimezone(ZoneInfo(organisation(session).zone)).date()


def _check(session: Session, form: TrialForm, today: date) -> None:
    wrong: dict[str, str] = {}
    if form.authority not in AUTHORITIES:
        wrong["authority"] = NO_AUTHORITY
    if form.holder not in {user.id for user in possible_holders(session)}:
        wrong["holder"] = NO_PERSON
    if fault := _fault_of_day(form, today):
        wrong["tried_on"] = fault
    if wrong:
        raise Invalid(wrong)


def _fault_of_day(form: TrialForm, today: date) -> str:
    if form.result is Result.NOT_TRIED:
        return TOO_MUCH if form.tried_on else ""
    if form.tried_on is None:
        return NO_DAY
    return FUTURE if form.tried_on > today else ""


def _opened(session: Session, row: AuthorityReadiness) -> Trial:
    holds = unseal(session, INSTANCE, _place("holds", row), row.holds_sealed)
    note = unseal(session, INSTANCE, _place("note", row), row.note_sealed)
    return Trial(row.user_id, holds, Result(row.result), row.tried_on, note, row.recorded_by, row.recorded_at)


def _place(field: str, row: AuthorityReadiness) -> str:
    return f"authority_readiness.{field}:{row.id}"
