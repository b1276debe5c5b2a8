"""Pages of training: my own, every course in a line, and the people of one course with the ways to enter more."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.addresses import as_query
from core.audit import record
from core.db import refuse
from core.errors import Invalid, TooLarge
from core.files import LIMIT, TYPES, file_content, file_name
from core.i18n import translate
from core.web import Now, Read, Tx, Typed, TypedForm, page, redirect, require, said
from identity.training import view
from identity.training.keeping import (
    SHOWN_FAULTS,
    CourseForm,
    ListFaults,
    RecordForm,
    add_course,
    bring_back,
    enter,
    enter_list,
    retire_course,
    today_of,
)
from identity.training.listing import FIELD, NOTHING
from identity.training.models import Course
from identity.training.sight import find_certificate, find_course, find_course_in_use, retired_courses, staff

router = APIRouter(prefix="/training")
Reader = Annotated[Actor, Depends(require(Operation.READ_TRAINING))]
Watcher = Annotated[Actor, Depends(require(Operation.READ_TRAINED))]
Keeper = Annotated[Actor, Depends(require(Operation.KEEP_TRAINING))]


@router.get("")
def index(request: Request, session: Read, actor: Reader) -> Response:
    return _index(request, session, actor)


@router.post("/courses")
def add(request: Request, typed: Typed, session: Tx, actor: Keeper, now: Now) -> Response:
    try:
        course = add_course(session, actor, typed.read(CourseForm), now)
    except Invalid as wrong:
        refuse(session)
        return _index(request, session, actor, 422, typed=typed, wrong=said(wrong, request.state.lang))
    return redirect(course.path)


@router.get("/courses/{course_id}")
def show(
    request: Request, course_id: str, session: Read, actor: Watcher, show: str = "all", after: str = "",
    entered: int = -1,
) -> Response:  # fmt: skip
    return _show(request, session, actor, find_course(session, course_id), show=show, after=after, entered=entered)


@router.post("/courses/{course_id}/records")
def one(request: Request, course_id: str, typed: Typed, session: Tx, actor: Keeper, now: Now) -> Response:
    course = find_course_in_use(session, course_id)
    try:
        enter(session, actor, course, typed.read(RecordForm), now, _certificate(typed))
    except (Invalid, TooLarge) as wrong:
        refuse(session)
        course = find_course(session, course_id)
        faults = said(wrong, request.state.lang)
        return _show(request, session, actor, course, wrong.status, typed=typed, wrong=faults)
    return redirect(f"{course.path}?entered=1")


@router.post("/courses/{course_id}/list")
def many(request: Request, course_id: str, typed: Typed, session: Tx, actor: Keeper, now: Now) -> Response:
    course, lang = find_course_in_use(session, course_id), request.state.lang
    try:
        count = enter_list(session, actor, course, _list(typed), now)
    except Invalid as wrong:
        refuse(session)
        course = find_course(session, course_id)
        rows = wrong.faults if isinstance(wrong, ListFaults) else []
        faults = [(one.row, translate(lang, one.sentence)) for one in rows[:SHOWN_FAULTS]]
        return _show(request, session, actor, course, 422, wrong=said(wrong, lang), rows_wrong=faults,
                     more_wrong=len(rows) - len(faults), listing=True)  # fmt: skip
    return redirect(f"{course.path}?entered={count}")


@router.post("/courses/{course_id}/retire")
def retire(course_id: str, session: Tx, actor: Keeper, now: Now) -> Response:
    course = find_course(session, course_id)
    retire_course(session, actor, course, now)
    return redirect(course.path)


@router.post("/courses/{course_id}/restore")
def restore(course_id: str, session: Tx, actor: Keeper, now: Now) -> Response:
    course = find_course(session, course_id)
    bring_back(session, actor, course, now)
    return redirect(course.path)


@router.get("/certificates/{file_id}")
def certificate(file_id: str, session: Tx, actor: Reader, now: Now) -> Response:
    """Only ever downloaded, and the log says who read it."""
    file, row = find_certificate(session, actor, file_id)
    record(session, actor, "training:certificate_read", row.user_id, now, facts={"file": file.id})
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(file_name(session, file))}",
        "content-security-policy": "default-src 'none'; sandbox",
    }
    return Response(file_content(session, file), media_type=file.media_type, headers=headers)


def _index(request: Request, session: Session, actor: Actor, status: int = 200, /, **context: Any) -> Response:
    today = today_of(session, request.app.state.clock())
    return page(
        request,
        "training/index.html",
        status,
        mine=view.mine(session, actor, today, request.state.lang),
        totals=view.totals(session, today) if actor.may(Operation.READ_TRAINED) else [],
        retired=retired_courses(session) if actor.may(Operation.READ_TRAINED) else [],
        **context,
    )


def _show(
    request: Request, session: Session, actor: Actor, course: Course, status: int = 200, /, show: str = "all",
    after: str = "", **context: Any,
) -> Response:  # fmt: skip
    today = today_of(session, request.app.state.clock())
    chosen = show if show in view.SHOWN else "all"
    found = view.people_of(session, course, today, chosen, after, request.state.lang)
    kept = {"show": "" if chosen == "all" else chosen}
    return page(
        request,
        "training/course.html",
        status,
        course=course,
        rows=found.rows,
        counts=found.counts,
        chosen=chosen,
        first_href=f"{course.path}{as_query(kept)}" if after else "",
        next_href=f"{course.path}{as_query({**kept, 'after': found.following})}" if found.following else "",
        people=[(user.id, user.name) for user in staff(session)] if actor.may(Operation.KEEP_TRAINING) else [],
        retired_on=course.retired_at,
        accept=",".join(TYPES),
        today=today.isoformat(),
        **({"entered": -1, "rows_wrong": [], "more_wrong": 0, "listing": False} | context),
    )


def _certificate(typed: TypedForm) -> tuple[str, bytes] | None:
    files = typed.files("file")
    return (files[0].filename or "", files[0].file.read(LIMIT + 1)) if files else None


def _list(typed: TypedForm) -> bytes:
    files = typed.files(FIELD)
    content = files[0].file.read(2**20) if files else b""
    if not content.strip():
        raise Invalid({FIELD: NOTHING})
    return content
