"""Samples: drawn by rule with a recorded seed, kept, and worked through case by case."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.audit import record
from core.db import refuse
from core.errors import N_, Conflict, Invalid
from core.i18n import translate
from core.organisation import organisation
from core.web import Now, Read, Tx, Typed, TypedForm, page, redirect, require, said
from incidents.catalogue import catalogue
from incidents.pages.register import cause_options
from incidents.queue import Cursor
from incidents.register.wording import Speaker
from incidents.sampling.drawing import MOST, SampleForm, draw_sample, find_sample, mark_looked_at
from incidents.sampling.view import sample_rows, sample_view
from incidents.states import STATE_LABELS

router = APIRouter(prefix="/register/samples")
Reader = Annotated[Actor, Depends(require(Operation.READ_SAMPLES))]
Drawer = Annotated[Actor, Depends(require(Operation.DRAW_SAMPLE))]
FIELDS = ("size", "cause", "state", "since", "until", "seed")


@router.get("")
def index(request: Request, session: Read, actor: Reader, after: str = "") -> Response:
    """The samples; a seed in the address fills the form, to draw one again."""
    given = {name: request.query_params.get(name, "") for name in FIELDS}
    return _index(request, session, actor, after, typed=TypedForm(given) if any(given.values()) else None)


@router.post("")
def draw(request: Request, reading: Read, session: Tx, typed: Typed, actor: Drawer, now: Now) -> Response:
    try:
        sample = draw_sample(session, actor, typed.read(SampleForm), now, reading)
    except Invalid as wrong:
        refuse(session)
        return _index(request, session, actor, "", 422, typed=typed, wrong=said(wrong, request.state.lang))
    return redirect(sample.path)


@router.get("/{sample_id}")
def show(request: Request, sample_id: str, reading: Read, session: Tx, actor: Reader, now: Now) -> Response:
    sample = find_sample(reading, sample_id)
    record(session, actor, "sample:read", sample.id, now)
    view = sample_view(reading, actor, _speaker(request, reading), sample, now)
    return page(request, "register/sample.html", sample=view, again=f"/register/samples?{urlencode(view.again)}#draw")


@router.post("/{sample_id}/looked")
def looked(sample_id: str, session: Tx, typed: Typed, actor: Drawer, now: Now) -> Response:
    sample = find_sample(session, sample_id)
    if not typed.get("reference"):
        raise Invalid({"reference": N_("Answer this question.")})
    try:
        mark_looked_at(session, actor, sample, typed.get("reference"), now)
    except Conflict:
        refuse(session)  # somebody was first: the page shows by whom
    return redirect(sample.path)


def _speaker(request: Request, session: Session) -> Speaker:
    return Speaker(request.state.lang, organisation(session).zone, catalogue(session))


def _index(
    request: Request, session: Session, actor: Actor, after: str, status: int = 200, /, **context: Any
) -> Response:
    speaker, lang = _speaker(request, session), request.state.lang
    rows, following = sample_rows(session, actor, speaker, Cursor.read(after))
    return page(
        request, "register/samples.html", status, rows=rows, most=MOST, causes=cause_options(speaker.known, lang),
        states=[(state, translate(lang, label)) for state, label in STATE_LABELS.items()],
        next_href=f"/register/samples?{urlencode({'after': following})}" if following else "",
        first_href="/register/samples" if after else "", **context,
    )  # fmt: skip
