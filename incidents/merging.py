"""Two reports of one event become one case. The earliest clock wins, so merging never buys time."""

from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from core.errors import N_, Conflict
from incidents.awareness import count_from_earlier
from incidents.clock_rows import counted_from, stop
from incidents.countersigning import withdraw_all
from incidents.escalation import Duty
from incidents.failing.keeping import carry_failed
from incidents.involvement import carry_over
from incidents.models import Incident
from incidents.notifying.correcting import stated
from incidents.notifying.following import follow_awareness
from incidents.notifying.mail_under_way import call_off
from incidents.states import ENDED, State, move


def merge(session: Session, actor: Actor, source: Incident, target: Incident, now: datetime) -> Incident:
    """Let `source` go up in `target`: its clocks stop, the target counts from the earlier awareness of the two.

    Raises:
        Conflict: it is the same case, or one of them has ended.
    """
    if source.id == target.id:
        raise Conflict(N_("Choose another case than this one."))
    if target.state in ENDED:
        raise Conflict(N_("The case you chose has ended. Open it again first."))
    source.state = move(State(source.state), State.MERGED)
    source.merged_into_id = target.id
    withdraw_all(session, actor, source, now)
    was = stated(target)
    call_off(session, actor, source, now)
    moved = _earliest_wins(session, source, target)
    _acknowledge(source, target, now)
    stop(source, None, "merged", now)
    carry_over(session, actor, source, target, now)
    carry_failed(session, actor, source, target, now)
    record(session, actor, "incident:merged", source.reference, now, case=source.id,
           facts={"into": target.reference})  # fmt: skip
    record(session, actor, "incident:absorbed", target.reference, now, case=target.id,
           facts={"from": source.reference, "clock_moved": moved})  # fmt: skip
    follow_awareness(session, actor, target, was, now)
    return target


def _earliest_wins(session: Session, source: Incident, target: Incident) -> bool:
    mine, theirs = counted_from(source), counted_from(target)
    if mine is None or theirs is None or mine >= theirs:
        return False
    count_from_earlier(session, target, mine)
    target.aware_at = mine
    return True


def _acknowledge(source: Incident, target: Incident, now: datetime) -> None:
    """Whoever holds the source case also answers for the target, if nobody does."""
    if target.owner_id is None and source.owner_id is not None:
        target.owner_id = source.owner_id
        if State(target.state) is State.REPORTED:
            target.state = State.UNDER_REVIEW
        stop(target, Duty.ACKNOWLEDGE, "taken", now)
