"""What stands before every route: the headers of each answer, and the origin of each unsafe request."""

import secrets
import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.logs import log

SAFE = {"GET", "HEAD", "OPTIONS"}
PING = "/ping/"  # its token is in the address, and no cookie counts there: a machine that is no browser may post
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "manifest-src 'self'",
    )
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}


class Guard:
    """Pure ASGI: a request id, security headers, one log line, and no unsafe request from another site."""

    def __init__(self, app: ASGIApp, base_url: str, *, secure: bool) -> None:
        self.app = app
        self.origin = base_url
        self.secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        request_id = secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = request_id
        started = time.monotonic()
        status = 500

        async def dressed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._dress(MutableHeaders(scope=message), scope["path"], request_id)
            await send(message)

        if scope["method"] not in SAFE and not self._from_here(headers, scope["path"]):
            answer = PlainTextResponse("This form was sent from another site and was refused.", 403)
            await answer(scope, receive, dressed)
        else:
            await self.app(scope, receive, dressed)
        route = getattr(scope.get("route"), "path", "none")
        spent = int((time.monotonic() - started) * 1000)
        if route != "none":
            log.info("request", method=scope["method"], route=route, status=status, duration_ms=spent,
                     request_id=request_id)  # fmt: skip

    def _from_here(self, headers: Headers, path: str) -> bool:
        """Sec-Fetch-Site when the browser sends it, else Origin; neither is only right for a token."""
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site in {"same-origin", "none"}
        origin = headers.get("origin")
        if origin is not None:
            return origin in {self.origin, f"http://{headers.get('host', '')}" if not self.secure else self.origin}
        return headers.get("authorization", "").startswith("Bearer ") or path.startswith(PING)

    def _dress(self, headers: MutableHeaders, path: str, request_id: str) -> None:
        for name, value in HEADERS.items():
            headers.setdefault(name, value)
        headers["x-request-id"] = request_id
        if self.secure:
            headers["strict-transport-security"] = "max-age=31536000"
        if not path.startswith("/static/"):
            headers.setdefault("cache-control", "no-store")
