"""The notice to take along: a page to print, a tagged PDF, JSON under the template's numbers, and CSV."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.audit import record
from core.errors import NotFound
from core.pdf import render
from core.web import Now, Read, Tx, page, require
from incidents.case_view import case_view
from incidents.models import Incident
from incidents.notice_document import notice_document
from incidents.notice_outputs import notice_csv, notice_json
from incidents.notice_sealed import check_whole
from incidents.notice_view import latest_notice
from incidents.queries import find
from notifications.edpb.exchange import digest, schema
from notifications.filings import answers_of
from notifications.notice_models import Notice

router = APIRouter()
Reader = Annotated[Actor, Depends(require(Operation.READ_NOTICE))]
TYPES = {"pdf": "application/pdf", "json": "application/json", "csv": "text/csv; charset=utf-8"}
CASE = "/incidents/{reference}/authority"


@router.get(f"{CASE}/notice")
def read(request: Request, reference: str, session: Read, now: Now, actor: Reader) -> Response:
    incident = find(session, actor, reference, Operation.READ_NOTICE)
    notice = _whole(session, actor, incident)
    case = case_view(session, actor, incident, now, request.state.lang)
    return page(request, "authority/document.html", case=case, notice=notice,
                document=notice_document(session, incident, notice, notice.language))  # fmt: skip


@router.get(f"{CASE}/notice.pdf")
def as_a_pdf(reference: str, session: Tx, now: Now, actor: Reader) -> Response:
    incident, notice = _taken(session, actor, reference, "pdf", now)
    return _file(incident, notice, "pdf", render(notice_document(session, incident, notice, notice.language)))


@router.get(f"{CASE}/notice.json")
def as_a_document(reference: str, session: Tx, now: Now, actor: Reader) -> Response:
    incident, notice = _taken(session, actor, reference, "json", now)
    return _file(incident, notice, "json", notice_json(session, incident, notice).encode())


@router.get(f"{CASE}/notice.csv")
def as_a_sheet(reference: str, session: Tx, now: Now, actor: Reader) -> Response:
    incident, notice = _taken(session, actor, reference, "csv", now)
    return _file(incident, notice, "csv", notice_csv(session, incident, notice).encode("utf-8-sig"))


@router.get("/notice-schema.json")
def published_schema(_actor: Reader) -> Response:
    """The shape of the JSON, for whoever reads it; it says nothing of any case."""
    return JSONResponse(schema(), media_type="application/schema+json")


def _taken(session: Session, actor: Actor, reference: str, kind: str, now: Now) -> tuple[Incident, Notice]:
    """A file that leaves is remembered with the digest of what it says."""
    incident = find(session, actor, reference, Operation.READ_NOTICE)
    notice = _whole(session, actor, incident)
    record(session, actor, "notice:exported", incident.reference, now, case=incident.id,
           facts={"phase": notice.phase, "format": kind, "digest": digest(answers_of(session, notice))})  # fmt: skip
    return incident, notice


def _whole(session: Session, actor: Actor, incident: Incident) -> Notice:
    notice = latest_notice(session, incident)
    if notice is None:
        raise NotFound()
    check_whole(session, actor, incident, notice)
    return notice


def _file(incident: Incident, notice: Notice, kind: str, content: bytes) -> Response:
    headers = {
        "content-disposition": f'attachment; filename="{incident.reference}-notice-{notice.phase}.{kind}"',
        "content-security-policy": "default-src 'none'; sandbox",
        "x-content-type-options": "nosniff",
    }
    return Response(content, media_type=TYPES[kind], headers=headers)
