"""`/clocks`: all running clocks, by how soon they end."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from core.access import Actor, Operation
from core.bounded import in_words
from core.web import Now, Read, page, require
from incidents.clock_board import Cursor, board, sums
from incidents.clock_board_view import board_parts

router = APIRouter()
Lister = Annotated[Actor, Depends(require(Operation.LIST_CLOCKS))]


@router.get("/clocks")
def clocks(request: Request, session: Read, actor: Lister, now: Now, after: str = "") -> HTMLResponse:
    found = board(session, actor, Cursor.read(after))
    return page(
        request,
        "clocks/board.html",
        parts=board_parts(session, found.clocks, now, request.state.lang),
        numbers=sums(session, actor, now),
        bounded=in_words,
        next_href=f"/clocks?{urlencode({'after': found.next})}" if found.next else "",
        first_href="/clocks" if after else "",
    )
