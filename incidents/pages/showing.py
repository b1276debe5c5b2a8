"""What every page of a case shares: the header, the reader's language, and times as people type them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.orm import Session

from core.access import Actor, Role
from core.audit import record
from core.audit.entries import Fact
from core.db import refuse
from core.errors import N_, DomainError, Invalid
from core.i18n import translate
from core.organisation import organisation
from core.web import TypedForm, page, said
from incidents.case_view import case_view
from incidents.local_time import asked_which
from incidents.models import Incident

Page = Callable[..., Response]  # of request, session, actor, incident, now, status, and what the template shows


def show(
    request: Request,
    session: Session,
    actor: Actor,
    incident: Incident,
    now: datetime,
    template: str,
    status: int = 200,
    /,
    tab: str = "",
    **context: Any,
) -> HTMLResponse:
    """A page inside the frame of its case."""
    view = case_view(session, actor, incident, now, request.state.lang, tab)
    return page(request, f"case/{template}", status, case=view, incident=incident, **context)


def show_again(
    request: Request, session: Session, actor: Actor, incident: Incident, now: datetime, template: str,
    typed: TypedForm, wrong: DomainError,
) -> HTMLResponse:  # fmt: skip
    """The same page with what was typed and what is wrong; nothing is done."""
    refuse(session)
    faults = said(wrong, request.state.lang)
    return show(request, session, actor, incident, now, template, wrong.status, typed=typed, wrong=faults)


def again(
    page: Page, request: Request, session: Session, actor: Actor, incident: Incident, now: datetime,
    typed: TypedForm, wrong: DomainError,
) -> Response:  # fmt: skip
    """The same for a page that is put together by a function of its own."""
    refuse(session)
    faults = said(wrong, request.state.lang)
    return page(request, session, actor, incident, now, wrong.status, typed=typed, wrong=faults)


def note_the_auditor(
    request: Request, actor: Actor, incident: Incident, action: str, now: datetime, **facts: Fact
) -> None:
    """An auditor reads everything, and the reading is on record: here where more is to be said of it than the address
    says, which app/auditing.py writes down."""
    if Role.AUDITOR in actor.roles:
        with request.app.state.database.transaction() as session:
            record(session, actor, action, incident.reference, now, case=incident.id, facts=facts)
        request.state.noted = True


def sentences(request: Request, wrong: Invalid) -> dict[str, str]:
    """The faults of a form in the reader's language."""
    return in_words(request, wrong.fields, wrong.params)


def in_words(request: Request, fields: Mapping[str, str], params: Mapping[str, object]) -> dict[str, str]:
    return {field: translate(request.state.lang, text, **params) for field, text in fields.items()}


def moment(session: Session, typed: TypedForm, name: str) -> datetime | None:
    """The moment of the two fields `{name}_date` and `{name}_time`; None when both are blank.

    Raises:
        Invalid: only half of it, no such local time, or one that occurs twice while nobody has been asked which.
    """
    day, time = typed.get(f"{name}_date").strip(), typed.get(f"{name}_time").strip()
    if not day and not time:
        return None
    if not day or not time:
        raise Invalid({name: N_("Write both the date and the time; roughly is enough.")})
    later = typed.get(f"{name}_later") == "yes" if f"{name}_asked" in typed else None
    return asked_which(f"{day} {time}", organisation(session).zone, name, later)


def required_moment(session: Session, typed: TypedForm, name: str) -> datetime:
    """The same where an answer is needed.

    Raises:
        Invalid: blank, only half of it, or no such local time.
    """
    found = moment(session, typed, name)
    if found is None:
        raise Invalid({name: N_("Write the date and the time.")})
    return found


def local(session: Session, at: datetime | None) -> tuple[str, str, bool]:
    """A moment as its fields show it: date and time where the company is, and whether the later of two is meant."""
    if at is None:
        return "", "", False
    there = at.astimezone(ZoneInfo(organisation(session).zone))
    return f"{there:%Y-%m-%d}", f"{there:%H:%M}", bool(there.fold)
