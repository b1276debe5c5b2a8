"""The register of Art. 33(5): read it, filter it, take it out. Each reading and each file is an entry of the log."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response, StreamingResponse
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.audit import record
from core.audit.anchoring import log_line
from core.i18n import translate
from core.organisation import organisation
from core.pdf import render
from core.tables import in_parts
from core.web import Now, Read, Tx, page, require
from core.workbook import chunks, workbook
from incidents.catalogue import catalogue
from incidents.causes.known import Catalogue
from incidents.classification import CLASS_LABELS, CauseClass
from incidents.queue import Cursor
from incidents.register import outputs
from incidents.register.asking import Asked, read_asked, sentence, words, years
from incidents.register.document import MOST, as_document, check_length, entry_document
from incidents.register.entry import Head
from incidents.register.paging import PAGE, every, find_entry, listed
from incidents.register.view import register_rows
from incidents.register.wording import Speaker
from incidents.states import STATE_LABELS

router = APIRouter(prefix="/register")
Reader = Annotated[Actor, Depends(require(Operation.READ_REGISTER))]
Exporter = Annotated[Actor, Depends(require(Operation.EXPORT_REGISTER))]
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


def asked_for(cause: str = "", state: str = "", since: str = "", until: str = "") -> Asked:
    return read_asked(cause, state, since, until)


Filtered = Annotated[Asked, Depends(asked_for)]


@router.get("")
def index(
    request: Request, asked: Filtered, reading: Read, session: Tx, actor: Reader, now: Now, after: str = ""
) -> Response:
    found = listed(reading, actor, asked, Cursor.read(after), now, PAGE)
    record(session, actor, "register:read", "register", now, facts=asked.facts)
    speaker, lang = _speaker(request, reading), request.state.lang
    today = now.astimezone(ZoneInfo(speaker.zone)).date()
    return page(
        request,
        "register/list.html",
        rows=register_rows(speaker, found.entries),
        asked=asked,
        chips=[
            {"label": word, "href": f"/register{asked.query(**{name: ''})}", "removes": True}
            for name, word in words(asked, speaker.known, lang, speaker.zone)
        ],
        years=[
            {"label": str(year), "href": f"/register{one.query()}", "current": one == asked}
            for year, one in years(asked, today)
        ],
        causes=cause_options(speaker.known, lang),
        states=[(state, translate(lang, label)) for state, label in STATE_LABELS.items()],
        next_href=f"/register{asked.query(after=found.next)}" if found.next else "",
        first_href=f"/register{asked.query()}" if after else "",
    )


@router.get("/schema.json")
def published_schema(_actor: Reader) -> Response:
    """The shape of the JSON; it says nothing of any case."""
    return Response(outputs.schema(), media_type="application/schema+json")


@router.get("/export.csv")
@router.get("/export.json")
@router.get("/export.xlsx")
@router.get("/export.pdf")
def export(request: Request, asked: Filtered, reading: Read, session: Tx, actor: Exporter, now: Now) -> Response:
    """CSV and JSON leave while they are read; a workbook is made first, in a temporary file."""
    kind = request.url.path.rpartition(".")[2]
    speaker = _speaker(request, reading)
    head = _head(reading, actor, asked, speaker, now)
    content = _content(request, reading, kind, actor, asked, speaker, head)
    record(session, actor, "register:exported", "register", now, facts=asked.facts | {"format": kind})
    name = "-".join(["vaka-register", head.made_at.astimezone(ZoneInfo(speaker.zone)).date().isoformat(),
                     *(["filter"] if asked else [])])  # fmt: skip
    headers = {
        "content-disposition": f'attachment; filename="{name}.{kind}"',
        "content-security-policy": "default-src 'none'; sandbox",
        "x-content-type-options": "nosniff",
    }
    return StreamingResponse(content, media_type=TYPES[kind], headers=headers)


@router.get("/{reference}")
def show(request: Request, reference: str, reading: Read, session: Tx, actor: Reader, now: Now) -> Response:
    case, entry = find_entry(reading, actor, reference, now)
    record(session, actor, "register:opened", case.reference, now, case=case.id)
    speaker = _speaker(request, reading)
    head = _head(reading, actor, Asked(), speaker, now)
    row = register_rows(speaker, (entry,))[0]
    return page(request, "register/show.html", row=row, document=entry_document(speaker, head, entry))


def cause_options(known: Catalogue, lang: str) -> list[tuple[str, str]]:
    """Each class of clause 8.2, and under it its causes, those that are no longer offered among them."""
    found = []
    for kind, label in CLASS_LABELS.items():
        found.append((str(kind), translate(lang, label)))
        if kind is not CauseClass.UNKNOWN:
            causes = [one for one in known.causes.values() if one.cause_class is kind]
            found += [(one.code, f"{translate(lang, label)}: {one.label.in_(lang)}") for one in causes]
    return found


def _speaker(request: Request, session: Session) -> Speaker:
    return Speaker(request.state.lang, organisation(session).zone, catalogue(session))


def _head(session: Session, actor: Actor, asked: Asked, speaker: Speaker, now: datetime) -> Head:
    return Head(
        company=organisation(session).name, made_at=now, made_by=actor.name,
        filter=sentence(asked, speaker.known, speaker.lang, speaker.zone),
        filter_codes={name: str(value) for name, value in asked.facts.items()},
    )  # fmt: skip


def _content(
    request: Request, session: Session, kind: str, actor: Actor, asked: Asked, speaker: Speaker, head: Head
) -> Iterator[bytes]:
    if kind == "pdf":
        found = listed(session, actor, asked, None, head.made_at, MOST + 1).entries
        check_length(found)
        foot = log_line(session, head.made_at, speaker.lang, speaker.zone)
        return iter((render(as_document(speaker, head, found, foot)),))
    rows = every(request.app.state.database, actor, asked, head.made_at)
    if kind == "xlsx":
        return chunks(workbook(outputs.table_rows(speaker, head, rows), "Vaka", request.app.state.settings))
    lines = outputs.as_csv(speaker, head, rows) if kind == "csv" else outputs.as_json(head, rows)
    return (part.encode() for part in in_parts(lines))
