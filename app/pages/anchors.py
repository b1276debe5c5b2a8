"""`/settings/anchors`: where the signed state of the log is held outside, and who gets it by mail."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from app.anchoring.configured import ways_of
from app.anchoring.mailboxes import choose, mailboxes
from app.anchoring.words import NAMES
from app.checking.anchors import set_kinds, trouble
from core.access import Actor, Operation
from core.audit.anchoring import standing
from core.audit.anchors import FOLDER, MAIL, TSA
from core.db import refuse
from core.errors import N_, Invalid
from core.i18n import translate
from core.organisation import organisation
from core.settings import Settings
from core.web import Now, Read, Tx, Typed, page, redirect, require, said

router = APIRouter(prefix="/settings/anchors")
Keeper = Annotated[Actor, Depends(require(Operation.MANAGE_SETTINGS))]
HOW = {
    FOLDER: N_("Each signed checkpoint is written there at once and never changed. Set it with VAKA_ANCHOR_DIR."),
    TSA: N_("An authority signs when it saw the checkpoint. Set it with VAKA_TSA_URL and VAKA_TSA_CA."),
    MAIL: N_("Once a day, to the addresses below."),
}


@dataclass(frozen=True)
class Way:
    """One kind of anchor: whether it is set, how far it holds, and what is wrong with it."""

    name: str
    how: str
    chosen: bool
    size: int
    at: datetime | None
    trouble: str


@router.get("")
def show(request: Request, session: Read, _actor: Keeper, done: bool = False) -> Response:
    return _page(request, session, done=done)


@router.post("")
def change(request: Request, typed: Typed, session: Tx, now: Now, actor: Keeper) -> Response:
    """Whoever saves the addresses signs for every mail that goes to them."""
    try:
        choose(session, actor, organisation(session), typed.get("mailboxes"), now)
    except Invalid as wrong:
        refuse(session)
        return _page(request, session, 422, typed=typed, wrong=said(wrong, request.state.lang))
    return redirect("/settings/anchors?done=1")


def _page(request: Request, session: Session, status: int = 200, /, **context: Any) -> Response:
    settings: Settings = request.app.state.settings
    return page(request, "company/anchors.html", status, standing=standing(session),
                ways=_ways(session, settings, request.state.lang), by_settings=bool(ways_of(settings).mailboxes),
                mailboxes="\n".join(mailboxes(session, settings)), **({"done": False} | context))  # fmt: skip


def _ways(session: Session, settings: Settings, lang: str) -> list[Way]:
    found, chosen = standing(session), set_kinds(session, settings)
    held = {one.kind: one for one in found.by_kind if one.at}
    return [
        Way(
            name=translate(lang, NAMES[kind]),
            how=translate(lang, HOW[kind]),
            chosen=kind in chosen,
            size=held[kind].size if kind in held else 0,
            at=held[kind].at if kind in held else None,
            trouble=translate(lang, trouble(found, kind)) if kind in chosen else "",
        )
        for kind in NAMES
    ]
