"""The worker's three knocks: notice what has fallen due, erase what two people have signed, sweep up after it.

Each step is a short transaction of its own, safe beside itself, and can be killed anywhere.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from time import sleep

from sqlalchemy import Select, delete, or_, select, update
from sqlalchemy.orm import Session

from core.access import SYSTEM
from core.audit import record
from core.db import Database
from core.organisation import organisation
from core.sweeping import sweep
from incidents.erasing.clearing import PAUSE, clear_erased
from incidents.erasing.due import HAS, Due, due
from incidents.erasing.holds import put_aside
from incidents.erasing.parts import Part, erase
from incidents.erasing.places import EMPTIED, deleted_afterwards, deleted_at_once, table_of
from incidents.erasing.telling import tell_of_due
from incidents.erasing_models import ErasedPart, ErasureItem
from incidents.models import Incident
from incidents.retention import RULES, months_after, months_of
from incidents.states import State

AT_ONCE = 200
WORDS = frozenset({"incident_search"})
TOUCHED = frozenset({
    *(table_of(model).name for model, _ in [*deleted_at_once(""), *deleted_afterwards("")]),
    *(place.table.name for place in EMPTIED),
    "case_key", "erasure_item", *WORDS,
})  # fmt: skip


def notice_due(database: Database, now: datetime) -> int:
    """A row for each part of a case whose time has come; one whose time has gone again (the case was opened, or is kept
    longer) leaves the list, unless two people have signed it: the eraser asks once more itself. Returns how many are
    new."""
    with database.reading() as session:
        months = months_of(organisation(session))
        known = session.execute(select(ErasureItem, Incident).join(Incident, Incident.id == ErasureItem.incident_id)
                                .where(ErasureItem.approved_at.is_(None)))  # fmt: skip
        over = [item.id for item, case in known if due(session, case, Part(item.part), months, now) is None]
    if over:
        with database.transaction() as session:
            session.execute(delete(ErasureItem).where(ErasureItem.id.in_(over), ErasureItem.approved_at.is_(None)))
    noticed = sum(_notice(database, part, months, now) for part in Part)
    tell_of_due(database, now)
    return noticed


def _notice(database: Database, part: Part, months: dict[str, int], now: datetime) -> int:
    noticed, last, there = 0, "", True
    while there:
        with database.reading() as session:
            cases = session.scalars(candidates(part, months, now, last)).all()
            found = [(case.id, due(session, case, part, months, now)) for case in cases]
        fresh = [(case_id, one) for case_id, one in found if one is not None]
        if fresh:
            with database.transaction() as session:
                noticed += _write(session, part, fresh, now)
        there, last = len(cases) == AT_ONCE, cases[-1].id if cases else ""
        sleep(PAUSE if there else 0)
    return noticed


def candidates(part: Part, months: dict[str, int], now: datetime, last: str) -> Select[Incident]:
    """Cases that ended long enough ago for a rule and still have the part, and those that went up in another case; not
    what is on the list already. The fine question is `due`'s."""
    old = [
        Incident.state.in_(rule.ends) & (Incident.closed_at <= months_after(now, -months[code]))
        for code, rule in RULES.items()
        if rule.part is part
    ]
    listed = select(ErasureItem.id).where(ErasureItem.incident_id == Incident.id, ErasureItem.part == part)
    query = select(Incident).where(Incident.erased_at.is_(None), or_(Incident.state == State.MERGED, *old))
    query = query.where(HAS[part], ~listed.exists(), Incident.id > last)
    return query.order_by(Incident.id).limit(AT_ONCE)


def _write(session: Session, part: Part, fresh: Sequence[tuple[str, Due]], now: datetime) -> int:
    """Another worker may have been faster."""
    there = set(session.scalars(select(ErasureItem.incident_id).where(
        ErasureItem.part == part, ErasureItem.incident_id.in_([case_id for case_id, _ in fresh]))))  # fmt: skip
    new = [(case_id, one) for case_id, one in fresh if case_id not in there]
    session.add_all(
        ErasureItem(incident_id=case_id, part=part, rule=one.rule, due_at=one.due_at, noticed_at=now)
        for case_id, one in new
    )
    return len(new)


def erase_approved(database: Database, clock: Callable[[], datetime], stop: Callable[[], bool] = lambda: False) -> int:
    """Case by case what two people have signed, then long tables, then the sweeping; returns how many were erased."""
    erased = 0
    while not stop():
        with database.reading() as session:
            # "case" comes before its parts, which then go with it
            next_one = select(ErasureItem.id).where(ErasureItem.approved_at.is_not(None))
            item_id = session.scalar(
                next_one.order_by(ErasureItem.approved_at, ErasureItem.incident_id, ErasureItem.part).limit(1)
            )
        if item_id is None:
            break
        with database.transaction() as session:
            erased += _one(session, item_id, clock())
        sleep(PAUSE)
    clear_erased(database, clock(), stop)
    if not stop():
        sweep_up(database, clock())
    return erased


def _one(session: Session, item_id: str, now: datetime) -> bool:
    """Ask once more under the case's lock: a hold, a reopened case or a longer rule wins over any signature."""
    item = session.scalar(select(ErasureItem).where(ErasureItem.id == item_id).with_for_update())
    if item is None:
        return False
    incident = session.get_one(Incident, item.incident_id, with_for_update=True, populate_existing=True)
    found = due(session, incident, Part(item.part), months_of(organisation(session)), now)
    if found is None or found.blocked:
        put_aside(session, incident)
        record(session, SYSTEM, "erasure:withheld", incident.reference, now, case=incident.id,
               facts={"erased_part": item.part, "retention_rule": item.rule})  # fmt: skip
        return False
    erase(session, incident, item, now)
    return True


def sweep_up(database: Database, now: datetime) -> bool:
    """Once everything is cleared: leave nothing in free pages and journals. Whoever was in the way is asked again at
    the next knock."""
    with database.reading() as session:
        cleared = list(session.scalars(
            select(ErasedPart.incident_id).where(ErasedPart.cleared_at.is_not(None), ErasedPart.swept_at.is_(None))
        ))  # fmt: skip
    if not cleared or not sweep(database, TOUCHED, WORDS):
        return False
    with database.transaction() as session:
        done = ErasedPart.incident_id.in_(cleared) & ErasedPart.cleared_at.is_not(None) & ErasedPart.swept_at.is_(None)
        session.execute(update(ErasedPart).where(done).values(swept_at=now))
    return True
