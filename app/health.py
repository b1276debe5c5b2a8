"""Health for machines: alive, and ready to promise anything."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.heartbeat import PATIENCE, TICK
from app.log_check import last_answer
from app.probe import takes_writes
from app.wall_clock import doubt
from core.access import Actor, Operation
from core.audit.checkpoints import standing_refusal
from core.restored import restored
from core.web import Now, require
from incidents.jobs import unsent_overdue
from notifications.breaker import relay_state
from notifications.channels.configured import channels_of
from notifications.channels.state import channel_state
from notifications.models import ServiceState
from notifications.service_state import recall

router = APIRouter()
Anyone = Annotated[Actor, Depends(require(Operation.READ_HEALTH))]


@router.get("/health/live")
def live(_actor: Anyone) -> JSONResponse:
    return JSONResponse({"status": "ok"})


@router.get("/health/ready")
def ready(_actor: Anyone, request: Request, now: Now) -> JSONResponse:
    """503 when no worker ticks or the database does not take a write.

    A relay that is down is said, and so are alarms that wait, but neither is a reason to refuse reports.
    """
    state = request.app.state
    answer: dict[str, object] = {"environment": state.settings.environment.value}
    try:
        writable = takes_writes(state.database)
        with state.database.reading() as session:
            late = is_late(recall(session, TICK), state.started_at, now)
            answer |= _told(session, request, now)
    except SQLAlchemyError:
        return JSONResponse({"status": "database_away", **answer}, 503)
    status = "database_not_writable" if not writable else "worker_late" if late else "ok"
    return JSONResponse({"status": status, **answer}, 200 if status == "ok" else 503)


def is_late(tick: ServiceState | None, started_at: datetime, now: datetime) -> bool:
    """Whether nobody has ticked for a while; a service that has just started gives its worker that while.

    A moment that lies in the future is from before the clock was set back, and says nothing.
    """
    signs = [started_at, tick.at] if tick else [started_at]
    return not any(abs(now - sign) <= PATIENCE for sign in signs)


def _told(session: Session, request: Request, now: datetime) -> dict[str, str]:
    channels = channels_of(request.app.state.settings)
    trouble = next((reason for one in channels if (reason := channel_state(session, one.name).reason)), "")
    refusal = standing_refusal(session)
    return {
        "relay": relay_state(session).reason or "ok",
        "second_channel": trouble or ("ok" if channels else "none"),
        "alarms": "unsent" if unsent_overdue(session, now) else "ok",
        "clock": "in_doubt" if doubt(session) else "ok",
        "log": last_answer(session).result or "unchecked",
        "earlier_state": "yes" if restored(session) else "no",
        "signer": refusal.kind if refusal else "ok",
    }
