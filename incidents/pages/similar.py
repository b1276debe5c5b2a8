"""`/incidents/{reference}/similar`: past cases like this one, and what became of them; for a member of the commission
after the own answer, as beside the form."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from core.access import Actor, Operation, Role
from core.audit import record
from core.web import Now, Read, require
from incidents.pages.showing import show
from incidents.queries import find
from incidents.sealed import sealed_from
from incidents.similar import similar

router = APIRouter()
Reader = Annotated[Actor, Depends(require(Operation.READ_CASE))]
MOST = 10


@router.get("/incidents/{reference}/similar")
def similar_cases(reference: str, request: Request, session: Read, actor: Reader, now: Now) -> HTMLResponse:
    incident = find(session, actor, reference)
    sealed = sealed_from(session, actor, incident)
    rows = [] if sealed else similar(session, actor, incident, request.state.lang, MOST)
    if Role.AUDITOR in actor.roles:  # reads everything, and the reading is on record: of each case that is shown
        ids = {incident.reference: incident.id} | {row.reference: row.id for row in rows}
        with request.app.state.database.transaction() as writing:
            for shown, case_id in ids.items():
                record(writing, actor, "incident:read", shown, now, case=case_id)
        request.state.noted = True
    return show(request, session, actor, incident, now, "similar.html", tab="similar", rows=rows, sealed=sealed)
