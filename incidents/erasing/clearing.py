"""After the erasure: long tables are emptied some hundred rows at a time, so that nobody waits for the database
meanwhile. It can be killed anywhere and goes on where it was; running twice at once does no harm."""

from collections.abc import Callable, Iterator
from datetime import datetime
from time import sleep
from typing import Any

from sqlalchemy import Delete, Update, delete, select, tuple_, update

from core.db import Base, Database
from incidents.erasing.parts import SAID_NOTHING, Part
from incidents.erasing.places import Condition, deleted_afterwards, table_of
from incidents.erasing_models import ErasedPart
from notifications.letters.models import Mailing, Recipient
from notifications.letters.sent_models import SentList, SentListPart, SentListPerson
from notifications.models import OutboxMessage

AT_ONCE = 500
PAUSE = 0.02  # seconds: a report that waits for the one writer of SQLite gets its turn
Step = Delete | Update


def clear_erased(database: Database, now: datetime, stop: Callable[[], bool] = lambda: False) -> int:
    """Empty what belongs to erased parts; returns how many parts are done."""
    with database.reading() as session:
        waiting = select(ErasedPart.incident_id, ErasedPart.part).where(ErasedPart.cleared_at.is_(None))
        found = session.execute(waiting.order_by(ErasedPart.erased_at).limit(100)).all()
    done = 0
    for case_id, part in found:
        if not all(_until_empty(database, step, stop) for step in _steps(case_id, Part(part))):
            break
        with database.transaction() as session:
            mine = (ErasedPart.incident_id == case_id) & (ErasedPart.part == part)
            session.execute(update(ErasedPart).where(mine, ErasedPart.cleared_at.is_(None)).values(cleared_at=now))
        done += 1
    return done


def _steps(case_id: str, part: Part) -> Iterator[Step]:
    if part is Part.CASE:
        for model, mine in deleted_afterwards(case_id):
            yield _some(delete(model), model, mine)
    elif part is Part.PEOPLE:
        yield from _people(case_id)


def _people(case_id: str) -> Iterator[Step]:
    mailings = select(Mailing.id).where(Mailing.incident_id == case_id)
    lists = select(SentList.id).where(SentList.incident_id == case_id)
    named = Recipient.mailing_id.in_(mailings) & (Recipient.fields_sealed != "")
    yield _some(update(Recipient).values(fields_sealed="", address_key="", told_by=None), Recipient, named)
    letters = OutboxMessage.mailing_id.in_(mailings) & (OutboxMessage.to_sealed != "")
    yield _some(update(OutboxMessage).values(**SAID_NOTHING), OutboxMessage, letters)
    for model, mine in (
        (Recipient, Recipient.mailing_id.in_(lists)),
        (SentListPerson, SentListPerson.list_id.in_(lists)),
        (SentListPart, SentListPart.list_id.in_(lists)),
        (SentList, SentList.incident_id == case_id),
    ):
        yield _some(delete(model), model, mine)


def _some(statement: Any, model: type[Base], mine: Condition) -> Any:
    """The statement on the next rows only."""
    key = list(table_of(model).primary_key.columns)
    some = select(*key).where(mine).limit(AT_ONCE)
    one = key[0] if len(key) == 1 else tuple_(*key)
    return statement.where(one.in_(some)).execution_options(synchronize_session=False)


def _until_empty(database: Database, step: Any, stop: Callable[[], bool]) -> bool:
    """Whether it came to its end before it was told to stop."""
    while not stop():
        with database.transaction() as session:
            changed = session.execute(step).rowcount  # type: ignore[attr-defined]
        if not changed:
            return True
        sleep(PAUSE)
    return False
