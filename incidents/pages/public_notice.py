"""`/notice/{reference}`: the letter's public copy, in the language of its reader. It opens to its own words; all else
looks alike.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from core.access import Actor, Operation
from core.db import refuse
from core.errors import Invalid
from core.i18n import negotiate
from core.web import Now, Tx, Typed, page, require
from identity.throttle import client_address
from incidents.informing.public_notice import read_notice
from notifications.letters.languages import LANGUAGES, read_by
from notifications.letters.letter import laid_out

router = APIRouter(prefix="/notice/{reference}")
Anyone = Annotated[Actor, Depends(require(Operation.READ_PUBLIC_NOTICE))]


@router.get("")
def ask(request: Request, reference: str, _actor: Anyone) -> Response:
    """Asks for the words, whether or not there is such a letter."""
    return _page(request, reference, _language(request))


@router.post("")
def show(request: Request, reference: str, session: Tx, typed: Typed, now: Now, _actor: Anyone) -> Response:
    lang = _language(request, typed.get("in"))
    try:
        found = read_notice(session, reference, typed.get("words"), _address(request), lang, now)
    except Invalid:
        refuse(session)
        return _page(request, reference, lang, 422, typed=typed, wrong={"words": LANGUAGES[lang].page.wrong})
    return _page(request, reference.upper(), found.lang, letter=found.subject,
                 sections=laid_out(found.text, found.lang))  # fmt: skip


def _language(request: Request, chosen: str = "") -> str:
    """As chosen on this page, else as our own pages were asked for, else the first of the browser that we write."""
    chosen = chosen or request.query_params.get("in", "")
    if chosen in LANGUAGES:
        return chosen
    own: str = request.state.lang
    if "lang" in request.query_params or "lang" in request.cookies:
        return own
    readable = {*LANGUAGES, *(code for card in LANGUAGES.values() for code in card.read_by)}
    return read_by(negotiate(request.headers.get("accept-language", ""), own, readable), own)[0]


def _page(request: Request, reference: str, lang: str, status: int = 200, **context: Any) -> Response:
    shown = {"letter": None, "sections": []} | context
    return page(request, "people/notice.html", status, reference=reference[:40], letter_lang=lang,
                words=LANGUAGES[lang].page, languages=LANGUAGES, **shown)  # fmt: skip


def _address(request: Request) -> str:
    peer = request.client.host if request.client else ""
    return client_address(peer, request.headers.get("x-forwarded-for", ""), request.app.state.settings.trusted_proxies)
