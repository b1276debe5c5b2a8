"""The register of risks: the list first, the map second; files of what the filter shows."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response, StreamingResponse

from core.access import Actor, Operation
from core.audit import record
from core.i18n import translate
from core.organisation import organisation
from core.web import Now, Read, Tx, page, require
from core.workbook import chunks, workbook
from incidents.catalogue import catalogue
from incidents.risks import outputs
from incidents.risks.asking import SHELVES, Asked, conditions, read_asked, sentence, words
from incidents.risks.choosing import EXAMPLES, cause_options
from incidents.risks.sight import visible_risks
from incidents.risks.story import lately
from incidents.risks.view import rows
from risk.register.heat import heat
from risk.register.queries import Place, page_of
from risk.register.service import today_of

router = APIRouter(prefix="/risks")
Reader = Annotated[Actor, Depends(require(Operation.LIST_RISKS))]
Exporter = Annotated[Actor, Depends(require(Operation.EXPORT_RISKS))]
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def asked_for(show: str = "", cause: str = "", likelihood: str = "", impact: str = "") -> Asked:
    return read_asked(show, cause, likelihood, impact)


Filtered = Annotated[Asked, Depends(asked_for)]


@router.get("")
def index(request: Request, asked: Filtered, session: Read, actor: Reader, now: Now, after: str = "") -> Response:
    lang, known, today = request.state.lang, catalogue(session), today_of(session, now)
    query = visible_risks(actor).where(*conditions(asked, actor, today))
    found, following = page_of(session, query, Place.read(after))
    return page(
        request,
        "risks/list.html",
        rows=rows(session, actor, found, known, today, lang),
        asked=asked,
        shelves=[
            {
                "label": translate(lang, label),
                "href": f"/risks{Asked(show=show).query()}",
                "current": asked.show == show,
            }
            for show, label in SHELVES.items()
        ],
        chips=[
            {"label": word, "href": f"/risks{asked.query(**{name: ''})}", "removes": True}
            for name, word in words(asked, known, lang)
        ],
        causes=cause_options(known, lang, asked.cause),
        heat=heat(session, actor),
        lately=lately(session, actor, lang),
        examples=[(one.key, translate(lang, one.title)) for one in EXAMPLES],
        next_href=f"/risks{asked.query(after=following)}" if following else "",
        first_href=f"/risks{asked.query()}" if after else "",
    )


@router.get("/export.csv")
@router.get("/export.json")
@router.get("/export.xlsx")
def export(request: Request, asked: Filtered, reading: Read, session: Tx, actor: Exporter, now: Now) -> Response:
    """CSV and JSON leave while they are read; a workbook is made first, in a temporary file."""
    kind = request.url.path.rpartition(".")[2]
    company = organisation(reading)
    lang, zone = request.state.lang, company.zone
    told = sentence(asked, catalogue(reading), lang)
    head = outputs.Head(company.name, now, actor.name, told)
    record(session, actor, "risk:exported", "risks", now, facts=asked.facts | {"format": kind})
    name = f"vaka-risks-{today_of(reading, now).isoformat()}{'-filter' if asked else ''}.{kind}"
    headers = {
        "content-disposition": f'attachment; filename="{name}"',
        "content-security-policy": "default-src 'none'; sandbox",
        "x-content-type-options": "nosniff",
    }
    return StreamingResponse(
        _content(request, kind, actor, asked, head, lang, zone, now), media_type=TYPES[kind], headers=headers
    )


def _content(
    request: Request, kind: str, actor: Actor, asked: Asked, head: outputs.Head, lang: str, zone: str, now: datetime
) -> Iterator[bytes]:
    found = outputs.every(request.app.state.database, actor, asked, lang, now)
    if kind == "xlsx":
        return chunks(workbook(outputs.table_rows(head, found, lang, zone), "Vaka", request.app.state.settings))
    lines = outputs.as_csv(head, found, lang, zone) if kind == "csv" else outputs.as_json(head, found)
    return (line.encode() for line in lines)
