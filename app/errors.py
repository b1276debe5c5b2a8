"""One error shape: a page, or problem+json (RFC 9457). Nothing of the request is repeated in it."""

from urllib.parse import quote, urlencode, urlsplit

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as NoneFree
from sqlalchemy.orm.exc import StaleDataError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from core.errors import (
    N_,
    Conflict,
    DomainError,
    Forbidden,
    Invalid,
    NotFound,
    PasswordAgain,
    Unauthenticated,
    Unavailable,
)
from core.i18n import translate
from core.logs import log
from core.web import page, redirect
from identity.middleware import cookie_name


def install(app: FastAPI) -> None:
    """Give every kind of trouble its one way to the reader."""
    app.add_exception_handler(Unauthenticated, ask_to_sign_in)
    for kind in (DomainError, RequestValidationError, HTTPException, StaleDataError, IntegrityError, OperationalError,
                 NoneFree):  # fmt: skip
        app.add_exception_handler(kind, show_error)
    app.add_exception_handler(Exception, show_error)


def show_error(request: Request, trouble: Exception) -> Response:
    """Turn any exception into an answer; what is not the domain's own is logged by type and place only."""
    error = _domain(trouble)
    if error.status >= 500:
        log.error("request_failed", request_id=request.state.request_id, exc_info=(type(trouble), trouble,
                  trouble.__traceback__))  # fmt: skip
    if isinstance(error, Unauthenticated) and "hx-request" in request.headers:
        return _whole_page_to_sign_in(request)
    if isinstance(error, Unauthenticated) and _wants_page(request):
        return redirect(f"/sign-in?next={quote(request.url.path)}" if request.method == "GET" else "/sign-in")
    if isinstance(error, PasswordAgain) and request.method == "GET" and _wants_page(request):
        return redirect(f"/confirm?{urlencode({'next': _with_query(request)})}")
    lang = getattr(request.state, "lang", "en")
    title = translate(lang, error.title)
    detail = translate(lang, error.message, **error.params)
    if not _wants_page(request):
        body: dict[str, object] = {"type": "about:blank", "title": title, "status": error.status, "detail": detail}
        if isinstance(error, Invalid):
            body["fields"] = {field: translate(lang, text) for field, text in error.fields.items()}
        return JSONResponse(body, error.status, media_type="application/problem+json")
    return page(request, "error.html", error.status, status=error.status, title=title, message=detail,
                request_id=request.state.request_id)  # fmt: skip


async def ask_to_sign_in(request: Request, trouble: Exception) -> Response:
    """Signed out while typing: the sign-in page carries what was typed and sends it on afterwards (WCAG 2.2.1). A form
    that is kept (app/static/keep.js) says so, also when the browser has thrown its cookie away meanwhile."""
    signed_in_before = cookie_name(secure=request.app.state.settings.secure) in request.cookies
    had_session = signed_in_before or "x-vaka-keep" in request.headers
    partial = "hx-request" in request.headers
    if request.method != "POST" or not had_session or partial or not _wants_page(request):
        return await run_in_threadpool(show_error, request, trouble)
    form = await request.form(max_files=12, max_fields=400, max_part_size=2**20)
    kept = [(name, value) for name, value in form.multi_items() if isinstance(value, str) and "password" not in name]
    return await run_in_threadpool(page, request, "identity/sign_in.html", 401, kept=kept, kept_path=request.url.path,
                                   next="/")  # fmt: skip


def _whole_page_to_sign_in(request: Request) -> Response:
    """A part of a page asked and the session is over: the sign-in page takes the place of the whole, then back here."""
    here = urlsplit(request.headers.get("hx-current-url", "")).path or "/"
    return Response(status_code=401, headers={"hx-redirect": f"/sign-in?next={quote(here)}"})


def _with_query(request: Request) -> str:
    return f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path


def _domain(trouble: Exception) -> DomainError:
    match trouble:
        case DomainError():
            return trouble
        case RequestValidationError():
            return Invalid({"form": N_("This answer cannot be used.")})
        case HTTPException(status_code=404 | 405):
            return NotFound()
        case HTTPException(status_code=code):
            return _with_status(code)
        case StaleDataError() | IntegrityError():
            return Conflict(N_("Somebody else changed this at the same moment. Load the page again and look."))
        case OperationalError() | NoneFree():  # the second: every connection was taken for too long
            return Unavailable(N_("The database did not answer. Nothing was saved. Try again in a minute."))
    return _with_status(500)


def _with_status(code: int) -> DomainError:
    error = DomainError(N_("Nothing was saved. Try again, or call the number below."))
    error.status = code  # type: ignore[misc]
    return Forbidden() if code == 403 else error


def _wants_page(request: Request) -> bool:
    return not request.url.path.startswith("/api/")
