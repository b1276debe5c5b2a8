"""Figures over the register: medians, share in time, causes; each picture with its numbers as a table and as CSV."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse
from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from core.errors import N_
from core.organisation import organisation
from core.tables import Cell, csv_lines
from core.web import Now, Read, Tx, page
from incidents.catalogue import catalogue
from incidents.classification import CLASS_LABELS
from incidents.figures.reading import cases
from incidents.figures.reckoning import FEWEST, Case, Measure, reckon
from incidents.figures.view import MEASURES, TIMES_NOTE, causes, in_hours, times
from incidents.pages.register import Exporter, Filtered, Reader, cause_options
from incidents.register.asking import Asked, sentence, words, years
from incidents.register.wording import Speaker

router = APIRouter(prefix="/register/figures")
YEAR = timedelta(days=365)
Rows = Callable[[Speaker, Iterator[Case]], Iterator[tuple[Cell, ...]]]


@router.get("")
def show(request: Request, asked: Filtered, reading: Read, session: Tx, actor: Reader, now: Now) -> Response:
    """Without a period: the last twelve months."""
    speaker = Speaker(request.state.lang, organisation(reading).zone, catalogue(reading))
    today = now.astimezone(ZoneInfo(speaker.zone)).date()
    chosen = _with_period(asked, speaker, now)
    found = reckon(cases(reading, actor, chosen, speaker.zone, now))
    dots = times(speaker, found)
    record(session, actor, "register:figures", "register", now, facts=chosen.facts)
    return page(
        request,
        "register/figures.html",
        asked=asked,
        period=sentence(chosen, speaker.known, speaker.lang, speaker.zone),
        chips=[
            {"label": word, "href": f"/register/figures{asked.query(**{name: ''})}", "removes": True}
            for name, word in words(asked, speaker.known, speaker.lang, speaker.zone)
        ],
        years=[
            {"label": str(year), "href": f"/register/figures{one.query()}", "current": one == asked}
            for year, one in years(asked, today)
        ],
        causes=cause_options(speaker.known, speaker.lang),
        found=found,
        fewest=FEWEST,
        medians={measure.value: in_hours(found.spans[measure].median) for measure in Measure},
        dots=dots,
        dots_note=dots.note(speaker, TIMES_NOTE),
        bars=causes(speaker, found),
    )


@router.get("/times.csv")
@router.get("/causes.csv")
def table(request: Request, asked: Filtered, reading: Read, session: Tx, actor: Exporter, now: Now) -> Response:
    """The numbers behind one picture: each case with its times, or each cause with its count."""
    which = "times" if request.url.path.endswith("/times.csv") else "causes"
    speaker = Speaker(request.state.lang, organisation(reading).zone, catalogue(reading))
    chosen = _with_period(asked, speaker, now)
    record(session, actor, "register:exported", "register", now, facts=chosen.facts | {"format": f"{which}.csv"})
    rows = _times if which == "times" else _causes
    headers = {"content-disposition": f'attachment; filename="vaka-{which}.csv"', "x-content-type-options": "nosniff"}
    return StreamingResponse(
        _lines(request, actor, chosen, speaker, now, rows), media_type="text/csv; charset=utf-8", headers=headers
    )


def _with_period(asked: Asked, speaker: Speaker, now: datetime) -> Asked:
    if asked.since or asked.until:
        return Asked(asked.cause, "", asked.since, asked.until)
    today = now.astimezone(ZoneInfo(speaker.zone)).date()
    return Asked(asked.cause, "", today - YEAR, today)


def _lines(request: Request, actor: Actor, asked: Asked, speaker: Speaker, now: datetime, rows: Rows) -> Iterator[str]:
    database = request.app.state.database
    with database.reading() as session:
        yield from csv_lines(_with_head(session, actor, asked, speaker, now, rows))


def _with_head(
    session: Session, actor: Actor, asked: Asked, speaker: Speaker, now: datetime, rows: Rows
) -> Iterator[tuple[Cell, ...]]:
    yield (speaker.say(N_("Filter")), sentence(asked, speaker.known, speaker.lang, speaker.zone))
    yield ("",)
    found = cases(session, actor, asked, speaker.zone, now)
    yield from rows(speaker, found)


def _times(speaker: Speaker, found: Iterator[Case]) -> Iterator[tuple[Cell, ...]]:
    heads = (*MEASURES.values(), N_("In time?"))
    yield (speaker.say(N_("Reference")), *(f"{speaker.say(head)}, s" for head in heads[:-1]), speaker.say(heads[-1]))
    for case in found:
        sent = Measure.NOTIFY in case.spans
        in_time = N_("no") if case.late or case.overdue else N_("yes") if sent else ""
        yield (case.reference, *(case.spans.get(measure) for measure in Measure),
               speaker.say(in_time) if in_time else "")  # fmt: skip


def _causes(speaker: Speaker, found: Iterator[Case]) -> Iterator[tuple[Cell, ...]]:
    heads = (N_("Kind of cause"), N_("Cause"), N_("Code of the cause"), N_("Number"))
    yield tuple(speaker.say(head) for head in heads)
    for kind, code, count in reckon(found).causes:
        yield (speaker.listed([kind], CLASS_LABELS), speaker.cause(code) if code else "", code, count)
