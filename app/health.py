"""Health for machines: alive, and ready to promise anything."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.web import Now, Read, require
from notifications.breaker import relay_state
from notifications.service_state import recall

TICK = "tick"
PATIENCE = timedelta(seconds=60)  # four ticks

router = APIRouter()
Anyone = Annotated[Actor, Depends(require(Operation.READ_HEALTH))]


@router.get("/health/live")
def live(_actor: Anyone) -> JSONResponse:
    return JSONResponse({"status": "ok"})


@router.get("/health/ready")
def ready(_actor: Anyone, request: Request, session: Read, now: Now) -> JSONResponse:
    """503 when no worker ticks. The tick writes, so it also stops when the database no longer takes a write.

    A relay that is down is said, but no reason to refuse reports.
    """
    late = worker_is_late(session, request.app.state.started_at, now)
    answer = {
        "status": "worker_late" if late else "ok",
        "environment": request.app.state.settings.environment.value,
        "relay": relay_state(session).reason or "ok",
    }
    return JSONResponse(answer, 503 if late else 200)


def worker_is_late(session: Session, started_at: datetime, now: datetime) -> bool:
    """Whether nobody has ticked for a while; a service that has just started gives its worker that while."""
    row = recall(session, TICK)
    last = max(row.at, started_at) if row else started_at
    return now - last > PATIENCE
