"""Where machines report: `POST /api/v1/controls/{code}/heartbeat` with a bearer token, and the plain ping address.

The token is checked before anything else is read. A GET changes something here only, at the ping address, for curl and
wget in a cron line know nothing better.
"""

from asyncio import sleep
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from starlette.concurrency import run_in_threadpool

from core.access import Actor, Operation
from core.errors import NotFound, TooLarge
from core.web import require
from identity.middleware import address_of
from risk.heartbeats import door
from risk.heartbeats.beating import LONGEST_MESSAGE, Word, take
from risk.heartbeats.models import Heartbeat
from risk.heartbeats.rules import Kind, counted_from, late_at, missed_at
from risk.heartbeats.tokens import locked, of_token
from risk.heartbeats.words import LARGEST, LARGEST_LOG, TOO_MUCH, plain_word, read_body

router = APIRouter()
Machine = Annotated[Actor, Depends(require(Operation.SEND_HEARTBEAT))]
TAIL = 8 * 1024
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "status": {"type": "string", "enum": [kind.value for kind in Kind], "default": Kind.SUCCESS.value},
        "message": {"type": "string", "maxLength": LONGEST_MESSAGE},
        "exit_status": {"type": "integer", "minimum": 0, "maximum": 255},
    },
}
BODY: dict[str, Any] = {
    "requestBody": {
        "required": False,
        "content": {kind: {"schema": SCHEMA} for kind in ("application/json", "application/x-www-form-urlencoded")},
    }
}


@router.post("/api/v1/controls/{code}/heartbeat", openapi_extra=BODY)
async def beat(request: Request, code: str, _machine: Machine) -> Response:
    """Report that a job went well, failed or started. An unknown token is answered as an unknown address is."""
    token = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
    await _require_known(request, token, code)
    arrived: datetime = request.app.state.clock()
    body = await _body(request, LARGEST, LARGEST)
    key = request.headers.get("idempotency-key", "")[:200]
    word = read_body(body, request.headers.get("content-type", ""), key)
    return JSONResponse(await run_in_threadpool(_taken, request, token, word, arrived, _told))


@router.get("/ping/{token}", include_in_schema=False)
@router.head("/ping/{token}", include_in_schema=False)
@router.post("/ping/{token}", include_in_schema=False)
async def ping(request: Request, token: str, _machine: Machine) -> Response:
    return await _ping(request, token, "")


@router.get("/ping/{token}/{what}", include_in_schema=False)
@router.head("/ping/{token}/{what}", include_in_schema=False)
@router.post("/ping/{token}/{what}", include_in_schema=False)
async def ping_with(request: Request, token: str, what: str, _machine: Machine) -> Response:
    """`fail`, `start`, or the exit status of the job."""
    return await _ping(request, token, what)


async def _ping(request: Request, token: str, what: str) -> Response:
    await _require_known(request, token)
    arrived: datetime = request.app.state.clock()
    word = plain_word(what, await _body(request, LARGEST_LOG, TAIL))
    if word is None:
        raise NotFound()
    await run_in_threadpool(_taken, request, token, word, arrived, lambda _: {})
    return PlainTextResponse("OK\n")


async def _require_known(request: Request, token: str, code: str | None = None) -> None:
    """Let the right token pass at once; make the wrong one wait, and then say what is said of any unknown address.

    Raises:
        NotFound: nobody has this token, or it is another control's.
    """
    if await run_in_threadpool(_knows, request, token, code):
        return
    database, now = request.app.state.database, request.app.state.clock()
    seconds = await run_in_threadpool(door.count_wrong, database, address_of(request), now)
    state = request.app.state
    waiting = getattr(state, "wrong_tokens_waiting", 0)
    if seconds and waiting < door.WAITING_AT_ONCE:
        state.wrong_tokens_waiting = waiting + 1
        try:
            await sleep(seconds)
        finally:
            state.wrong_tokens_waiting -= 1
    raise NotFound()


def _knows(request: Request, token: str, code: str | None) -> bool:
    with request.app.state.database.reading() as session:
        found = of_token(session, token)
    return found is not None and code in {None, found.control_code}


def _taken(
    request: Request, token: str, word: Word, arrived: datetime, tell: Callable[[Heartbeat], dict[str, Any]]
) -> dict[str, Any]:
    with request.app.state.database.transaction() as session:
        heartbeat = locked(session, token)
        if heartbeat is None:
            raise NotFound()
        take(session, heartbeat, word, arrived)
        return tell(heartbeat)


def _told(heartbeat: Heartbeat) -> dict[str, Any]:
    base = counted_from(heartbeat.expected_at, heartbeat.listening_since)
    moments = {"expected_at": heartbeat.expected_at, "late_at": late_at(base, heartbeat.grace),
               "missed_at": missed_at(base, heartbeat.grace)}  # fmt: skip
    return {"state": heartbeat.state} | {name: _iso(at) for name, at in moments.items()}


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


async def _body(request: Request, most: int, kept: int) -> bytes:
    """The end of the body, never more of it in memory than `kept`.

    Raises:
        TooLarge: more than `most` was sent; the rest is not read.
    """
    tail, length = b"", 0
    async for chunk in request.stream():
        length += len(chunk)
        if length > most:
            raise TooLarge(TOO_MUCH)
        tail = (tail + chunk)[-kept:]
    return tail
