"""Where few cases can be drawn from, when the order of a list would have to be walked far to meet them.

Each source is a query of the ids of cases, led by an index of what hangs on them. It may name more cases than are
meant, never fewer: the conditions of the list are asked of each row all the same. None says that there is no such
source: most of the cases are meant.
"""

from collections.abc import Sequence

from sqlalchemy import Select, false, select, union_all
from sqlalchemy.orm import Session, aliased

from core.access import CHAIR, LEADERS, Actor, Operation, Relation
from identity.people import holders
from incidents.commission_models import Commission, CommissionSeat, Opinion
from incidents.models import Countersign, Exclusion, Incident
from incidents.queries import ASKED_TO_SIGN, WITH_THE_SECRETARY
from incidents.queue_filters import Filter, is_open, takes
from notifications.notice_models import NoticePromise

Ids = Select[str]


def together(sources: Sequence[Ids]) -> Ids:
    """The ids of any of them; some can come twice."""
    if not sources:
        return select(Incident.id).where(false())
    if len(sources) == 1:
        return sources[0]
    parts = [select(one.subquery().c[0].label("case_id")) for one in sources]
    return select(union_all(*parts).subquery().c.case_id)


def seen_by(session: Session, actor: Actor, operation: Operation) -> list[Ids] | None:
    """The cases of those who see only some: what hangs on them (incidents/queries.py has the conditions)."""
    relations = actor.relations(operation)
    if Relation.ANY in relations:
        return None
    sources: list[Ids] = []
    if Relation.OWN in relations:
        sources.append(select(Incident.id).where(Incident.reporter_id == actor.id))
    if Relation.MEMBER in relations:
        sources.append(_with_a_seat(actor))
        if operation in ASKED_TO_SIGN:
            sources.append(_waiting())
        if operation in WITH_THE_SECRETARY:
            sources.append(_where_one_keeps_the_papers(actor))
    if Relation.LAST_RESORT in relations:
        if not holders(session, *LEADERS):
            return None
        sources.append(_with_somebody_involved())
    return sources


def behind(session: Session, actor: Actor, chosen: Filter) -> list[Ids] | None:
    """The cases of the filters that can let few through."""
    match chosen:
        case Filter.MINE:
            return _mine(session, actor)
        case Filter.FREE:
            return [_free()]
    return None


def _mine(session: Session, actor: Actor) -> list[Ids]:
    """See `queue_filters._waits_for`."""
    sources: list[Ids] = [select(Incident.id).where(is_open(), Incident.owner_id == actor.id), _with_a_seat(actor)]
    if takes(actor) or (CHAIR in actor.roles and not holders(session, *LEADERS)):
        sources.append(_free())
    elif CHAIR in actor.roles:
        sources.append(_with_somebody_involved())
    if actor.may(Operation.COUNTERSIGN):
        sources.append(_waiting())
    if actor.may(Operation.OPINE):
        sources.append(_with_an_open_question())
    if actor.may(Operation.READ_NOTICE):
        sources.append(_with_a_promise_of(actor))
    return sources


# Aliases throughout: the conditions of rows ask the same tables once more, about each row. Made once, because to make
# one costs more than to ask the database.
_step, _called, _seat = aliased(Countersign), aliased(Commission), aliased(CommissionSeat)
_involved, _question, _promise = aliased(Exclusion), aliased(Opinion), aliased(NoticePromise)


def _free() -> Ids:
    return select(Incident.id).where(is_open(), Incident.owner_id.is_(None))


def _waiting() -> Ids:
    return select(Incident.id).join(_step, _step.incident_id == Incident.id).where(_step.state == "waiting")


def _with_a_seat(actor: Actor) -> Ids:
    cases = select(Incident.id).join(_called, _called.incident_id == Incident.id)
    return cases.join(_seat, _seat.commission_id == _called.id).where(_seat.user_id == actor.id)


def _where_one_keeps_the_papers(actor: Actor) -> Ids:
    cases = select(Incident.id).join(_called, _called.incident_id == Incident.id)
    return cases.where(_called.secretary_id == actor.id)


def _with_somebody_involved() -> Ids:
    return select(Incident.id).join(_involved, _involved.incident_id == Incident.id)


def _with_an_open_question() -> Ids:
    cases = select(Incident.id).join(_question, _question.incident_id == Incident.id)
    return cases.where(_question.answered_at.is_(None))


def _with_a_promise_of(actor: Actor) -> Ids:
    return select(Incident.id).join(_promise, _promise.incident_id == Incident.id).where(_promise.user_id == actor.id)
