"""`/activities`: the record of processing activities, read by whoever watches, kept by who answers for it."""

from dataclasses import fields
from datetime import date, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.addresses import as_query
from core.db import refuse
from core.errors import Invalid
from core.i18n import translate
from core.organisation import organisation
from core.web import Now, Read, Tx, Typed, page, redirect, require, said
from incidents.activities.form import ActivityForm
from incidents.activities.keeping import Line, add, archive, bring_back, change, find_activity, line, lines, owners
from incidents.activities.listing import facts, in_rows, page_of, to_look_at, touched
from incidents.activities.words import BAND_LABELS, BASIS_LABELS, ROLE_LABELS, TRANSFER_LABELS, UNIT_LABELS
from incidents.classification import DATA_LABELS, GROUP_LABELS
from incidents.suppliers.keeping import cards

router = APIRouter(prefix="/activities")
Reader = Annotated[Actor, Depends(require(Operation.READ_ACTIVITIES))]
Keeper = Annotated[Actor, Depends(require(Operation.MANAGE_ACTIVITIES))]
BLANK = dict.fromkeys((field.name for field in fields(Line)), "")


@router.get("")
def every(
    request: Request, session: Read, _actor: Reader, now: Now, show: str = "", after: str = "", done: str = "",
    rows_new: int = 0,
) -> Response:  # fmt: skip
    archived, today = show == "archived", _today(session, now)
    known = lines(session, archived=archived)
    shown, following = page_of(known, after)
    at_risk, late = to_look_at(session, known, today)
    kept = {"show": "archived" if archived else ""}
    return page(
        request,
        "activities/list.html",
        rows=in_rows(session, shown, today, request.state.lang),
        archived=archived,
        at_risk=at_risk,
        late=late,
        next_href=f"/activities{as_query({**kept, 'after': following})}" if following else "",
        first_href=f"/activities{as_query(kept)}" if after else "",
        done=done,
        count=rows_new,
    )


@router.get("/new")
def new(request: Request, session: Read, _actor: Keeper) -> Response:
    return _form(request, session, None)


@router.post("/new")
def create(request: Request, session: Tx, typed: Typed, actor: Keeper, now: Now) -> Response:
    try:
        activity = add(session, actor, typed.read(ActivityForm), now)
    except Invalid as wrong:
        refuse(session)
        return _form(request, session, None, 422, typed=typed, wrong=said(wrong, request.state.lang))
    return redirect(f"{activity.path}?done=added")


@router.get("/{activity_id}")
def one(request: Request, activity_id: str, session: Read, actor: Reader, now: Now, done: str = "") -> Response:
    lang, activity = request.state.lang, find_activity(session, activity_id)
    row = in_rows(session, [line(session, activity)], _today(session, now), lang)[0]
    return page(request, "activities/show.html", row=row, facts=facts(row, lang), done=done,
                cases=touched(session, actor, activity.id, lang), changed_at=activity.changed_at)  # fmt: skip


@router.get("/{activity_id}/edit")
def edit(request: Request, activity_id: str, session: Read, _actor: Keeper) -> Response:
    return _form(request, session, line(session, find_activity(session, activity_id)))


@router.post("/{activity_id}")
def save(request: Request, activity_id: str, session: Tx, typed: Typed, actor: Keeper, now: Now) -> Response:
    activity = find_activity(session, activity_id)
    try:
        change(session, actor, activity, typed.read(ActivityForm), now)
    except Invalid as wrong:
        refuse(session)
        shown = line(session, find_activity(session, activity_id))
        return _form(request, session, shown, 422, typed=typed, wrong=said(wrong, request.state.lang))
    return redirect(f"{activity.path}?done=changed")


@router.post("/{activity_id}/archive")
def put_away(activity_id: str, session: Tx, actor: Keeper, now: Now) -> Response:
    activity = find_activity(session, activity_id)
    archive(session, actor, activity, now)
    return redirect(f"{activity.path}?done=archived")


@router.post("/{activity_id}/bring-back")
def fetch(activity_id: str, session: Tx, actor: Keeper, now: Now) -> Response:
    activity = find_activity(session, activity_id)
    bring_back(session, actor, activity, now)
    return redirect(f"{activity.path}?done=brought_back")


def _form(
    request: Request, session: Session, activity: Line | None, status: int = 200, /, **context: Any
) -> Response:  # fmt: skip
    lang = request.state.lang
    return page(
        request,
        "activities/edit.html",
        status,
        activity=activity,
        blank=BLANK,
        roles=_options(ROLE_LABELS, lang),
        bases=_options(BASIS_LABELS, lang),
        kinds=_options(DATA_LABELS, lang),
        groups=_options(GROUP_LABELS, lang),
        bands=_options(BAND_LABELS, lang),
        transfer_bases=_options(TRANSFER_LABELS, lang),
        units=_options(UNIT_LABELS, lang),
        suppliers=[
            (one.id, one.name)
            for one in cards(session)
            if not one.archived or (activity and one.id in activity.processors)
        ],
        owners=[(user.id, user.name) for user in owners(session)],
        **context,
    )


def _options(labels: Any, lang: str) -> list[tuple[str, str]]:
    return [(str(code), translate(lang, label)) for code, label in labels.items()]


def _today(session: Session, now: datetime) -> date:
    return now.astimezone(ZoneInfo(organisation(session).zone)).date()
