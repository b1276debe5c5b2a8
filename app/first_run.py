"""The first start: nothing is asked in the terminal; a page on this machine, with a token, makes the company's row.

Whoever holds the token becomes the first administrator, so the page answers on loopback only, to requests that no
proxy has passed on, and never again once the row is there.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from app.company import CompanyForm, RelayForm, keep_relay
from app.errors import show_error
from core.access import SYSTEM, Role
from core.audit import record
from core.db import Database, new_id
from core.errors import N_, Unavailable
from core.organisation import Organisation, is_set_up
from core.settings import Settings, write_secret
from core.web import redirect
from identity import invitations, passwords
from identity.forms import Address, InvitationForm, Line
from identity.models import User, UserRole

NOT_YET = N_("Vaka is not set up yet. Whoever runs it opens the address shown in the terminal, on that machine.")
OPEN_BEFORE = ("/set-up", "/static/", "/health/", "/metrics", "/favicon.ico")
LETTERS = "abcdefghjkmnpqrstvwxyz23456789"  # none that are mixed up when read aloud


class SetUpForm(CompanyForm):
    """The company and the two people that the policy names; `oneself` says who sits here."""

    manager_name: Line
    manager_email: Address
    head_name: Line
    head_email: Address
    oneself: Literal["manager", "head"]


@dataclass(frozen=True)
class Ready:
    """What the last page shows: who sits here, and the links for the others."""

    user: User
    links: list[tuple[User, str]]
    company: Organisation


def set_up(session: Session, form: SetUpForm, relay: RelayForm, password: str, now: datetime) -> Ready:
    """Write the company and its first people; the one who sits here becomes administrator too.

    Raises:
        Invalid: the password is not good enough, or the relay's address cannot be used.
    """
    own_name, own_email = getattr(form, f"{form.oneself}_name"), getattr(form, f"{form.oneself}_email")
    passwords.require_good(password, own_email, own_name)
    company = Organisation(id=1, intake_code=intake_code(), **form.model_dump(include=set(CompanyForm.model_fields)))
    session.add(company)
    keep_relay(session, company, relay)
    roles = _roles(form)
    user = _first(session, own_name, own_email, roles.pop(own_email), form.language, password, now)
    record(session, SYSTEM, "settings:set_up", "settings", now, facts={"authority": company.authority})
    links = []
    for email, held in roles.items():
        name = form.manager_name if email == form.manager_email else form.head_name
        invitation = InvitationForm(name=name, email=email, roles=sorted(held), language=form.language)
        links.append(invitations.invite(session, user.actor, invitation, now))
    return Ready(user, links, company)


def _roles(form: SetUpForm) -> dict[str, set[Role]]:
    """Who holds what; in a small company the head is the manager too."""
    roles: dict[str, set[Role]] = {form.manager_email: {Role.MANAGER}}
    roles.setdefault(form.head_email, set()).add(Role.HEAD)
    roles[form.manager_email if form.oneself == "manager" else form.head_email].add(Role.ADMIN)
    return roles


def _first(
    session: Session, name: str, email: str, roles: set[Role], language: str, password: str, now: datetime
) -> User:
    user = User(id=new_id(), name=name, email=email, language=language, created_at=now, joined_at=now)
    user.password_hash = passwords.hashed(password)
    user.held_roles = [UserRole(role=role) for role in sorted(roles)]
    session.add(user)
    session.flush()
    return user


def intake_code() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(8))


def token_file(settings: Settings) -> Path:
    return settings.var_dir / "set-up.token"


def token(settings: Settings) -> str:
    """The token that the terminal shows; made once, readable by its owner only."""
    path = token_file(settings)
    if not path.exists():
        write_secret(path, secrets.token_urlsafe(18))
    return path.read_text().strip()


def is_token(settings: Settings, given: str) -> bool:
    return hmac.compare_digest(given.encode(), token(settings).encode())


def invitation_line(settings: Settings, database: Database) -> str:
    """What `vaka serve` prints before there is a company; nothing afterwards."""
    with database.reading() as session:
        if is_set_up(session):
            return ""
    return f"Open {settings.base_url}/set-up?token={token(settings)} in a browser on this machine."


def from_this_machine(request: Request) -> bool:
    """Loopback, under a loopback name, and not handed on by a proxy that runs here."""
    passed_on = {"x-forwarded-for", "x-forwarded-host", "forwarded", "x-real-ip", "via"} & set(request.headers.keys())
    name = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    return not passed_on and _loopback(request.client.host if request.client else "") and _loopback(name)


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


class SetUpFirst:
    """Pure ASGI: before there is a company every page leads to the set-up."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(OPEN_BEFORE) or scope["app"].state.is_set_up:
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        request.app.state.is_set_up = await run_in_threadpool(_is_ready, request)
        if request.app.state.is_set_up:
            await self.app(scope, receive, send)
        elif from_this_machine(request) and not scope["path"].startswith("/api/"):
            await redirect("/set-up")(scope, receive, send)
        else:
            answer = await run_in_threadpool(show_error, request, Unavailable(NOT_YET))
            await answer(scope, receive, send)


def _is_ready(request: Request) -> bool:
    with request.app.state.database.reading() as session:
        ready = is_set_up(session)
    if ready:
        token_file(request.app.state.settings).unlink(missing_ok=True)
    return ready
