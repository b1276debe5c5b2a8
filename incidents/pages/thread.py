"""Questions to the reporter and the files of a case, for the staff. Files are only ever downloaded."""

from datetime import datetime
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.audit import record
from core.db import refuse
from core.errors import Invalid, TooLarge
from core.files import file_content, file_name
from core.i18n import translate
from core.web import Now, Read, Tx, Typed, TypedForm, page, redirect, require
from identity.people import names
from incidents.attachments import attach, files_of, take_out
from incidents.case_view import case_view
from incidents.forms import AddMessage
from incidents.models import Incident
from incidents.pages.uploads import Uploaded
from incidents.queries import find
from incidents.reported import reporter
from incidents.suppliers.keeping import supplier_names
from incidents.thread import answer_reporter, mark_read, thread

router = APIRouter(prefix="/incidents/{reference}")
ThreadReader = Annotated[Actor, Depends(require(Operation.READ_THREAD))]
Handler = Annotated[Actor, Depends(require(Operation.ANSWER_REPORTER))]
FileReader = Annotated[Actor, Depends(require(Operation.READ_FILE))]
FileGiver = Annotated[Actor, Depends(require(Operation.ADD_FILE))]
SANDBOX = "default-src 'none'; sandbox"


@router.get("/thread")
def questions(request: Request, reference: str, session: Read, now: Now, actor: ThreadReader) -> HTMLResponse:
    return _thread(request, session, actor, find(session, actor, reference, Operation.READ_THREAD), now)


@router.post("/thread")
def answer(request: Request, reference: str, session: Tx, typed: Typed, now: Now, actor: Handler) -> Response:
    incident = find(session, actor, reference, Operation.ANSWER_REPORTER)
    try:
        answer_reporter(session, actor, incident, typed.read(AddMessage), now)
    except Invalid as wrong:
        refuse(session)
        incident = find(session, actor, reference, Operation.ANSWER_REPORTER)
        return _thread(request, session, actor, incident, now, 422, typed, wrong)
    return redirect(f"{incident.path}/thread")


@router.post("/thread/read")
def seen(reference: str, session: Tx, now: Now, actor: Handler) -> RedirectResponse:
    incident = find(session, actor, reference, Operation.ANSWER_REPORTER)
    mark_read(session, incident, now, from_reporter=True)
    return redirect(f"{incident.path}/thread")


@router.get("/files")
def files(request: Request, reference: str, session: Tx, now: Now, actor: FileReader) -> HTMLResponse:
    """The names of files can say as much as the files, so a look at the list is logged too."""
    incident = find(session, actor, reference, Operation.READ_FILE)
    record(session, actor, "file:listed", incident.reference, now, case=incident.id)
    return _files(request, session, actor, incident, now)


@router.get("/files/{file_id}")
def download(reference: str, file_id: str, session: Tx, now: Now, actor: FileReader) -> Response:
    file = take_out(session, actor, find(session, actor, reference, Operation.READ_FILE), file_id, now)
    return Response(
        file_content(session, file),
        media_type=file.media_type,
        headers={
            "content-disposition": f"attachment; filename*=UTF-8''{quote(file_name(session, file))}",
            "content-security-policy": SANDBOX,
            "x-content-type-options": "nosniff",
        },
    )


@router.post("/files")
def upload(request: Request, reference: str, actor: FileGiver, form: Uploaded, session: Tx, now: Now) -> Response:
    incident = find(session, actor, reference, Operation.ADD_FILE)
    try:
        attach(session, actor, incident, *form.required(), now)
    except Invalid as refused:
        wrong = refused.fields
    except TooLarge as refused:
        wrong = {"file": refused.message}
    else:
        return redirect(f"{incident.path}/files")
    refuse(session)
    incident = find(session, actor, reference, Operation.ADD_FILE)
    return _files(request, session, actor, incident, now, 422, wrong)


def _thread(
    request: Request,
    session: Session,
    actor: Actor,
    incident: Incident,
    now: datetime,
    status: int = 200,
    typed: TypedForm | None = None,
    wrong: Invalid | None = None,
) -> HTMLResponse:
    lang = request.state.lang
    lines = thread(session, incident)
    return page(
        request,
        "case/thread.html",
        status,
        case=case_view(session, actor, incident, now, lang, "thread"),
        lines=lines,
        unread=any(line.from_reporter and not line.read for line in lines),
        names=names(session, {line.author_id for line in lines}),
        by_mail=bool(reporter(session, incident).email),
        typed=typed,
        wrong={name: translate(lang, text) for name, text in wrong.fields.items()} if wrong else None,
    )


def _files(
    request: Request,
    session: Session,
    actor: Actor,
    incident: Incident,
    now: datetime,
    status: int = 200,
    wrong: dict[str, str] | None = None,
) -> HTMLResponse:
    lang = request.state.lang
    found = files_of(session, incident)
    by = {file.uploaded_by for file, _ in found}
    return page(
        request,
        "case/files.html",
        status,
        case=case_view(session, actor, incident, now, lang, "files"),
        files=found,
        names=names(session, by) | supplier_names(session, by),
        wrong={name: translate(lang, text) for name, text in wrong.items()} if wrong else None,
    )
