"""Answering an alarm: one POST. The link in the mail leads to the case, which has the button."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse

from core.access import Actor, Operation
from core.errors import NotFound
from core.web import Now, Read, Tx, redirect, require
from incidents.acknowledging import acknowledge
from incidents.queries import find, find_to_change

router = APIRouter()
Answering = Annotated[Actor, Depends(require(Operation.ACKNOWLEDGE_ALARM))]
SAID = "clocks?done=acknowledged"


@router.post("/incidents/{reference}/clocks/{clock_id}/acknowledge")
def acknowledge_alarm(reference: str, clock_id: str, session: Tx, actor: Answering, now: Now) -> RedirectResponse:
    incident = find_to_change(session, actor, reference, Operation.ACKNOWLEDGE_ALARM)
    clock = next((one for one in incident.clocks if one.id == clock_id), None)
    if clock is None:
        raise NotFound()
    acknowledge(session, actor, incident, clock, now)
    return redirect(f"{incident.path}/{SAID}")


@router.get("/incidents/{reference}/clocks/{clock_id}/acknowledge")
def acknowledge_page(reference: str, session: Read, actor: Answering) -> RedirectResponse:
    """Signing in again, or a link, leads here: nothing is done by looking."""
    incident = find(session, actor, reference, Operation.ACKNOWLEDGE_ALARM)
    return redirect(f"{incident.path}/clocks")
