"""No exception reaches the server: it would print the text, and the text can hold what somebody typed (security S2)."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import show_error
from core.logs import log


class LastResort:
    """Pure ASGI: what no handler took becomes the error page, and a log line of type and place only."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def noticed(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            await self.app(scope, receive, noticed)
        except Exception as trouble:  # everything, on purpose: logged by type and place, never by its text
            if begun:  # half an answer cannot be mended: the server cuts the connection
                _log(trouble)
                return
            answer = await run_in_threadpool(_page, Request(scope), trouble)
            await answer(scope, receive, send)


def _page(request: Request, trouble: Exception) -> Response:
    """The error page; plain words when even that cannot be made, as when the database is away."""
    try:
        return show_error(request, trouble)
    except Exception as second:
        _log(second)
        return PlainTextResponse("Vaka cannot answer just now. Nothing was saved. Try again in a minute.", 503)


def _log(trouble: Exception) -> None:
    log.error("request_failed", exc_info=(type(trouble), trouble, trouble.__traceback__))
