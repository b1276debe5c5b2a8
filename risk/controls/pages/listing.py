"""The list of controls by rule, and the catalogue that they are adopted from."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from core.access import Actor, Operation
from core.organisation import organisation
from core.web import Now, Read, Tx, Typed, page, redirect, require
from risk import service
from risk.control_status import Status
from risk.controls import list_view, offers
from risk.controls.shapes import OVERDUE, TO_DO

router = APIRouter(prefix="/controls")
Reader = Annotated[Actor, Depends(require(Operation.LIST_CONTROLS))]
Adder = Annotated[Actor, Depends(require(Operation.ADD_CONTROL))]


@router.get("")
def index(request: Request, session: Read, actor: Reader, now: Now, show: str = "all") -> Response:
    lang = request.state.lang
    rows = list_view.rows(session, actor, now, lang)
    kinds = {
        "all": rows,
        "mine": [row for row in rows if row.mine],
        "overdue": [row for row in rows if row.status in OVERDUE],
        "soon": [row for row in rows if row.status is Status.SOON],
        "never": [row for row in rows if row.status is Status.NEVER],
        "failed": [row for row in rows if row.failed],
        "paused": [row for row in rows if row.status is Status.PAUSED],
    }
    shown = kinds.get(show, rows)
    return page(
        request,
        "controls/index.html",
        groups=list_view.groups(shown, lang),
        counts={kind: len(found) for kind, found in kinds.items()},
        show=show if show in kinds else "all",
        period=list_view.period(now, lang, organisation(session).zone),
        first=_first(shown),
        offered=len(offers.offered(session, lang)) if actor.may(Operation.ADD_CONTROL) else 0,
    )


@router.get("/catalogue")
def catalogue(request: Request, session: Read, _actor: Adder, adopted: str = "") -> Response:
    """What the company's rules ask for and nobody has adopted yet."""
    groups = offers.offers(session, request.state.lang)
    return page(request, "controls/catalogue.html", groups=groups, adopted=adopted)


@router.post("/adopt")
def adopt(typed: Typed, session: Tx, actor: Adder, now: Now) -> Response:
    """The whole catalogue, or the one card whose code is sent."""
    only = typed.get("code")
    service.adopt(session, now, actor, only)
    return redirect(f"/controls/catalogue?adopted={only}" if only else "/controls")


def _first(rows: Sequence[list_view.Row]) -> str:
    """The control that is most urgent for this reader gets the page's one filled button."""
    waiting = [row for row in rows if row.may_check and row.status in TO_DO]
    return min(waiting, key=lambda row: (not row.mine, row.due_at)).code if waiting else ""
