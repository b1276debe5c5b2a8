"""The audit log for who may read it: find, open, check, download. Every reading is an entry itself."""

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from importlib.resources import files
from time import perf_counter
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response, StreamingResponse
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.log_check import answered, ask_for_check, keep_answer, log_size
from app.log_check_view import check_view, ended, refusal_view
from app.log_chips import actions, chips, groups, in_words, people, suggestions
from app.log_export import as_csv, as_document, as_json, as_lines, download
from app.log_filter import Filter, read_filter
from app.log_proof import proof_of
from app.log_query import case_asked_for, find_entry, neighbours, page_of
from app.log_views import detail, rows
from core.access import Actor, Operation
from core.audit import record
from core.audit.check_models import LogCheck
from core.audit.entries import Fact
from core.audit.verify import verify
from core.db import Database
from core.organisation import organisation
from core.pdf import render
from core.tables import in_parts
from core.web import Now, Read, Tx, fragment, is_partial, page, redirect, require

router = APIRouter(prefix="/log")
AT_ONCE = 20_000  # entries: a second or two
STREAMS = {"csv": as_csv, "json": as_json, "jsonl": as_lines}
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "jsonl": "application/x-ndjson",
    "pdf": "application/pdf",
}
Reader = Annotated[Actor, Depends(require(Operation.READ_LOG))]
Checker = Annotated[Actor, Depends(require(Operation.VERIFY_LOG))]
Exporter = Annotated[Actor, Depends(require(Operation.EXPORT_LOG))]


def asked_filter(
    person: str = "", action: str = "", group: str = "", about: str = "", period: str = "", since: str = "",
    until: str = "",
) -> Filter:  # fmt: skip
    return read_filter(person, action, group, about, period, since, until)


Asked = Annotated[Filter, Depends(asked_filter)]


@router.get("")
def index(
    request: Request, asked: Asked, reading: Read, session: Tx, actor: Reader, now: Now, before: str = ""
) -> Response:
    answer, shown = _index(request, reading, actor, asked, _number(before), now)
    _note(session, reading, actor, "log:read", asked, now, {"newest": shown[0], "oldest": shown[-1]} if shown else {})
    return answer


@router.post("/verify")
def check(request: Request, asked: Asked, reading: Read, actor: Checker, now: Now) -> Response:
    """A short log is checked while the reader waits, a long one by the worker. The check reads beside the writers; a
    database that takes no write still lets the answer be seen."""
    database: Database = request.app.state.database
    if log_size(reading) >= AT_ONCE:
        with database.transaction() as session:
            ask_for_check(session, actor, now)
        return redirect(_back(actor, asked))
    started = perf_counter()
    verdict = verify(reading)
    took_ms = round(1000 * (perf_counter() - started))
    try:
        keep_answer(database, verdict, took_ms, now, actor)
    except SQLAlchemyError:
        found = answered(LogCheck(asked_by=actor.id, asked_at=now), verdict, took_ms, now)
        return page(request, "log/check.html", check=ended(reading, found, request.state.lang))
    return redirect(_back(actor, asked))


@router.get("/check")
def progress(request: Request, asked: Asked, reading: Read, _actor: Checker, said: str = "") -> Response:
    """How far the check has come, or what the last one found: a page for who may not read the log, a part for htmx."""
    shown = {"check": check_view(reading, request.state.lang), "asked": asked, "said": said}
    if is_partial(request):
        return fragment(request, "log/check.html", "state", polled=True, **shown)
    return page(request, "log/check.html", **shown)


@router.get("/vaka_verify.py")
def verifier(_actor: Reader) -> Response:
    """The program that checks a copy of the log. Whoever checks should rather have it from somewhere else."""
    source = files("app").joinpath("vaka_verify.py").read_bytes()
    headers = {"content-disposition": 'attachment; filename="vaka_verify.py"', "x-content-type-options": "nosniff"}
    return Response(source, media_type="text/x-python; charset=utf-8", headers=headers)


@router.get("/export")
@router.get("/export.csv")
@router.get("/export.json")
@router.get("/export.jsonl")
@router.get("/export.pdf")
def export(request: Request, asked: Asked, reading: Read, session: Tx, actor: Exporter, now: Now) -> Response:
    """Tables leave while they are read; of a PDF the log keeps the digest, so that the file can be known again."""
    lang, zone = request.state.lang, organisation(reading).zone
    kind = request.url.path.rpartition(".")[2] if "." in request.url.path else "csv"
    words = ", ".join(word for _, word in in_words(reading, asked, lang, zone))
    made = download(reading, request.app.state.database, actor, asked, now, lang, words)
    facts: dict[str, Fact] = {"format": kind}
    content: Iterator[str] | Iterator[bytes]
    if kind == "pdf":
        file = render(as_document(reading, made))
        content, facts["pdf_sha256"] = iter((file,)), sha256(file).hexdigest()
    else:
        content = in_parts(STREAMS[kind](made))
    _note(session, reading, actor, "log:exported", asked, now, facts)
    name = "-".join(["vaka-log", now.astimezone(ZoneInfo(zone)).date().isoformat(), *(["filter"] if asked else [])])
    headers = {"content-disposition": f'attachment; filename="{name}.{kind}"'}
    return StreamingResponse(content, media_type=TYPES[kind], headers=headers)


@router.get("/{seq}")
def show(request: Request, seq: str, asked: Asked, reading: Read, session: Tx, actor: Reader, now: Now) -> Response:
    entry = find_entry(reading, actor, _number(seq) if _number(seq) is not None else -1)  # type: ignore[arg-type]
    record(session, actor, "log:opened", "log", now, case=entry.case_id, facts={"entry": entry.seq})
    before, after = neighbours(reading, actor, entry)
    return page(request, "log/show.html", entry=detail(reading, actor, entry, request.state.lang),
                proof=proof_of(reading, entry.seq), before=before, after=after, asked=asked)  # fmt: skip


def _index(
    request: Request, session: Session, actor: Actor, asked: Filter, before: int | None, now: datetime
) -> tuple[Response, list[int]]:
    lang, zone = request.state.lang, organisation(session).zone
    found, following = page_of(session, actor, asked, before, zone, now)
    answer = page(
        request,
        "log/index.html",
        check=check_view(session, lang),
        refusal=refusal_view(session, lang),
        rows=rows(session, found, lang),
        asked=asked,
        before=before,
        following=following,
        chips=chips(session, asked, lang, zone),
        suggestions=suggestions(asked, lang),
        people=people(session, lang),
        groups=groups(lang),
        actions=actions(lang),
    )
    return answer, [entry.seq for entry in found]


def _note(
    session: Session, reading: Session, actor: Actor, action: str, asked: Filter, now: datetime, facts: dict[str, Fact]
) -> None:
    """Log the reading. A case is named only under its own key of sight: who may not see the case sees no entry of it
    being read, and a reference that leads nowhere is not repeated."""
    case = case_asked_for(reading, actor, asked)
    if asked.about:
        facts |= {"about": "case" if case else "other"}
    for name in ("person", "action", "group", "period", "since", "until"):
        if value := getattr(asked, name):
            facts[name] = str(value)
    if case is None:
        record(session, actor, action, "log", now, facts=facts)
    else:
        record(session, actor, action, case.reference, now, case=case.id, facts=facts)


def _back(actor: Actor, asked: Filter) -> str:
    return f"/log{'' if actor.may(Operation.READ_LOG) else '/check'}{asked.query()}"


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None
