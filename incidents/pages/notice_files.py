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
from incidents.notifying.addressee import Addressee
from incidents.notifying.keeping import file_stem
from incidents.notifying.whom import addressee
from incidents.pages.whom import AUTHORITY, ONE_OTHER, Whom
from incidents.queries import find
from notifications.edpb.card import CARDS, EDPB
from notifications.edpb.exchange import digest, schema
from notifications.filings import answers_of
from notifications.notice_models import Notice

router = APIRouter()
Reader = Annotated[Actor, Depends(require(Operation.READ_NOTICE))]
TYPES = {"pdf": "application/pdf", "json": "application/json", "csv": "text/csv; charset=utf-8"}


@router.get(f"{AUTHORITY}/notice")
@router.get(f"{ONE_OTHER}/notice")
def read(request: Request, reference: str, whom: Whom, session: Read, now: Now, actor: Reader) -> Response:
    incident = find(session, actor, reference, Operation.READ_NOTICE)
    to = addressee(session, incident, whom)
    notice = _whole(session, actor, to)
    case = case_view(session, actor, incident, now, request.state.lang)
    return page(request, "authority/document.html", case=case, notice=notice, href=incident.path + to.path,
                document=notice_document(session, incident, notice, notice.language))  # fmt: skip


@router.get(f"{AUTHORITY}/notice.pdf")
@router.get(f"{ONE_OTHER}/notice.pdf")
def as_a_pdf(reference: str, whom: Whom, session: Tx, now: Now, actor: Reader) -> Response:
    incident, notice = _taken(session, actor, reference, whom, "pdf", now)
    return _file(incident, notice, "pdf", render(notice_document(session, incident, notice, notice.language)))


@router.get(f"{AUTHORITY}/notice.json")
@router.get(f"{ONE_OTHER}/notice.json")
def as_a_document(reference: str, whom: Whom, session: Tx, now: Now, actor: Reader) -> Response:
    incident, notice = _taken(session, actor, reference, whom, "json", now)
    return _file(incident, notice, "json", notice_json(session, incident, notice).encode())


@router.get(f"{AUTHORITY}/notice.csv")
@router.get(f"{ONE_OTHER}/notice.csv")
def as_a_sheet(reference: str, whom: Whom, session: Tx, now: Now, actor: Reader) -> Response:
    incident, notice = _taken(session, actor, reference, whom, "csv", now)
    return _file(incident, notice, "csv", notice_csv(session, incident, notice).encode("utf-8-sig"))


@router.get("/notice-schema.json")
def published_schema(_actor: Reader, form: str = EDPB) -> Response:
    """The shape of the JSON, for whoever reads it; it says nothing of any case."""
    if form not in CARDS:
        raise NotFound()
    return JSONResponse(schema(form), media_type="application/schema+json")


def _taken(session: Session, actor: Actor, reference: str, whom: str, kind: str, now: Now) -> tuple[Incident, Notice]:
    """A file that leaves is remembered with the digest of what it says."""
    incident = find(session, actor, reference, Operation.READ_NOTICE)
    to = addressee(session, incident, whom)
    notice = _whole(session, actor, to)
    record(session, actor, "notice:exported", incident.reference, now, case=incident.id,
           facts={"phase": notice.phase, **to.facts, "format": kind,
                  "digest": digest(answers_of(session, notice))})  # fmt: skip
    return incident, notice


def _whole(session: Session, actor: Actor, to: Addressee) -> Notice:
    notice = latest_notice(session, to.incident, to.id)
    if notice is None:
        raise NotFound()
    check_whole(session, actor, to.incident, notice)
    return notice


def _file(incident: Incident, notice: Notice, kind: str, content: bytes) -> Response:
    headers = {
        "content-disposition": f'attachment; filename="{file_stem(incident, notice)}.{kind}"',
        "content-security-policy": "default-src 'none'; sandbox",
        "x-content-type-options": "nosniff",
    }
    return Response(content, media_type=TYPES[kind], headers=headers)
