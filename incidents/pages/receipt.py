"""The receipt: the code once more, kept as the reporter likes. It is only ever shown as the answer to a post."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from core.access import Actor, Operation, Role
from core.errors import N_, Invalid
from core.i18n import absolute, clock_time, iso, translate
from core.organisation import organisation
from core.templating import render
from core.web import Now, Tx, Typed, page, redirect, require
from identity.people import holders
from incidents.alerts import excluded
from incidents.attachments import REPORT, files_of
from incidents.following import mail_code
from incidents.intake_mails import decide_by, read_by
from incidents.models import Incident
from incidents.pages.codes import open_report
from incidents.questions import RECEIVERS
from incidents.receipt import grouped, parse
from incidents.reported import reporter
from incidents.tips import TIPS

router = APIRouter()
Anyone = Annotated[Actor, Depends(require(Operation.FOLLOW_REPORT))]
READERS = (Role.MANAGER, Role.DEPUTY, Role.HEAD, Role.DPO)


@router.get("/receipt")
def no_code_in_addresses(_actor: Anyone) -> RedirectResponse:
    return redirect("/status")


@router.post("/receipt")
def again(request: Request, _actor: Anyone, session: Tx, typed: Typed, now: Now) -> HTMLResponse:
    incident = open_report(request, session, typed.get("code"), now)
    return show_receipt(request, session, incident, typed.get("code"))


@router.post("/receipt/file")
def as_file(request: Request, _actor: Anyone, session: Tx, typed: Typed, now: Now) -> Response:
    """The code as a text file, for who keeps it in the phone."""
    incident = open_report(request, session, typed.get("code"), now)
    company = organisation(session)
    text = render("report/code.txt", request.state.lang, company.zone, {
        "company": company, "incident": incident, "code": grouped(_code(typed.get("code"))),
        "address": f"{request.app.state.settings.base_url}/status",
    })  # fmt: skip
    name = f"vaka-{incident.reference}.txt"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type="text/plain; charset=utf-8", headers=headers)


@router.post("/receipt/mail")
def by_mail(request: Request, _actor: Anyone, session: Tx, typed: Typed, now: Now) -> HTMLResponse:
    incident = open_report(request, session, typed.get("code"), now)
    if not mail_code(session, incident, _code(typed.get("code")), now):
        raise Invalid({"code": N_("You gave no e-mail address.")})
    return show_receipt(request, session, incident, typed.get("code"), said=N_("The code is on its way to you."))


def show_receipt(
    request: Request,
    session: Session,
    incident: Incident,
    code: str,
    status: int = 200,
    /,
    *,
    again: bool = False,
    said: str = "",
    wrong: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """Calm first, then the code, then three things to do now, then what happens."""
    lang = request.state.lang
    return page(
        request,
        "report/receipt.html",
        status,
        wrong={name: translate(lang, sentence) for name, sentence in wrong.items()} if wrong else None,
        incident=incident,
        code=grouped(_code(code)),
        again=again,
        said=translate(lang, said) if said else "",
        reader=_reader(session, incident, lang),
        read_by=read_by(incident),
        tips=[(tip.do.in_(lang), tip.how.in_(lang)) for tip in TIPS[incident.kind].tip],
        plan=_plan(session, incident, lang),
        can_mail=bool(reporter(session, incident).email),
        files=files_of(session, incident, REPORT),
        plain=True,
        links_form="again",
        links_action="/receipt",
    )


def _code(typed: str) -> str:
    return parse(typed) or typed


def _reader(session: Session, incident: Incident, lang: str) -> str:
    """Who reads it, as a role: the first one that somebody holds who is not involved."""
    left_out = excluded(session, incident)
    for role in READERS:
        if holders(session, role, without=left_out):
            return translate(lang, RECEIVERS[role])
    return translate(lang, N_("The company"))


def _plan(session: Session, incident: Incident, lang: str) -> list[dict[str, str]]:
    zone = organisation(session).zone
    first, last = read_by(incident), decide_by(incident)
    by = N_("by {moment}")
    return [
        _entry(iso(first, zone), translate(lang, by, moment=clock_time(first, zone)), lang,
               N_("We read the report"), N_("If nobody answers, it goes on to the next person.")),
        _entry(iso(incident.reported_at, zone), translate(lang, N_("after that")), lang,
               N_("We ask if we need to know more"), N_("You see the questions when you write the code.")),
        _entry(iso(last, zone), translate(lang, by, moment=absolute(last, lang, zone)), lang,
               N_("We settle what must be reported to the authority"), N_("You can see here how it went.")),
    ]  # fmt: skip


def _entry(moment: str, shown: str, lang: str, title: str, text: str) -> dict[str, str]:
    return {"iso": moment, "time_text": shown, "title": translate(lang, title), "text": translate(lang, text)}
