"""The yearly report as page, as tagged PDF, and each of its tables as CSV; each reading and each file is logged."""

from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response, StreamingResponse
from sqlalchemy.orm import Session

from app.yearly import Yearly, as_document, yearly
from core.access import Actor, Operation
from core.audit import record
from core.audit.anchoring import log_line
from core.audit.entries import Fact
from core.errors import NotFound
from core.organisation import organisation
from core.pdf import render
from core.tables import csv_lines
from core.web import Now, Read, Tx, page, require
from incidents.catalogue import catalogue
from incidents.figures.reckoning import FEWEST
from incidents.register.wording import Speaker

router = APIRouter(prefix="/reports/yearly")
Reader = Annotated[Actor, Depends(require(Operation.READ_REGISTER))]
Exporter = Annotated[Actor, Depends(require(Operation.EXPORT_REGISTER))]
YEARS = 5


@router.get("")
def show(request: Request, reading: Read, session: Tx, actor: Reader, now: Now, year: str = "") -> Response:
    """Without a year: this one, as far as it has come."""
    made, latest = _made(request, reading, actor, now, year)
    record(session, actor, "register:yearly", "register", now, facts={"year": made.year})
    years = [
        {"label": str(one), "href": f"/reports/yearly?year={one}", "current": one == made.year}
        for one in range(latest, latest - YEARS, -1)
    ]
    return page(request, "reports/yearly.html", view=made, years=years, fewest=FEWEST)


@router.get("/report.pdf")
def paper(request: Request, reading: Read, session: Tx, actor: Exporter, now: Now, year: str = "") -> Response:
    made, _ = _made(request, reading, actor, now, year)
    speaker = _speaker(request, reading)
    foot = log_line(reading, now, speaker.lang, speaker.zone)
    content = render(as_document(reading, actor, speaker, made, foot))
    record(session, actor, "register:exported", "register", now, facts={"format": "yearly.pdf", "year": made.year})
    return Response(content, media_type="application/pdf", headers=_headers(f"vaka-{made.year}.pdf"))


@router.get("/{table}.csv")
def rows(
    request: Request, table: str, reading: Read, session: Tx, actor: Exporter, now: Now, year: str = ""
) -> Response:
    made, _ = _made(request, reading, actor, now, year)
    if table not in made.grids:
        raise NotFound()
    facts: dict[str, Fact] = {"format": f"yearly {table}.csv", "year": made.year}
    record(session, actor, "register:exported", "register", now, facts=facts)
    lines = csv_lines(made.grids[table].lines())
    headers = _headers(f"vaka-{made.year}-{table}.csv")
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=headers)


def _made(request: Request, session: Session, actor: Actor, now: Now, year: str) -> tuple[Yearly, int]:
    """The report, and the year it is now; what is no year of this service asks for this one."""
    speaker = _speaker(request, session)
    latest = now.astimezone(ZoneInfo(speaker.zone)).year
    asked = int(year) if year.isdecimal() and len(year) == 4 else latest
    return yearly(session, actor, speaker, asked if 1970 < asked <= latest else latest, now), latest


def _speaker(request: Request, session: Session) -> Speaker:
    return Speaker(request.state.lang, organisation(session).zone, catalogue(session))


def _headers(name: str) -> dict[str, str]:
    return {
        "content-disposition": f'attachment; filename="{name}"',
        "content-security-policy": "default-src 'none'; sandbox",
        "x-content-type-options": "nosniff",
    }
