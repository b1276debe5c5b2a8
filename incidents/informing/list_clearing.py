"""A knock of the worker: clear away what is left of long lists that were imported, replaced, refused or left alone."""

from collections.abc import Callable
from datetime import datetime, timedelta
from time import sleep
from typing import Any

from sqlalchemy import Select, delete, select, update

from core.db import Database
from incidents.informing.list_jobs import PAUSE
from notifications.letters.models import Recipient
from notifications.letters.sent_models import ListState, SentList, SentListPart, SentListPerson

AT_ONCE = 2_000
KEPT = timedelta(days=7)


def clear_lists(database: Database, now: datetime) -> int:
    """What nobody needs any more goes, some thousand rows at a time; a list that nobody takes is over after a week."""
    with database.reading() as session:
        found = list(session.scalars(select(SentList)))
    if old := [sent.id for sent in found if sent.sent_at < now - KEPT]:
        with database.transaction() as session:
            session.execute(update(SentList).where(SentList.id.in_(old)).values(state=ListState.OVER))
    return sum(_clear(database, sent.id, ListState.OVER if sent.id in old else ListState(sent.state)) for sent in found)


def _clear(database: Database, list_id: str, state: ListState) -> int:
    cleared = 0
    if state in {ListState.OVER, ListState.REFUSED}:
        rows = select(Recipient.id).where(Recipient.mailing_id == list_id)
        cleared += _delete(database, rows, lambda ids: delete(Recipient).where(Recipient.id.in_(ids)))
    if state in {ListState.OVER, ListState.REFUSED, ListState.READ}:
        mine = SentListPerson.list_id == list_id
        cleared += _delete(database, select(SentListPerson.key).where(mine),
                           lambda keys: delete(SentListPerson).where(mine, SentListPerson.key.in_(keys)))  # fmt: skip
    if state is ListState.OVER:
        with database.transaction() as session:
            session.execute(delete(SentListPart).where(SentListPart.list_id == list_id))
            session.execute(delete(SentList).where(SentList.id == list_id, SentList.state == ListState.OVER))
    return cleared


def _delete(database: Database, query: Select[Any], gone: Callable[[Any], Any]) -> int:
    cleared = 0
    while True:
        with database.reading() as session:
            if session.scalar(query.limit(1)) is None:
                return cleared
        with database.transaction() as session:
            done = session.execute(gone(query.limit(AT_ONCE)).execution_options(synchronize_session=False))
            cleared += done.rowcount  # type: ignore[attr-defined]
        sleep(PAUSE)
