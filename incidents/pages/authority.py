"""The pages of a notice: the draft, its release, the page to copy from, and the record of the filing. They are the same
for the supervisory authority and for each of the others who are told of the case."""

from datetime import datetime
from functools import partial
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
from incidents.bundle_view import bundle_view, joined_view, lateness
from incidents.case_view import case_view
from incidents.countries_view import competence_view
from incidents.models import Incident
from incidents.notice_copy import copy_rows
from incidents.notice_mail_view import mail_way, present_mail
from incidents.notice_sealed import check_whole
from incidents.notice_view import NoticeView, latest_notice, notice_view, sendings, with_news
from incidents.notifying import Sent
from incidents.notifying.addressee import Addressee
from incidents.notifying.same_text import release_together
from incidents.notifying.to_other import TheOther
from incidents.notifying.whom import addressee
from incidents.others_view import alike_view, other_rows, other_view
from incidents.pages.notice_form import answers_typed
from incidents.pages.showing import again, moment
from incidents.pages.whom import AUTHORITY, ONE_OTHER, Whom
from incidents.queries import find, find_to_change
from incidents.readiness.view import way_in_of
from notifications.authorities import choices, other_names
from notifications.edpb.answers import Knowledge
from notifications.edpb.wording import STATE_LABELS
from notifications.notice_models import Notice

router = APIRouter()
NEWS = "new"
Reader = Annotated[Actor, Depends(require(Operation.READ_NOTICE))]
Writer = Annotated[Actor, Depends(require(Operation.WRITE_NOTICE))]
Approver = Annotated[Actor, Depends(require(Operation.APPROVE_NOTICE))]
INSTEAD = {**STATE_LABELS, Knowledge.KNOWN: N_("It is answered above")}
Filer = Annotated[Actor, Depends(require(Operation.FILE_NOTICE))]
WAYS = frozenset({"portal", "email", "post", "phone"})  # no authority takes a notice by phone


@router.get(AUTHORITY)
@router.get(ONE_OTHER)
def show(request: Request, reference: str, whom: Whom, session: Read, now: Now, actor: Reader) -> Response:
    to = addressee(session, find(session, actor, reference, Operation.READ_NOTICE), whom)
    return show_notice(to, request, session, actor, to.incident, now)


@router.post(AUTHORITY)
@router.post(ONE_OTHER)
def begin(request: Request, reference: str, whom: Whom, session: Tx, typed: Typed, now: Now, actor: Writer) -> Response:
    to = addressee(session, find_to_change(session, actor, reference, Operation.WRITE_NOTICE), whom)
    try:
        if isinstance(to, TheOther):
            notifying.begin(session, actor, to, now, to.duty_of(typed.get("duty")))
        else:
            notifying.draft(session, actor, to.incident, typed.get("authority"), now)
    except (Invalid, Conflict) as wrong:
        return again(partial(show_notice, to), request, session, actor, to.incident, now, typed, wrong)
    return redirect(f"{to.incident.path}{to.path}/edit")


@router.get(f"{AUTHORITY}/edit")
@router.get(f"{ONE_OTHER}/edit")
def edit(
    request: Request, reference: str, whom: Whom, session: Read, now: Now, actor: Writer, only: str = ""
) -> Response:
    to = addressee(session, find(session, actor, reference, Operation.WRITE_NOTICE), whom)
    return _edit(to, request, session, actor, to.incident, now, news=only == NEWS)


@router.post(f"{AUTHORITY}/edit")
@router.post(f"{ONE_OTHER}/edit")
def save(request: Request, reference: str, whom: Whom, session: Tx, typed: Typed, now: Now, actor: Writer) -> Response:
    to = addressee(session, find_to_change(session, actor, reference, Operation.WRITE_NOTICE), whom)
    incident, notice = to.incident, _notice(to)
    try:
        answers = answers_typed(session, actor, typed, notice.card)
        _require_version(notice, typed)
        notifying.save(session, actor, incident, notice, answers, now)
        if typed.get("then") == "release":
            session.flush()
            notifying.ask_release(session, actor, incident, notice, now)
    except (Invalid, Conflict) as wrong:
        return again(partial(_edit, to), request, session, actor, incident, now, typed, wrong)
    further = "/edit" if typed.get("then") == "edit" else ""
    return redirect(f"{incident.path}{to.path}{further}")


@router.post(f"{AUTHORITY}/release")
@router.post(f"{ONE_OTHER}/release")
def release(
    request: Request, reference: str, whom: Whom, session: Tx, typed: Typed, now: Now, actor: Approver
) -> Response:
    to = addressee(session, find_to_change(session, actor, reference, Operation.APPROVE_NOTICE), whom)
    incident, notice = to.incident, _notice(to)
    try:
        if typed.get("answer") == "back":
            notifying.give_back(session, actor, incident, notice, typed.get("comment")[:2000], now)
        else:
            check_whole(session, actor, incident, notice)
            version, also = _number(typed.get("version")), _read_too(typed)
            release_together(session, actor, to, notice, version, also, now)
    except (Invalid, Conflict) as wrong:
        return again(partial(show_notice, to), request, session, actor, incident, now, typed, wrong)
    return redirect(f"{incident.path}{to.path}")


@router.get(f"{AUTHORITY}/copy")
@router.get(f"{ONE_OTHER}/copy")
def copy(
    request: Request, reference: str, whom: Whom, session: Read, now: Now, actor: Reader, only: str = ""
) -> Response:
    incident = find(session, actor, reference, Operation.READ_NOTICE)
    lang = request.state.lang
    to = addressee(session, incident, whom)
    view = notice_view(session, actor, incident, now, lang, to)
    if view is None:
        raise NotFound()
    news = only == NEWS and view.phase > 1
    rows, beside = copy_rows(session, actor, to, now, lang, only_news=news)
    return page(request, "authority/copy.html", case=case_view(session, actor, incident, now, lang), view=view,
                rows=rows, beside=beside, chips=_chips(view, news, lang))  # fmt: skip


@router.get(f"{AUTHORITY}/file")
@router.get(f"{ONE_OTHER}/file")
def ask_filing(request: Request, reference: str, whom: Whom, session: Read, now: Now, actor: Filer) -> Response:
    to = addressee(session, find(session, actor, reference, Operation.FILE_NOTICE), whom)
    return _filing(to, request, session, actor, to.incident, now)


@router.post(f"{AUTHORITY}/file")
@router.post(f"{ONE_OTHER}/file")
def record_filing(
    request: Request, reference: str, whom: Whom, session: Tx, typed: Typed, now: Now, actor: Filer
) -> Response:
    to = addressee(session, find_to_change(session, actor, reference, Operation.FILE_NOTICE), whom)
    incident, notice = to.incident, _notice(to)
    try:
        sent = _sent(session, actor, to, typed, now)
        notifying.file_notice(session, actor, incident, notice, sent, now)
    except (Invalid, Conflict) as wrong:
        return again(partial(_filing, to), request, session, actor, incident, now, typed, wrong)
    return redirect(f"{incident.path}{to.path}")


@router.post(f"{AUTHORITY}/withdraw")
@router.post(f"{ONE_OTHER}/withdraw")
def withdraw(
    request: Request, reference: str, whom: Whom, session: Tx, typed: Typed, now: Now, actor: Filer
) -> Response:
    to = addressee(session, find_to_change(session, actor, reference, Operation.FILE_NOTICE), whom)
    try:
        notifying.withdraw(session, actor, to.incident, typed.get("reason")[:2000], now, to)
    except (Invalid, Conflict) as wrong:
        return again(partial(show_notice, to), request, session, actor, to.incident, now, typed, wrong)
    return redirect(f"{to.incident.path}{to.path}")


def show_notice(
    to: Addressee, request: Request, session: Session, actor: Actor, incident: Incident, now: datetime,
    status: int = 200, **context: Any,
) -> Response:  # fmt: skip
    """Where telling one recipient stands."""
    lang = request.state.lang
    view = notice_view(session, actor, incident, now, lang, to)
    shared = {
        "case": case_view(session, actor, incident, now, lang),
        "view": view,
        "sent": sendings(session, incident, lang, to),
        "track": to.track,
    }
    if isinstance(to, TheOther):
        return page(
            request, "others/show.html", status, **shared, other=other_view(session, to, now, lang),
            alike=alike_view(to, lang) if view else None, differs=False, mail=None, mail_way=None, joined=None,
            bundle=None, **context,
        )  # fmt: skip
    begun = latest_notice(session, incident)
    competence = competence_view(session, incident, lang, begun.authority if begun else "")
    own = begun.authority if begun else competence.chosen
    return page(
        request, "authority/show.html", status, **shared, own=own,
        mail=present_mail(session, begun, now, lang),
        mail_way=mail_way(begun),
        authorities=choices(lang),
        other_names=other_names(lang),
        way=way_in_of(session, incident, own, now, lang),
        competence=competence,
        differs=competence.differs(own),
        others=other_rows(session, incident, now, lang),
        bundle=bundle_view(session, actor, incident, now, lang),
        joined=joined_view(session, actor, incident),
        **context,
    )  # fmt: skip


def _edit(
    to: Addressee, request: Request, session: Session, actor: Actor, incident: Incident, now: datetime,
    status: int = 200, *, news: bool = False, **context: Any,
) -> Response:  # fmt: skip
    lang = request.state.lang
    view = notice_view(session, actor, incident, now, lang, to)
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
    to: Addressee, request: Request, session: Session, actor: Actor, incident: Incident, now: datetime,
    status: int = 200, **context: Any,
) -> Response:  # fmt: skip
    lang = request.state.lang
    view = notice_view(session, actor, incident, now, lang, to)
    if view is None:
        raise NotFound()
    late = to.late_by(_notice(to), now)
    others = [] if to.id else [one for one in lateness(session, actor, incident, now) if one[0] != incident.reference]
    return page(request, "authority/file.html", status, case=case_view(session, actor, incident, now, lang), view=view,
                mail=present_mail(session, _notice(to), now, lang),
                late_by=span(late) if late else "", late_others=others, **context)  # fmt: skip


def _notice(to: Addressee) -> Notice:
    notice = latest_notice(to.session, to.incident, to.id)
    if notice is None:
        raise NotFound()
    return notice


def _require_version(notice: Notice, typed: TypedForm) -> None:
    """Somebody else saved since this form was opened: their answers stay, and what was typed here is shown again."""
    if notice.version != _number(typed.get("version")):
        raise Conflict(N_("Somebody else saved this notice meanwhile. Compare with the notice below, then save again."))


def _sent(session: Session, actor: Actor, to: Addressee, typed: TypedForm, now: datetime) -> Sent:
    filed_at = moment(session, typed, "filed_at")
    if filed_at is None:
        raise Invalid({"filed_at": N_("Say on which day and at what time it was sent.")})
    channel = typed.get("channel")
    if channel not in (WAYS if to.id else WAYS - {"phone"}):
        raise Invalid({"channel": N_("Choose one of the answers.")})
    receipt = None
    for upload in typed.files("receipt"):
        content = upload.file.read()
        receipt = store(session, to.incident.id, "receipt", upload.filename or "", content, actor.id, now)
    return Sent(filed_at, channel, typed.get("authority_reference").strip()[:200], typed.get("delay_reasons").strip(),
                receipt.id if receipt else None)  # fmt: skip


def _read_too(typed: TypedForm) -> list[tuple[str, int]]:
    """Further notices with the same text, as this person has read them: "id:version"."""
    read = (one.partition(":") for one in typed.all("also"))
    return [(notice_id, _number(version)) for notice_id, _, version in read]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else -1
