"""How a visitor wants the pages: language and theme from a link (`?lang=en`, `?theme=dark`), remembered in a cookie."""

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.i18n import LANGUAGES, negotiate

THEMES = ("auto", "light", "dark")
YEAR = 31_536_000


class Display:
    """Pure ASGI: sets `state.lang` and `state.theme`, and the cookie when a link asked for a change."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self.app = app
        self.secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        known = getattr(request.state, "known", None)
        asked = {"lang": request.query_params.get("lang", ""), "theme": request.query_params.get("theme", "")}
        chosen = {name: value for name, value in asked.items() if value in (LANGUAGES if name == "lang" else THEMES)}
        request.state.lang = (
            chosen.get("lang")
            or _valid(request.cookies.get("lang"), LANGUAGES)
            or (known.language if known else negotiate(request.headers.get("accept-language", "")))
        )
        request.state.theme = (
            chosen.get("theme") or _valid(request.cookies.get("theme"), THEMES) or (known.theme if known else "auto")
        )

        async def remembering(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in chosen.items():
                    end = "; Secure" if self.secure else ""
                    headers.append("set-cookie", f"{name}={value}; Path=/; Max-Age={YEAR}; SameSite=Lax; HttpOnly{end}")
            await send(message)

        await self.app(scope, receive, remembering)


def _valid(value: str | None, known: object) -> str | None:
    return value if value and value in known else None  # type: ignore[operator]
