"""The lanes of a case as a file: the rows of the table under the picture. That they left is an entry of its log."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import StreamingResponse

from core.access import Actor, Operation
from core.audit import record
from core.errors import NotFound
from core.organisation import organisation
from core.tables import csv_lines
from core.web import Now, Read, Tx, require
from incidents.queries import find
from incidents.story import happenings
from incidents.swimlane_view import swimlane

router = APIRouter()
Taker = Annotated[Actor, Depends(require(Operation.EXPORT_CASE_LOG))]


@router.get("/incidents/{reference}/trails/lanes.csv")
def take_lanes(
    reference: str, request: Request, reading: Read, session: Tx, actor: Taker, now: Now
) -> StreamingResponse:
    incident = find(reading, actor, reference, Operation.EXPORT_CASE_LOG)
    lang, zone = request.state.lang, organisation(reading).zone
    lanes = swimlane(happenings(reading, actor, incident, lang), lang, zone)
    if lanes is None:
        raise NotFound()
    record(session, actor, "log:exported", incident.reference, now, case=incident.id, facts={"format": "lanes.csv"})
    headers = {
        "content-disposition": f'attachment; filename="{incident.reference}-lanes.csv"',
        "x-content-type-options": "nosniff",
    }
    return StreamingResponse(csv_lines(lanes.grid.lines()), media_type="text/csv; charset=utf-8", headers=headers)
