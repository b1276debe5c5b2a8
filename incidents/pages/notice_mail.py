"""A released notice by e-mail: the page where a person confirms it, and where a person settles a doubt."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.errors import N_, Conflict, Forbidden, Invalid, NotFound
from core.web import Now, Read, Tx, Typed, TypedForm, page, redirect, require
from incidents import notifying
from incidents.case_view import case_view
from incidents.models import Incident
from incidents.notice_mail_view import mail_views, offer, to_show
from incidents.notice_sealed import check_whole
from incidents.notice_view import latest_notice, notice_view
from incidents.notifying import Confirmed
from incidents.notifying.whom import addressee
from incidents.pages.showing import again, local, moment
from incidents.queries import find, find_to_change
from notifications.notice_models import Notice

router = APIRouter(prefix="/incidents/{reference}/authority/mail")
Filer = Annotated[Actor, Depends(require(Operation.FILE_NOTICE))]
LONGEST = 2000


@router.get("")
def ask(request: Request, reference: str, session: Read, now: Now, actor: Filer) -> Response:
    return _page(request, session, actor, find(session, actor, reference, Operation.FILE_NOTICE), now)


@router.post("")
def send(request: Request, reference: str, session: Tx, typed: Typed, now: Now, actor: Filer) -> Response:
    incident = find_to_change(session, actor, reference, Operation.FILE_NOTICE)
    notice = _notice(session, incident)
    try:
        check_whole(session, actor, incident, notice)
        notifying.send(session, actor, incident, notice, _confirmed(typed), request.app.state.settings, now)
    except (Invalid, Conflict, Forbidden) as wrong:
        return again(_page, request, session, actor, incident, now, typed, wrong)
    return redirect(f"{incident.path}/authority/mail")


@router.post("/stop")
def stop(request: Request, reference: str, session: Tx, typed: Typed, now: Now, actor: Filer) -> Response:
    incident = find_to_change(session, actor, reference, Operation.FILE_NOTICE)
    try:
        notifying.stop(session, actor, incident, _notice(session, incident), now)
    except Conflict as wrong:
        return again(_page, request, session, actor, incident, now, typed, wrong)
    return redirect(f"{incident.path}/authority")


@router.post("/arrived")
def arrived(request: Request, reference: str, session: Tx, typed: Typed, now: Now, actor: Filer) -> Response:
    """Somebody knows that it arrived. The clock stops at that moment."""
    incident = find_to_change(session, actor, reference, Operation.FILE_NOTICE)
    try:
        at = moment(session, typed, "arrived_at")
        if at is None:
            raise Invalid({"arrived_at": N_("Say on which day and at what time it arrived.")})
        notifying.arrived(session, actor, incident, _notice(session, incident), at, typed.get("how")[:LONGEST],
                          typed.get("delay_reasons")[:LONGEST], now)  # fmt: skip
    except (Invalid, Conflict) as wrong:
        return again(_page, request, session, actor, incident, now, typed, wrong)
    return redirect(f"{incident.path}/authority")


@router.post("/again")
def send_again(request: Request, reference: str, session: Tx, typed: Typed, now: Now, actor: Filer) -> Response:
    incident = find_to_change(session, actor, reference, Operation.FILE_NOTICE)
    try:
        notifying.send_again(session, actor, incident, _notice(session, incident), typed.get("reason")[:LONGEST],
                             typed.get("password"), request.app.state.settings, now)  # fmt: skip
    except (Invalid, Conflict) as wrong:
        return again(_page, request, session, actor, incident, now, typed, wrong)
    return redirect(f"{incident.path}/authority/mail")


def _page(
    request: Request, session: Session, actor: Actor, incident: Incident, now: datetime, status: int = 200,
    **context: Any,
) -> Response:  # fmt: skip
    lang, notice = request.state.lang, _notice(session, incident)
    to = addressee(session, incident, "")
    mails = mail_views(session, notice, now, lang)
    mail = to_show(mails)
    under_way = mail is not None and mail.open
    day, time, _ = local(session, mail.handed_over_at if mail else None)
    return page(
        request, "authority/mail.html", status,
        case=case_view(session, actor, incident, now, lang),
        view=notice_view(session, actor, incident, now, lang, to),
        offer=None if under_way else offer(session, actor, incident, notice, request.app.state.settings, now),
        mail=mail,
        earlier=mails[1:] if mail else mails,
        late=to.late_by(notice, now) is not None,
        day=day, time=time,
        **context,
    )  # fmt: skip


def _notice(session: Session, incident: Incident) -> Notice:
    notice = latest_notice(session, incident)
    if notice is None:
        raise NotFound()
    return notice


def _confirmed(typed: TypedForm) -> Confirmed:
    version = typed.get("version")
    return Confirmed(
        version=int(version) if version.isascii() and version.isdigit() else -1,
        password=typed.get("password"),
        unencrypted=typed.get("unencrypted") == "yes",
        address_checked=typed.get("address_checked") == "yes",
        instead=typed.get("instead")[:LONGEST],
        delay_reasons=typed.get("delay_reasons")[:LONGEST],
    )
