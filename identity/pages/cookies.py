"""The two cookies: who is signed in, and that this browser is known."""

from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import Response

from core.web import redirect
from identity.middleware import cookie_name
from identity.signing_in import Entrance

YEAR = 31_536_000


def let_in(request: Request, entrance: Entrance, answer: Response) -> Response:
    """Hand over a fresh session; it ends with the browser, the mark of the device stays for a year."""
    secure = request.app.state.settings.secure
    answer.set_cookie(cookie_name(secure=secure), entrance.token, secure=secure, httponly=True, samesite="lax")
    answer.set_cookie(device_cookie(secure=secure), entrance.device, YEAR, secure=secure, httponly=True, samesite="lax")
    return answer


def show_out(request: Request, address: str) -> Response:
    secure = request.app.state.settings.secure
    answer = redirect(address)
    answer.delete_cookie(cookie_name(secure=secure), secure=secure, httponly=True, samesite="lax")
    return answer


def device_cookie(*, secure: bool) -> str:
    return "__Host-vaka-device" if secure else "vaka-device"


def local(address: str) -> str:
    """Where to go next: a path of our own, never another site (`//host`, `/\\host` and schemes are others)."""
    parts = urlsplit(address)
    strange = "\\" in address or any(not sign.isprintable() for sign in address)
    if strange or parts.scheme or parts.netloc or not address.startswith("/") or address.startswith("//"):
        return "/"
    return "/" if parts.path.startswith(("/sign-", "/invitation/")) else address
