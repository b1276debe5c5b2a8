"""The messages of the service: what waits, what failed, what is in doubt, and how the relay is."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from app import wall_clock
from app.channel_view import channel_rows, waiting_alarms
from app.outbox_view import GROUPS, LISTS, SILENT, TROUBLE, Place, counts, undelivered
from core.access import Actor, Operation
from core.bounded import in_words
from core.web import Now, Read, Tx, page, redirect, require
from notifications.breaker import relay_state
from notifications.relay import relay_url
from notifications.transport import writes_files

router = APIRouter(prefix="/outbox")
Reader = Annotated[Actor, Depends(require(Operation.READ_OUTBOX))]
Keeper = Annotated[Actor, Depends(require(Operation.CONFIRM_TIME))]


@router.get("")
def show(request: Request, session: Read, actor: Reader, list: str = "waiting", after: str = "") -> HTMLResponse:
    """Nobody sees a message about a case they are involved in."""
    chosen = list if list in LISTS else "waiting"
    settings, relay = request.app.state.settings, relay_state(session)
    place = Place.read(after)
    shown = undelivered(session, actor, chosen, place)
    numbers = counts(session, actor)
    return page(
        request,
        "outbox/show.html",
        numbers=numbers,
        words={group: in_words(number) for group, number in numbers.items()},
        groups={group: words for group, (words, _) in GROUPS.items()},
        chips=[{"group": group, "href": f"/outbox?list={group}", "current": group == chosen} for group in LISTS],
        rows=shown.rows,
        first_href=f"/outbox?list={chosen}" if place else "",
        next_href=f"/outbox?list={chosen}&after={shown.following}" if shown.following else "",
        relay=relay,
        trouble=TROUBLE.get(relay.reason, SILENT) if relay.reason else "",
        to_files=writes_files(relay_url(session, settings), settings),
        channels=channel_rows(session, settings, request.state.lang),
        alarms=(waiting := waiting_alarms(session, actor)),
        alarms_in_words=in_words(waiting),
        doubt=wall_clock.doubt(session),
    )


@router.post("/time")
def confirm_time(session: Tx, actor: Keeper, now: Now) -> RedirectResponse:
    """Somebody has compared the server's clock with another one."""
    wall_clock.confirm_time(session, actor, now)
    return redirect("/outbox")
