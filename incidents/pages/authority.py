"""The authority's pages of a case: the draft, its release, the page to copy from, and the record of the filing."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.errors import N_, Conflict, Invalid, NotFound
from core.files import store
from core.i18n import span, translate
from core.web import Now, Read, Tx, Typed, TypedForm, page, redirect, require
from incidents import notifying
from incidents.case_view import case_view
from incidents.countries_view import competence_view
from incidents.models import Incident
from incidents.notice_copy import copy_rows
from incidents.notice_mail_view import mail_way, present_mail
from incidents.notice_sealed import check_whole
from incidents.notice_view import NoticeView, latest_notice, notice_view, sendings, with_news
from incidents.notifying import Sent
from incidents.pages.notice_form import answers_typed
from incidents.pages.showing import again, moment
from incidents.queries import find, find_to_change
from incidents.readiness.view import way_in_of
from notifications.authorities import AUTHORITIES
from notifications.edpb.answers import Knowledge
from notifications.edpb.wording import STATE_LABELS
from notifications.notice_models import Notice

router = APIRouter(prefix="/incidents/{reference}/authority")
NEWS = "new"
Reader = Annotated[Actor, Depends(require(Operation.READ_NOTICE))]
Writer = Annotated[Actor, Depends(require(Operation.WRITE_NOTICE))]
Approver = Annotated[Actor, Depends(require(Operation.APPROVE_NOTICE))]
INSTEAD = {**STATE_LABELS, Knowledge.KNOWN: N_("It is answered above")}
Filer = Annotated[Actor, Depends(require(Operation.FILE_NOTICE))]


@router.get("")
def show(request: Request, reference: str, session: Read, now: Now, actor: Reader) -> Response:
    return _show(request, session, actor, find(session, actor, reference, Operation.READ_NOTICE), now)


@router.post("")
def begin(request: Request, reference: str, session: Tx, typed: Typed, now: Now, actor: Writer) -> Response:
    incident = find(session, actor, reference, Operation.WRITE_NOTICE)
    try:
        notifying.draft(session, actor, incident, typed.get("authority"), now)
    except (Invalid, Conflict) as wrong:
        return again(_show, request, session, actor, incident, now, typed, wrong)
    return redirect(f"{incident.path}/authority/edit")


@router.get("/edit")
def edit(request: Request, reference: str, session: Read, now: Now, actor: Writer, only: str = "") -> Response:
    incident = find(session, actor, reference, Operation.WRITE_NOTICE)
    return _edit(request, session, actor, incident, now, news=only == NEWS)


@router.post("/edit")
def save(request: Request, reference: str, session: Tx, typed: Typed, now: Now, actor: Writer) -> Response:
    incident = find(session, actor, reference, Operation.WRITE_NOTICE)
    notice = _notice(session, incident)
    try:
        answers = answers_typed(session, actor, typed)
        _require_version(notice, typed)
        notifying.save(session, actor, incident, notice, answers, now)
        if typed.get("then") == "release":
            session.flush()
            notifying.ask_release(session, actor, incident, notice, now)
    except (Invalid, Conflict) as wrong:
        return again(_edit, request, session, actor, incident, now, typed, wrong)
    further = "/edit" if typed.get("then") == "edit" else ""
    return redirect(f"{incident.path}/authority{further}")


@router.post("/release")
def release(request: Request, reference: str, session: Tx, typed: Typed, now: Now, actor: Approver) -> Response:
    incident = find(session, actor, reference, Operation.APPROVE_NOTICE)
    notice = _notice(session, incident)
    try:
        if typed.get("answer") == "back":
            notifying.give_back(session, actor, incident, notice, typed.get("comment")[:2000], now)
        else:
            check_whole(session, actor, incident, notice)
            notifying.release(session, actor, incident, notice, _number(typed.get("version")), now)
    except (Invalid, Conflict) as wrong:
        return again(_show, request, session, actor, incident, now, typed, wrong)
    return redirect(f"{incident.path}/authority")


@router.get("/copy")
def copy(request: Request, reference: str, session: Read, now: Now, actor: Reader, only: str = "") -> Response:
    incident = find(session, actor, reference, Operation.READ_NOTICE)
    lang = request.state.lang
    view = notice_view(session, actor, incident, now, lang)
    if view is None:
        raise NotFound()
    news = only == NEWS and view.phase > 1
    rows, beside = copy_rows(session, actor, incident, now, lang, only_news=news)
    return page(request, "authority/copy.html", case=case_view(session, actor, incident, now, lang), view=view,
                rows=rows, beside=beside, chips=_chips(view, news, lang))  # fmt: skip


@router.get("/file")
def ask_filing(request: Request, reference: str, session: Read, now: Now, actor: Filer) -> Response:
    return _filing(request, session, actor, find(session, actor, reference, Operation.FILE_NOTICE), now)


@router.post("/file")
def record_filing(request: Request, reference: str, session: Tx, typed: Typed, now: Now, actor: Filer) -> Response:
    incident = find_to_change(session, actor, reference, Operation.FILE_NOTICE)
    notice = _notice(session, incident)
    try:
        sent = _sent(session, actor, incident, typed, now)
        notifying.file_notice(session, actor, incident, notice, sent, now)
    except (Invalid, Conflict) as wrong:
        return again(_filing, request, session, actor, incident, now, typed, wrong)
    return redirect(f"{incident.path}/authority")


@router.post("/withdraw")
def withdraw(request: Request, reference: str, session: Tx, typed: Typed, now: Now, actor: Filer) -> Response:
    incident = find(session, actor, reference, Operation.FILE_NOTICE)
    try:
        notifying.withdraw(session, actor, incident, typed.get("reason")[:2000], now)
    except (Invalid, Conflict) as wrong:
        return again(_show, request, session, actor, incident, now, typed, wrong)
    return redirect(f"{incident.path}/authority")


def _show(
    request: Request, session: Session, actor: Actor, incident: Incident, now: datetime, status: int = 200,
    **context: Any,
) -> Response:  # fmt: skip
    lang, begun = request.state.lang, latest_notice(session, incident)
    competence = competence_view(session, incident, lang, begun.authority if begun else "")
    own = begun.authority if begun else competence.chosen
    return page(
        request,
        "authority/show.html",
        status,
        case=case_view(session, actor, incident, now, lang),
        view=notice_view(session, actor, incident, now, lang),
        sent=sendings(session, incident, lang),
        mail=present_mail(session, begun, now, lang),
        mail_way=mail_way(begun),
        track=incident.authority_track,
        authorities=[(code, card.title.in_(lang)) for code, card in AUTHORITIES.items()],
        own=own,
        way=way_in_of(session, incident, own, now, lang),
        competence=competence,
        differs=competence.differs(own),
        **context,
    )


def _edit(
    request: Request, session: Session, actor: Actor, incident: Incident, now: datetime, status: int = 200, *,
    news: bool = False, **context: Any,
) -> Response:  # fmt: skip
    lang = request.state.lang
    view = notice_view(session, actor, incident, now, lang)
    if view is None:
        raise NotFound()
    news = news and view.phase > 1
    view = with_news(view) if news else view
    states = [(code, translate(lang, word)) for code, word in INSTEAD.items()]
    labels = {item.code: item.label for section in view.sections for item in section.items}
    people = [(user.id, user.name) for user in notifying.who_can_know(session, incident)]
    return page(request, "authority/edit.html", status, case=case_view(session, actor, incident, now, lang), view=view,
                states=states, labels=labels, people=people, chips=_chips(view, news, lang), **context)  # fmt: skip


def _chips(view: NoticeView, news: bool, lang: str) -> list[dict[str, object]]:
    """The two ways to look at a supplement; a first notice has only one."""
    if view.phase == 1:
        return []
    return [
        {"label": translate(lang, N_("All questions")), "href": "?", "current": not news},
        {
            "label": translate(lang, N_("Only what is new")),
            "href": f"?only={NEWS}",
            "current": news,
            "count": view.news,
        },
    ]


def _filing(
    request: Request, session: Session, actor: Actor, incident: Incident, now: datetime, status: int = 200,
    **context: Any,
) -> Response:  # fmt: skip
    lang = request.state.lang
    view = notice_view(session, actor, incident, now, lang)
    if view is None:
        raise NotFound()
    late = notifying.late_by(incident, now) if view.phase == 1 else None
    return page(request, "authority/file.html", status, case=case_view(session, actor, incident, now, lang), view=view,
                mail=present_mail(session, latest_notice(session, incident), now, lang),
                late_by=span(late) if late else "", **context)  # fmt: skip


def _notice(session: Session, incident: Incident) -> Notice:
    notice = latest_notice(session, incident)
    if notice is None:
        raise NotFound()
    return notice


def _require_version(notice: Notice, typed: TypedForm) -> None:
    """Somebody else saved since this form was opened: their answers stay, and what was typed here is shown again."""
    if notice.version != _number(typed.get("version")):
        raise Conflict(N_("Somebody else saved this notice meanwhile. Compare with the notice below, then save again."))


def _sent(session: Session, actor: Actor, incident: Incident, typed: TypedForm, now: datetime) -> Sent:
    filed_at = moment(session, typed, "filed_at")
    if filed_at is None:
        raise Invalid({"filed_at": N_("Say on which day and at what time it was sent.")})
    channel = typed.get("channel")
    if channel not in {"portal", "email", "post"}:
        raise Invalid({"channel": N_("Choose one of the answers.")})
    receipt = None
    for upload in typed.files("receipt"):
        content = upload.file.read()
        receipt = store(session, incident.id, "receipt", upload.filename or "", content, actor.id, now)
    return Sent(filed_at, channel, typed.get("authority_reference").strip()[:200], typed.get("delay_reasons").strip(),
                receipt.id if receipt else None)  # fmt: skip


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else -1
