"""The auditor's own reading: each page that shows a case, a register or one record is an entry of the log before it
leaves. It is written in one place, so that no page can forget it; a page that writes an entry itself has told of it.
"""

from collections.abc import AsyncIterator, Mapping

from fastapi import Request
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from core.access import Actor, Role
from core.audit import record
from core.db import Database
from core.web import is_partial
from incidents.models import Incident
from risk.register.models import Risk
from risk.register.rules import State

OF_A_CASE = "/incidents/{reference}"
POLLED = f"{OF_A_CASE}/people/progress"  # the page around it was noted
RISK = "/risks/{risk_id}"
LISTS: Mapping[str, tuple[str, str]] = {  # action and object
    "/activities": ("activity:listed", "activities"),
    "/clocks": ("clock:listed", "deadlines"),
    "/findings": ("finding:listed", "findings"),
    "/incidents": ("incident:listed", "cases"),
    "/register/samples": ("sample:listed", "samples"),
    "/retention": ("erasure:listed", "retention"),
    "/risks": ("risk:listed", "risks"),
    "/suppliers": ("supplier:listed", "suppliers"),
}
RECORDS: Mapping[str, tuple[str, str]] = {  # action, and which part of the address names the object
    "/activities/{activity_id}": ("activity:read", "activity_id"),
    "/controls/{code}": ("control:read", "code"),
    "/controls/{code}/cases": ("control:read", "code"),
    "/controls/{code}/heartbeats/{heartbeat_id}": ("control:read", "code"),
    "/suppliers/{supplier_id}": ("supplier:read", "supplier_id"),
    "/tasks/{task_id}": ("task:read", "task_id"),
    "/training/courses/{course_id}": ("training:course_read", "course_id"),
}


async def note_reading(request: Request) -> AsyncIterator[None]:
    """What a page that was found has shown to an auditor; nothing when it was not there."""
    request.state.noted = False
    yield
    actor: Actor = request.state.actor
    if Role.AUDITOR in actor.roles and request.method == "GET" and not request.state.noted:
        route: str = request.scope["route"].path
        if route != POLLED or not is_partial(request):
            await run_in_threadpool(_note, request, actor, route)


def _note(request: Request, actor: Actor, route: str) -> None:
    database: Database = request.app.state.database
    now, parts = request.app.state.clock(), request.path_params
    if route.startswith(OF_A_CASE):
        with database.transaction() as session:
            case = session.scalars(select(Incident).where(Incident.reference == parts["reference"].upper())).one()
            page = "/".join(part for part in route.removeprefix(OF_A_CASE).split("/") if part and "{" not in part)
            facts = {"page": page} if page else None
            record(session, actor, "incident:read", case.reference, now, case=case.id, facts=facts)
    elif route in LISTS or route in RECORDS or route == RISK:
        with database.transaction() as session:
            action, about = _outside(session, route, parts)
            record(session, actor, action, about, now)


def _outside(session: Session, route: str, parts: Mapping[str, str]) -> tuple[str, str]:
    """Action and object. A draft is not named: it may be there because of a case that not everybody may know of."""
    if route in LISTS:
        return LISTS[route]
    if route != RISK:
        action, part = RECORDS[route]
        return action, parts[part]
    risk = session.get_one(Risk, int(parts["risk_id"]))
    return "risk:read", "risks" if risk.state == State.DRAFT else risk.name
