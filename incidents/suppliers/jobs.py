"""The mail before an agreement with a processor ends, and once it has: each change is told once, however many
schedulers ask. It names nobody; what it is about stands behind the link."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import SYSTEM, Role
from core.audit import record
from core.db import Database
from core.i18n import day_only
from core.organisation import is_set_up, organisation
from identity.people import holders
from incidents.suppliers.agreement import Standing, standing
from incidents.suppliers.models import AgreementReminder, Supplier
from notifications.outbox import enqueue
from risk.once import insert_once

PRIORITY = 4
KINDS = {Standing.ENDING: "ending", Standing.ENDED: "ended"}
ACTIONS = {"ending": "supplier:agreement_ending", "ended": "supplier:agreement_ended"}


def remind_of_agreements(database: Database, now: datetime) -> int:
    """Tell the manager and the deputy of every agreement that ends soon or has ended, and was not told of yet."""
    with database.transaction() as session:
        return remind_due_agreements(session, now) if is_set_up(session) else 0


def remind_due_agreements(session: Session, now: datetime) -> int:
    """The same in the caller's transaction."""
    today = now.astimezone(ZoneInfo(organisation(session).zone)).date()
    query = select(Supplier).where(Supplier.agreement_ends_on.is_not(None), Supplier.archived_at.is_(None))
    given = 0
    for supplier in session.scalars(query.order_by(Supplier.agreement_ends_on, Supplier.id)):
        ends_on = supplier.agreement_ends_on
        kind = KINDS.get(standing(supplier.agreement_on, ends_on, today))
        if ends_on and kind and _given_now(session, supplier, kind, ends_on, now):
            _tell(session, supplier, kind, ends_on, now)
            given += 1
    return given


def _given_now(session: Session, supplier: Supplier, kind: str, ends_on: date, now: datetime) -> bool:
    return insert_once(session, AgreementReminder, supplier_id=supplier.id, ends_on=ends_on, kind=kind, given_at=now)


def _tell(session: Session, supplier: Supplier, kind: str, ends_on: date, now: datetime) -> None:
    record(session, SYSTEM, ACTIONS[kind], supplier.id, now,
           facts={"agreement_ends_on": ends_on.isoformat()})  # fmt: skip
    for user in holders(session, Role.MANAGER, Role.DEPUTY):
        enqueue(
            session, f"agreement_{kind}", to=user.email, language=user.language, now=now, priority=PRIORITY,
            once=f"agreement_{kind}:{supplier.id}:{ends_on.isoformat()}:{user.id}",
            facts={"path": supplier.path, "day": day_only(ends_on, user.language)},
        )  # fmt: skip
