"""The proof of one case's log, to be taken along. Taking it is logged; nothing in it tells what a person wrote."""

from io import BytesIO
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from core.access import Actor, Operation
from core.audit import record
from core.web import Now, Read, Tx, require
from incidents.case_proof import readable, write_case_bundle
from incidents.queries import find

router = APIRouter()
Taker = Annotated[Actor, Depends(require(Operation.EXPORT_CASE_LOG))]


@router.get("/incidents/{reference}/log/proof")
def take_proof(reference: str, reading: Read, session: Tx, actor: Taker, now: Now) -> Response:
    """The log is read beside the writers; only the entry of this waits for its turn."""
    incident = find(reading, actor, reference, Operation.EXPORT_CASE_LOG)
    packed = BytesIO()
    write_case_bundle(reading, incident, packed, now, readable(actor))
    record(session, actor, "log:exported", incident.reference, now, case=incident.id, facts={"bundle": True})
    headers = {
        "content-disposition": f'attachment; filename="{incident.reference}-log.zip"',
        "x-content-type-options": "nosniff",
    }
    return Response(packed.getvalue(), media_type="application/zip", headers=headers)
