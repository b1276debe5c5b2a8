"""Four eyes: one person proposes a batch of what is due, another approves it by typing how many there are.

Each sees, proposes and approves only what they may see: who is involved in a case meets it in no list and no count.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.audit import record
from core.db import new_id
from core.errors import N_, Conflict, Forbidden, Invalid, NotFound
from identity.service import confirm_password
from incidents.erasing.telling import tell_of_proposal
from incidents.erasing_models import ErasureItem
from incidents.models import Incident
from incidents.queries import may_see

AT_MOST = 500
NOTHING = N_("Choose at least one.")
CHANGED = N_("The list has changed meanwhile. Look at it again.")
SAME = N_("You proposed this, so somebody else must approve it.")
NOT_THE_COUNT = N_("This is not the number of rows in the list. Count again, or look at it again.")
Row = tuple[ErasureItem, Incident]


def propose(session: Session, actor: Actor, ids: Collection[str], now: datetime) -> str:
    """Put these together in a batch that waits for another person; returns its id.

    Raises:
        Invalid: nothing chosen, or too much at once.
        Conflict: something of it is no longer due, or is proposed already.
    """
    if not ids or len(ids) > AT_MOST:
        raise Invalid({"items": NOTHING})
    free = ErasureItem.id.in_(ids) & ErasureItem.batch_id.is_(None)
    rows = _rows(session, actor, Operation.PROPOSE_ERASURE, free)
    if len(rows) != len(set(ids)):
        raise Conflict(CHANGED)
    batch = new_id()
    _win(session, rows, free, batch_id=batch, proposed_by=actor.id, proposed_at=now)
    _record(session, actor, "erasure:proposed", rows, batch, now)
    tell_of_proposal(session, batch, actor.id, now)
    return batch


def approve(session: Session, actor: Actor, batch: str, typed: str, password: str, now: datetime) -> int:
    """Let the worker erase what of the batch this person may see; returns how many.

    Raises:
        NotFound: no such batch, or nothing of it is for this person.
        Forbidden: the same person proposed it.
        Invalid: the number or the password is wrong.
        Conflict: it has been answered.
    """
    waiting = (ErasureItem.batch_id == batch) & ErasureItem.approved_at.is_(None)
    rows = _rows(session, actor, Operation.APPROVE_ERASURE, waiting)
    if not rows:
        raise NotFound()
    if any(item.proposed_by == actor.id for item, _ in rows):
        raise Forbidden(SAME)
    if typed.strip() != str(len(rows)):
        raise Invalid({"count": NOT_THE_COUNT})
    confirm_password(session, actor, password, now)
    _win(session, rows, waiting, approved_by=actor.id, approved_at=now)
    _record(session, actor, "erasure:approved", rows, batch, now)
    return len(rows)


def give_back(session: Session, actor: Actor, batch: str, now: datetime) -> int:
    """Nothing of it is erased; it is due again. Whoever proposed it may take it back like this, too.

    Raises:
        NotFound: no such batch, or nothing of it is for this person.
    """
    waiting = (ErasureItem.batch_id == batch) & ErasureItem.approved_at.is_(None)
    rows = _rows(session, actor, Operation.PROPOSE_ERASURE, waiting)
    if not rows:
        raise NotFound()
    _win(session, rows, waiting, batch_id=None, proposed_by=None, proposed_at=None)
    _record(session, actor, "erasure:given_back", rows, batch, now)
    return len(rows)


def _rows(session: Session, actor: Actor, operation: Operation, wanted: ColumnElement[bool]) -> list[Row]:
    query = select(ErasureItem, Incident).join(Incident, Incident.id == ErasureItem.incident_id)
    found = session.execute(query.where(wanted, may_see(actor, operation)).order_by(ErasureItem.id))
    return [(item, incident) for item, incident in found]


def _win(session: Session, rows: Collection[Row], still: ColumnElement[bool], **values: Any) -> None:
    """Two people at once: the second changes nothing and is told so."""
    mine = update(ErasureItem).where(ErasureItem.id.in_([item.id for item, _ in rows]), still)
    won = session.execute(mine.values(**values).execution_options(synchronize_session=False))
    if won.rowcount != len(rows):  # type: ignore[attr-defined]
        raise Conflict(CHANGED)


def _record(session: Session, actor: Actor, action: str, rows: Collection[Row], batch: str, now: datetime) -> None:
    for item, incident in rows:
        record(session, actor, action, incident.reference, now, case=incident.id,
               facts={"erased_part": item.part, "retention_rule": item.rule, "batch": batch})  # fmt: skip
