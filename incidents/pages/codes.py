"""From a code to its report, slowed for who guesses; and the cookie that keeps a reporter in without the code in it."""

from datetime import datetime
from typing import TypeVar

from fastapi import Request, Response
from sqlalchemy.orm import Session

from core.db import whatever_happens
from core.errors import N_, Invalid
from core.settings import Settings
from identity.throttle import Limit, check, client_address, note
from incidents.following import by_code, code_in, ticket
from incidents.models import Incident

Answer = TypeVar("Answer", bound=Response)
GUESSES = Limit(tries=20, free=5)
WRONG_CODE = N_("No report has this code. Look at it once more, or call us.")


class WrongCode(Invalid):
    """The same sentence for a code that never was, is mistyped, or is erased."""

    def __init__(self) -> None:
        super().__init__({"code": WRONG_CODE})


def open_report(request: Request, session: Session, typed: str, now: datetime) -> Incident:
    """The report of a code.

    Raises:
        WrongCode: there is none.
        Throttled: too many wrong codes have come from this address.
    """
    key = f"receipt:{_address(request)}"
    check(session, key, now, GUESSES)
    incident = by_code(session, typed)
    if incident is None:
        whatever_happens(session, lambda later: note(later, key, now))
        raise WrongCode
    return incident


def stay(request: Request, answer: Answer, code: str, now: datetime) -> Answer:
    """Give the browser a sealed ticket in place of the code, for an hour from now."""
    settings: Settings = request.app.state.settings
    answer.set_cookie(
        cookie_name(settings),
        ticket(request.app.state.database.keyring, code, now),
        httponly=True,
        secure=settings.secure,
        samesite="strict",
        path="/",
    )
    return answer


def leave(request: Request, answer: Answer) -> Answer:
    settings: Settings = request.app.state.settings
    answer.delete_cookie(cookie_name(settings), httponly=True, secure=settings.secure, samesite="strict", path="/")
    return answer


def report_in_hand(request: Request, session: Session, now: datetime) -> tuple[Incident, str] | None:
    """The report this browser follows and its code; None when the code must be written again."""
    sealed = request.cookies.get(cookie_name(request.app.state.settings), "")
    code = code_in(request.app.state.database.keyring, sealed, now) if sealed else None
    incident = by_code(session, code) if code else None
    return (incident, code) if incident and code else None


def cookie_name(settings: Settings) -> str:
    return "__Host-vaka-status" if settings.secure else "vaka-status"


def _address(request: Request) -> str:
    peer = request.client.host if request.client else ""
    return client_address(peer, request.headers.get("x-forwarded-for", ""), request.app.state.settings.trusted_proxies)
