"""The page of how we are doing, and the numbers of each of its pictures as a file."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response, StreamingResponse
from sqlalchemy.orm import Session

from app.dashboard import PICTURES, controls, dashboard
from app.dashboard_risks import risks
from core.access import Actor, Operation
from core.audit import record
from core.errors import NotFound
from core.organisation import organisation
from core.tables import csv_lines
from core.web import Now, Read, Tx, page, require
from incidents.catalogue import catalogue
from incidents.figures.grid import Grid
from incidents.figures.keeping import Counted, Kept
from incidents.figures.reckoning import FEWEST
from incidents.register.wording import Speaker
from risk.controls.roll import roll
from risk.standing import worst_first

router = APIRouter(prefix="/dashboard")
Reader = Annotated[Actor, Depends(require(Operation.READ_DASHBOARD))]
Exporter = Annotated[Actor, Depends(require(Operation.EXPORT_REGISTER))]


@router.get("")
def show(request: Request, reading: Read, actor: Reader, now: Now) -> Response:
    speaker = _speaker(request, reading)
    counted = _counted(request, reading, actor, speaker, now)
    return page(request, "dashboard/show.html", view=dashboard(reading, actor, speaker, counted, now), fewest=FEWEST)


@router.get("/{picture}.csv")
def table(request: Request, picture: str, reading: Read, session: Tx, actor: Exporter, now: Now) -> Response:
    """The same rows as in the table under the picture; that they left is an entry of the log."""
    grid = _grid(request, picture, reading, actor, now)
    record(session, actor, "register:exported", "register", now, facts={"format": f"{picture}.csv"})
    headers = {"content-disposition": f'attachment; filename="vaka-{picture}.csv"', "x-content-type-options": "nosniff"}
    return StreamingResponse(csv_lines(grid.lines()), media_type="text/csv; charset=utf-8", headers=headers)


def _grid(request: Request, picture: str, session: Session, actor: Actor, now: Now) -> Grid:
    speaker = _speaker(request, session)
    if picture == "controls":
        return controls(session, speaker, worst_first(roll(session, actor, now)), now).grid
    if picture == "risks":
        return risks(session, actor, speaker).grid
    if picture not in PICTURES:
        raise NotFound()
    return PICTURES[picture](speaker, _counted(request, session, actor, speaker, now).survey).grid


def _speaker(request: Request, session: Session) -> Speaker:
    return Speaker(request.state.lang, organisation(session).zone, catalogue(session))


def _counted(request: Request, session: Session, actor: Actor, speaker: Speaker, now: Now) -> Counted:
    kept: Kept = request.app.state.kept
    return kept.of_the_year(session, actor, speaker.zone, now, Operation.READ_DASHBOARD)
