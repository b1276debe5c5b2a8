"""`/notice/{reference}`: the letter's public copy. It opens to its own words; all else looks alike."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from core.access import Actor, Operation
from core.db import refuse
from core.errors import Invalid
from core.web import Now, Tx, Typed, page, require, said
from identity.throttle import client_address
from incidents.informing.public_notice import read_notice
from notifications.letters.letter import laid_out

router = APIRouter(prefix="/notice/{reference}")
Anyone = Annotated[Actor, Depends(require(Operation.READ_PUBLIC_NOTICE))]


@router.get("")
def ask(request: Request, reference: str, _actor: Anyone) -> Response:
    """Asks for the words, whether or not there is such a letter."""
    return page(request, "people/notice.html", reference=reference[:40], letter=None, sections=[])


@router.post("")
def show(request: Request, reference: str, session: Tx, typed: Typed, now: Now, _actor: Anyone) -> Response:
    lang = request.state.lang
    try:
        subject, text = read_notice(session, reference, typed.get("words"), _address(request), lang, now)
    except Invalid as wrong:
        refuse(session)
        return page(request, "people/notice.html", 422, reference=reference[:40], letter=None, sections=[],
                    typed=typed, wrong=said(wrong, lang))  # fmt: skip
    return page(request, "people/notice.html", reference=reference.upper()[:40], letter=subject,
                sections=laid_out(text, lang))  # fmt: skip


def _address(request: Request) -> str:
    peer = request.client.host if request.client else ""
    return client_address(peer, request.headers.get("x-forwarded-for", ""), request.app.state.settings.trusted_proxies)
