"""The audit log for who may read it: find, open, check, download. Every reading is an entry itself."""

from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response, StreamingResponse
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.log_export import csv_of
from app.log_query import Filter, case_asked_for, find_entry, page_of, read_filter
from app.log_views import detail, rows
from app.log_words import GROUPS, KINDS_OF_DAMAGE, SENSITIVE
from core.access import ANONYMOUS, SYSTEM, Actor, Operation, Role
from core.audit import record
from core.audit.entries import Fact
from core.audit.models import AuditEntry
from core.audit.verify import Verdict, verify
from core.errors import N_
from core.i18n import absolute, date_only, translate
from core.logs import log
from core.organisation import organisation
from core.web import Now, Read, Tx, page, require
from identity.models import User
from identity.people import holders

router = APIRouter(prefix="/log")
Reader = Annotated[Actor, Depends(require(Operation.READ_LOG))]
Checker = Annotated[Actor, Depends(require(Operation.VERIFY_LOG))]
Exporter = Annotated[Actor, Depends(require(Operation.EXPORT_LOG))]


def asked_filter(person: str = "", group: str = "", about: str = "", since: str = "", until: str = "") -> Filter:
    return read_filter(person, group, about, since, until)


Asked = Annotated[Filter, Depends(asked_filter)]


@router.get("")
def index(
    request: Request, asked: Asked, reading: Read, session: Tx, actor: Reader, now: Now, before: str = ""
) -> Response:
    answer, shown = _index(request, reading, actor, asked, _number(before))
    _note(session, reading, actor, "log:read", asked, now, {"newest": shown[0], "oldest": shown[-1]} if shown else {})
    return answer


@router.post("/verify")
def check(request: Request, reading: Read, actor: Checker, now: Now) -> Response:
    """The check reads beside the writers; a log too broken to take its entry still gets its answer."""
    verdict = verify(reading)
    try:
        with request.app.state.database.transaction() as session:
            facts: dict[str, Fact] = {"size": verdict.size, "root": verdict.root, "result": verdict.result}
            if verdict.result != "ok":
                facts |= {"first_bad": verdict.first_bad, "kind": verdict.kind}
            record(session, actor, "log:verified", "log", now, facts=facts)
    except SQLAlchemyError:
        log.error("log_cannot_grow", result=verdict.result, first_bad=verdict.first_bad)
    checked = _verdict(reading, verdict, request.state.lang)
    if not actor.may(Operation.READ_LOG):
        return page(request, "log/verify.html", verdict=checked)
    return _index(request, reading, actor, Filter(), None, verdict=checked)[0]


@router.get("/export")
def export(request: Request, asked: Asked, reading: Read, session: Tx, actor: Exporter, now: Now) -> Response:
    lang, zone = request.state.lang, organisation(reading).zone
    _note(session, reading, actor, "log:exported", asked, now, {})
    lines = _lines(reading, actor, asked, now, lang, zone)
    name = "-".join(["vaka-log", now.astimezone(ZoneInfo(zone)).date().isoformat(), *(["filter"] if asked else [])])
    headers = {"content-disposition": f'attachment; filename="{name}.csv"'}
    stream = csv_of(request.app.state.database, actor, asked, lines, lang)
    return StreamingResponse(stream, media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/{seq}")
def show(request: Request, seq: str, reading: Read, session: Tx, actor: Reader, now: Now) -> Response:
    entry = find_entry(reading, actor, _number(seq) if _number(seq) is not None else -1)  # type: ignore[arg-type]
    record(session, actor, "log:opened", "log", now, case=entry.case_id, facts={"entry": entry.seq})
    return page(request, "log/show.html", entry=detail(reading, actor, entry, request.state.lang))


def _index(
    request: Request, session: Session, actor: Actor, asked: Filter, before: int | None, **context: Any
) -> tuple[Response, list[int]]:
    lang, zone = request.state.lang, organisation(session).zone
    found, following = page_of(session, actor, asked, before, zone)
    answer = page(
        request,
        "log/index.html",
        rows=rows(session, found, lang),
        asked=asked,
        before=before,
        following=following,
        chips=[
            {"label": word, "href": f"/log{asked.query(**{name: ''})}", "removes": True}
            for name, word in _words(session, asked, lang, zone)
        ],
        people=_people(session, lang),
        groups=[
            (SENSITIVE, translate(lang, N_("Sensitive acts"))),
            *((g, translate(lang, w)) for g, w in GROUPS.items()),
        ],
        **{"verdict": None} | context,
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
    for name in ("person", "group", "since", "until"):
        if value := getattr(asked, name):
            facts[name] = str(value)
    if case is None:
        record(session, actor, action, "log", now, facts=facts)
    else:
        record(session, actor, action, case.reference, now, case=case.id, facts=facts)


def _words(session: Session, asked: Filter, lang: str, zone: str) -> list[tuple[str, str]]:
    """Each part of the filter in words."""
    found = []
    if asked.person:
        found.append(("person", dict(_people(session, lang)).get(asked.person, asked.person)))
    if asked.group:
        word = N_("Sensitive acts") if asked.group == SENSITIVE else GROUPS[asked.group]
        found.append(("group", translate(lang, word)))
    if asked.about:
        found.append(("about", asked.about))
    for name, day, message in (("since", asked.since, N_("from {day}")), ("until", asked.until, N_("until {day}"))):
        if day:
            noon = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(zone))
            found.append((name, translate(lang, message, day=date_only(noon, lang, zone))))
    return found


def _lines(session: Session, actor: Actor, asked: Filter, now: datetime, lang: str, zone: str) -> list[tuple[str, str]]:
    """What stands on top of a downloaded table, so that it can be understood a year later."""
    words = ", ".join(word for _, word in _words(session, asked, lang, zone))
    return [
        (translate(lang, N_("Audit log")), organisation(session).name),
        (translate(lang, N_("Downloaded")), absolute(now, lang, zone)),
        (translate(lang, N_("By")), actor.name),
        (translate(lang, N_("Filter")), words or translate(lang, N_("everything this reader may see"))),
    ]


def _people(session: Session, lang: str) -> list[tuple[str, str]]:
    known = session.execute(select(User.id, User.name).order_by(User.name, User.id))
    nobody = [(SYSTEM.id, "Vaka"), (ANONYMOUS.id, translate(lang, N_("Without an account")))]
    return nobody + [(user.id, user.name) for user in known]


def _verdict(session: Session, verdict: Verdict, lang: str) -> dict[str, Any]:
    """The result of a check as its panel shows it."""
    first, last = session.execute(select(func.min(AuditEntry.at), func.max(AuditEntry.at))).one()
    return {
        "ok": verdict.result == "ok",
        "size": verdict.size,
        "first_bad": verdict.first_bad,
        "damage": translate(lang, KINDS_OF_DAMAGE.get(verdict.kind or "", "")),
        "first": first,
        "last": last,
        "root": " ".join(verdict.root[place : place + 4] for place in range(0, len(verdict.root), 4)),
        "call": holders(session, Role.DPO, Role.HEAD),
    }


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None
