"""The promises of a notice as rows. They follow its answers; the answers themselves stay sealed."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from notifications.edpb.answers import Answer
from notifications.notice_models import Notice, NoticePromise


@dataclass(frozen=True, slots=True)
class Promised:
    """What one person has promised in one case: how many answers, and the first day of them."""

    answers: int
    first: date | None


def keep_promises(session: Session, notice: Notice, answers: Iterable[tuple[int, Answer]]) -> None:
    """Exactly these promises, nothing of what was promised before."""
    session.execute(delete(NoticePromise).where(NoticePromise.notice_id == notice.id))
    session.add_all(
        NoticePromise(notice_id=notice.id, number=number, incident_id=notice.incident_id, user_id=answer.promised_by,
                      due_on=answer.promised)
        for number, answer in answers if answer.promised_by
    )  # fmt: skip


def drop_promises(session: Session, phases: Iterable[Notice]) -> None:
    """Nothing is waited for any more: another phase takes over, or the notice was withdrawn."""
    session.execute(delete(NoticePromise).where(NoticePromise.notice_id.in_([phase.id for phase in phases])))


def promised_by(user_id: str, incident_id: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """The cases in which this person has promised an answer that is still open."""
    mine = select(NoticePromise.number).where(NoticePromise.user_id == user_id)
    return mine.where(NoticePromise.incident_id == incident_id).exists()


def promised(session: Session, user_id: str, incident_ids: Collection[str]) -> dict[str, Promised]:
    """Incident id -> what this person has promised there."""
    query = select(NoticePromise.incident_id, func.count(), func.min(NoticePromise.due_on))
    query = query.where(NoticePromise.user_id == user_id, NoticePromise.incident_id.in_(incident_ids))
    rows = session.execute(query.group_by(NoticePromise.incident_id))
    return {incident_id: Promised(number, first) for incident_id, number, first in rows}
