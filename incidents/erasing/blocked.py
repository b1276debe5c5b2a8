"""Which cases something stands in the way of, as a condition for lists of any length. `due` asks the same of one case.

A case goes together with those it was merged or told with, so what stops one of them stops all. What is of one case
alone (its files, who reported) is stopped by what is of that case.
"""

from typing import Any

from sqlalchemy import CTE, ColumnElement, CompoundSelect, and_, or_, select, text, union, union_all

from incidents.bundle_models import BundledCase
from incidents.erasing.parts import Part
from incidents.erasing_models import ErasureItem, LegalHold
from incidents.models import Incident
from incidents.states import State
from notifications.models import IN_TROUBLE, UNSENT, OutboxMessage
from notifications.notice_mail import OPEN, NoticeMail

UNCERTAIN = "uncertain"


def blocked() -> ColumnElement[bool]:
    """Whether an `ErasureItem` cannot be erased just now."""
    whole = and_(ErasureItem.part == Part.CASE, ErasureItem.incident_id.in_(select(_reached().c.id)))
    return or_(ErasureItem.incident_id.in_(_stopped()), whole)


def _stopped() -> CompoundSelect[Any]:
    """Cases with a hold in force, or with a mail on its way or in doubt; each by the index of just these rows."""
    return union(
        select(LegalHold.incident_id.label("id")).where(LegalHold.lifted_at.is_(None)),
        select(OutboxMessage.case_id).where(text(UNSENT)),
        select(OutboxMessage.case_id).where(text(IN_TROUBLE), OutboxMessage.state == UNCERTAIN),
        select(NoticeMail.incident_id).where(text(OPEN)),
    )


def _reached() -> CTE:
    """These, and every case that is tied to one of them, however far that goes."""
    found = select(_stopped().subquery("stopped").c.id).cte("in_the_way", recursive=True)
    ties = _ties().subquery("tie")
    return found.union(select(ties.c.other).join(found, found.c.id == ties.c.one))


def _ties() -> CompoundSelect[Any]:
    merged = Incident.state == State.MERGED, Incident.merged_into_id.is_not(None)
    return union_all(
        select(Incident.id.label("one"), Incident.merged_into_id.label("other")).where(*merged),
        select(Incident.merged_into_id, Incident.id).where(*merged),
        select(BundledCase.incident_id, BundledCase.lead_id),
        select(BundledCase.lead_id, BundledCase.incident_id),
    )
