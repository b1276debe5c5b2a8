"""The report form at `/r/{intake_code}`: four short pages and a check page, for anybody, with or without scripts."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy.orm import Session

from core.access import Actor, Operation, Role
from core.db import refuse
from core.errors import N_, Invalid, Throttled
from core.i18n import translate
from core.organisation import organisation
from core.web import Now, Read, Tx, Typed, TypedForm, page, redirect, require
from identity import throttle
from identity.middleware import address_of
from identity.people import holders
from incidents import questions
from incidents.intake import has_come, report
from incidents.pages.answers import answer_rows, choices
from incidents.pages.receipt import show_receipt
from incidents.report_steps import REPORT, doubtful, whole
from incidents.steps import Step, client_key

router = APIRouter()
Anyone = Annotated[Actor, Depends(require(Operation.REPORT))]
SignedIn = Annotated[Actor, Depends(require(Operation.LIST_OWN_REPORTS))]
VERSION = "1"
UNVERIFIED = "unverified_link"
AGAIN = N_("One thing more: press Send once again.")
NEW_REPORTS = throttle.Limit(tries=45, free=45)  # in a quarter of an hour: a whole office can stand behind one address
TOO_MANY = N_(
    "Many reports have come from here in a short time. "
    "Wait a few minutes and press Send again, or call the number above."
)


@router.get("/report")
def my_intake(_actor: SignedIn, session: Read) -> RedirectResponse:
    """Staff need not know the company's link by heart."""
    return redirect(f"/r/{organisation(session).intake_code}")


@router.get("/r/{intake_code}")
def begin(request: Request, _actor: Anyone, session: Read, intake_code: str, now: Now) -> HTMLResponse:
    blank = TypedForm({"client_uuid": client_key(), "form_version": VERSION})
    return ask_page(request, session, intake_code, Step(1), blank, now)


@router.post("/r/{intake_code}")
def go_on(request: Request, _actor: Anyone, session: Read, intake_code: str, typed: Typed, now: Now) -> HTMLResponse:
    typed = typed.changed(client_uuid=client_key(typed.get("client_uuid")))
    company = organisation(session)
    removed = translate(request.state.lang, N_("[removed]"))
    return ask_page(request, session, intake_code, REPORT.step(typed, now, company.zone, removed), typed, now)


@router.get("/r/{intake_code}/send")
def sent_before(_actor: Anyone, intake_code: str) -> RedirectResponse:
    return redirect(f"/r/{intake_code}")


@router.post("/r/{intake_code}/send")
def send(request: Request, actor: Anyone, session: Tx, intake_code: str, typed: Typed, now: Now) -> HTMLResponse:
    """Answered directly with the receipt, since its code must never stand in an address; a retry shows the same."""
    typed = typed.changed(client_uuid=client_key(typed.get("client_uuid")))
    company = organisation(session)
    if typed.get("website"):  # a field nobody sees; never lose a report to a browser that filled it in
        return ask_page(request, session, intake_code, Step(REPORT.last, {"": AGAIN}, {"website": ""}), typed, now)
    try:
        form = whole(typed, now, company.zone)
        if isinstance(form, Step):
            return ask_page(request, session, intake_code, form, typed, now)
        source = "form" if intake_code == company.intake_code else UNVERIFIED
        if not has_come(session, form):
            throttle.take(session, {f"report:{address_of(request)}": NEW_REPORTS}, now)
        receipt = report(session, actor, form, now, language=request.state.lang, source=source)
    except Invalid as wrong:
        refuse(session)
        return ask_page(request, session, intake_code, Step(REPORT.last, wrong.fields, params=wrong.params), typed, now)
    except Throttled:
        refuse(session)
        return ask_page(request, session, intake_code, Step(REPORT.last, {"": TOO_MANY}), typed, now, status=429)
    return show_receipt(request, session, receipt.incident, receipt.code, 200 if receipt.again else 201,
                        again=receipt.again)  # fmt: skip


def ask_page(
    request: Request, session: Session, intake_code: str, to: Step, typed: TypedForm, now: datetime, status: int = 422
) -> HTMLResponse:
    """A page of the form as it was typed so far."""
    lang = request.state.lang
    typed = typed.changed(**to.changed, **({"checked": "yes"} if to.page == REPORT.last else {}))
    company = organisation(session)
    action = f"/r/{intake_code}"
    doubts = doubtful(typed, now, company.zone)
    return page(
        request,
        "report/numbers.html" if to.numbers else "report/check.html" if to.page == REPORT.last else "report/ask.html",
        status if to.wrong else 200,
        typed=typed,
        wrong={name: translate(lang, sentence, **to.params) for name, sentence in to.wrong.items()} or None,
        numbers=to.numbers,
        number=to.page,
        pages=len(REPORT.pages),
        carried=REPORT.carried(REPORT.last if to.numbers else to.page),
        action=action,
        brand_href=action,
        verified=intake_code == company.intake_code,
        questions=questions,
        choices=choices(lang),
        receivers=_receivers(session, lang),
        doubts=doubts,
        rows=answer_rows(typed, lang, doubts, company.zone) if to.page == REPORT.last else [],
        plain=True,
        links_form="report",
        links_action=action,
    )


def _receivers(session: Session, lang: str) -> list[tuple[str, str]]:
    """The roles somebody holds here; words, never names, because anybody can open this page."""
    return [(role, translate(lang, word)) for role, word in questions.RECEIVERS.items() if holders(session, Role(role))]
