"""`/incidents/{reference}`: one place to think. The full log beside it, and the reporter behind a logged "show"."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from core.access import Actor, Operation
from core.audit import record
from core.organisation import organisation
from core.web import Now, Read, Tx, page, redirect, require
from incidents.alarm_view import alarm_rows, open_alarm
from incidents.awareness_gap import flag
from incidents.case_actions import action, leaves
from incidents.case_facts import gather
from incidents.case_log import case_log
from incidents.case_summary import facts, reported_by
from incidents.case_tasks import tasks
from incidents.case_view import duty_title
from incidents.clock_strip import clock_strip
from incidents.countersigning import may_sign, waiting_for
from incidents.erasing.erased_view import erased_case
from incidents.erasing.holds import in_force
from incidents.failing.view import failing
from incidents.models import Incident
from incidents.next_step import NoticeMailing
from incidents.notice_awareness import mismatch_of_case
from incidents.notice_promises import here, promised_in_words
from incidents.pages.showing import show
from incidents.pages.signatures import waiting_view
from incidents.queries import find, find_in_register, visible
from incidents.questions import KINDS
from incidents.reported import narrative, reporter
from incidents.risks.lessons import controls_of_case
from incidents.risks.sight import risks_of_case
from incidents.severity_view import severity_line
from incidents.story import happenings, story
from incidents.suppliers.view import instants
from incidents.swimlane_view import swimlane
from incidents.trails import trails

router = APIRouter()
Reader = Annotated[Actor, Depends(require(Operation.READ_CASE))]
LogReader = Annotated[Actor, Depends(require(Operation.READ_CASE_LOG))]
Confidant = Annotated[Actor, Depends(require(Operation.READ_REPORTER))]


@router.get("/incidents/{reference}")
def overview(reference: str, request: Request, session: Read, actor: Reader, now: Now) -> HTMLResponse:
    incident = find_in_register(session, actor, reference, Operation.READ_CASE)
    if incident.erased_at is not None:
        return page(request, "case/erased.html", left=erased_case(session, incident, request.state.lang))
    return _overview(request, session, actor, incident, now, reporter_shown=False)


@router.get("/incidents/{reference}/reporter")
def back_to_the_case(reference: str, session: Read, actor: Confidant) -> RedirectResponse:
    """Reloading the page that showed the reporter hides the name again."""
    return redirect(find(session, actor, reference, Operation.READ_REPORTER).path)


@router.post("/incidents/{reference}/reporter")
def show_reporter(reference: str, request: Request, session: Tx, actor: Confidant, now: Now) -> HTMLResponse:
    incident = find(session, actor, reference, Operation.READ_REPORTER)
    record(session, actor, "incident:reporter_shown", incident.reference, now, case=incident.id)
    return _overview(request, session, actor, incident, now, reporter_shown=True)


@router.get("/incidents/{reference}/log")
def full_log(
    reference: str, request: Request, session: Read, actor: LogReader, now: Now, after: int = -1
) -> HTMLResponse:
    incident = find(session, actor, reference, Operation.READ_CASE_LOG)
    lines, following = case_log(session, actor, incident, after, request.state.lang)
    return show(request, session, actor, incident, now, "log.html", tab="log", lines=lines, following=following,
                after=after)  # fmt: skip


@router.get("/incidents/{reference}/trails")
def side_by_side(
    reference: str, request: Request, session: Read, actor: LogReader, now: Now, after: int = -1
) -> HTMLResponse:
    incident = find(session, actor, reference, Operation.READ_CASE_LOG)
    lang, zone = request.state.lang, organisation(session).zone
    found = trails(session, actor, incident, after, lang, zone, open_texts=reads_texts(session, actor, incident))
    lanes = swimlane(happenings(session, actor, incident, lang), lang, zone) if after < 0 else None
    return show(
        request, session, actor, incident, now, "trails.html", tab="log", trails=found, after=after, lanes=lanes
    )


@router.get("/incidents/{reference}/target")
def target(reference: str, session: Read, actor: Reader) -> RedirectResponse:
    """Where a merged case went on, if this reader may see it."""
    incident = find(session, actor, reference)
    into = session.scalar(visible(actor).where(Incident.id == incident.merged_into_id))
    return redirect(into.path if into else incident.path)


def _overview(
    request: Request, session: Read, actor: Actor, incident: Incident, now: Now, *, reporter_shown: bool
) -> HTMLResponse:
    lang, zone = request.state.lang, organisation(session).zone
    known = gather(session, actor, incident, now)
    open_texts = reads_texts(session, actor, incident)
    steps = waiting_for(session, actor, incident)
    return show(
        request, session, actor, incident, now, "show.html", tab="overview",
        strip=clock_strip(session, incident, now, lang, zone),
        alarms=open_alarms(session, incident, lang, zone),
        in_doubt=known.waits.notice_mail is NoticeMailing.IN_DOUBT,
        held=in_force(session, incident) is not None,
        flag=flag(incident, incident.aware_at, lang),
        leaves=leaves(action(actor, incident, known, lang, zone), known.waits, lang, zone),
        mismatch=mismatch_of_case(session, incident, lang) if actor.may(Operation.READ_NOTICE) else None,
        promised=promised_in_words(known.waits.promised, here(session, now), lang),
        tasks=tasks(actor, incident, known, lang, zone),
        facts=facts(session, incident, lang, open_texts=open_texts),
        severity=severity_line(session, actor, incident, lang) if open_texts else "",
        minutes=open_texts and known.commission is not None and known.commission.has_minutes,
        days=story(session, actor, incident, lang, zone, open_texts=open_texts),
        narrative=narrative(session, incident) if open_texts else "",
        kind=KINDS.get(incident.kind, ""),
        failing=failing(session, incident, now, lang) if open_texts else None,
        risks=risks_of_case(session, actor, incident) if actor.may(Operation.LIST_RISKS) else [],
        controls=controls_of_case(session, actor, incident, lang) if actor.may(Operation.LIST_CONTROLS) else [],
        suppliers=instants(session, incident, lang) if open_texts else [],
        reported_by=reported_by(incident, lang),
        reporter=reporter(session, incident) if reporter_shown else None,
        waiting=[waiting_view(session, incident, step, lang, may=may_sign(session, actor, incident, step))
                 for step in steps],
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class AlarmOut:
    """An alarm that waits for an answer, with the button that gives it."""

    duty: str
    means: str
    href: str


def open_alarms(session: Read, incident: Incident, lang: str, zone: str) -> list[AlarmOut]:
    rows = alarm_rows(session, incident, lang, zone)
    out = ((clock, open_alarm(rows[clock.id])) for clock in incident.clocks)
    return [
        AlarmOut(duty_title(clock, lang), found.means, f"{incident.path}/clocks/{clock.id}/acknowledge")
        for clock, found in out if found is not None
    ]  # fmt: skip


def reads_texts(session: Read, actor: Actor, incident: Incident) -> bool:
    """What people wrote is for who handles, watches or judges the case, not for who only writes or releases letters."""
    allowed = visible(actor, Operation.READ_COMMISSION).where(Incident.id == incident.id)
    return session.scalar(allowed) is not None
