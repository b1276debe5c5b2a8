"""The list of controls by rule, and the catalogue that they are adopted from."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from core.access import Actor, Operation
from core.i18n import translate
from core.organisation import organisation
from core.web import Now, Read, Tx, Typed, page, redirect, require
from risk import service
from risk.controls import list_view, offers
from risk.controls.asking import KINDS, counts, of_rule, page_of, read_asked, rules_of
from risk.controls.roll import Entry, roll
from risk.controls.shapes import TO_DO

router = APIRouter(prefix="/controls")
Reader = Annotated[Actor, Depends(require(Operation.LIST_CONTROLS))]
Adder = Annotated[Actor, Depends(require(Operation.ADD_CONTROL))]


@router.get("")
def index(
    request: Request, session: Read, actor: Reader, now: Now, show: str = "all", rule: str = "", after: str = ""
) -> Response:
    lang = request.state.lang
    every = roll(session, actor, now)
    asked = read_asked(every, show, rule)
    shown, following = page_of(every, asked, after)
    rows = list_view.rows(session, shown, now, lang)
    return page(
        request,
        "controls/index.html",
        groups=list_view.groups(rows, lang),
        counts=counts(every),
        kinds=[
            {
                "label": translate(lang, KINDS[kind]),
                "href": asked.href(show=kind),
                "count": count,
                "current": kind == asked.show,
            }
            for kind, count in counts(of_rule(every, asked.rule)).items()
        ],
        asked=asked,
        rules={code: list_view.rule_words(code, lang) for code in rules_of(every)},
        next_href=asked.href(after=following) if following else "",
        first_href=asked.href() if after else "",
        period=list_view.period(now, lang, organisation(session).zone),
        first=_first(shown),
        offered=len(offers.offered(session, lang)) if actor.may(Operation.ADD_CONTROL) else 0,
    )


@router.get("/catalogue")
def catalogue(request: Request, session: Read, _actor: Adder, adopted: str = "") -> Response:
    """What the company's rules ask for and nobody has adopted yet."""
    groups = offers.offers(session, request.state.lang)
    return page(request, "controls/catalogue.html", groups=groups, adopted=adopted)


@router.post("/adopt")
def adopt(typed: Typed, session: Tx, actor: Adder, now: Now) -> Response:
    """The whole catalogue, or the one card whose code is sent."""
    only = typed.get("code")
    service.adopt(session, now, actor, only)
    return redirect(f"/controls/catalogue?adopted={only}" if only else "/controls")


def _first(entries: Sequence[Entry]) -> str:
    """The control that is most urgent for this reader gets the page's one filled button."""
    waiting = [entry for entry in entries if entry.may_check and entry.status in TO_DO]
    return min(waiting, key=lambda entry: (not entry.mine, entry.due_at)).code if waiting else ""
