"""Who is asking: the session cookie becomes an actor before any route runs."""

from datetime import timedelta

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from core.access import ANONYMOUS, Actor
from identity.sessions import Known, look_up, touch
from identity.throttle import client_address

TOUCH_EVERY = timedelta(minutes=1)


class SessionActor:
    """Pure ASGI: sets `state.actor`, `state.known` and `state.confirmed` for each request."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not scope["path"].startswith("/static/"):
            request = Request(scope)
            token = request.cookies.get(cookie_name(secure=request.app.state.settings.secure))
            known = await run_in_threadpool(_who, request, token) if token else None
            request.state.actor = known.actor if known else ANONYMOUS
            request.state.known = known
            request.state.confirmed = bool(known and known.confirmed)
        await self.app(scope, receive, send)


def _who(request: Request, token: str) -> Known | None:
    database, now = request.app.state.database, request.app.state.clock()
    with database.reading() as session:
        known = look_up(session, token, now)
    if known and now - known.seen_at >= TOUCH_EVERY:
        with database.transaction() as session:
            touch(session, known, now)
    return known


def cookie_name(*, secure: bool) -> str:
    """`__Host-` needs https; on loopback http the plain name is used."""
    return "__Host-vaka" if secure else "vaka"


def actor_of(request: Request) -> Actor:
    actor: Actor = request.state.actor
    return actor


def address_of(request: Request) -> str:
    """Where a request comes from, for the throttle only; it is never stored or logged in clear."""
    peer = request.client.host if request.client else ""
    return client_address(peer, request.headers.get("x-forwarded-for", ""), request.app.state.settings.trusted_proxies)
