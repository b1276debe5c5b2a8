"""The sticky header and the tabs that every page of a case carries (templates/case/frame.html)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.audit.models import AuditEntry
from core.audit.sight import not_hidden_from
from core.errors import N_
from core.files import StoredFile
from core.i18n import absolute, date_only, iso, span, time_left, translate
from core.organisation import organisation
from identity.people import person
from incidents.bundling.lateness import deadline_of, first_due
from incidents.bundling.together import together
from incidents.case_actions import Action, action
from incidents.case_facts import HOUSE, gather, legal_clock, level_of
from incidents.catalogue import cause_of
from incidents.escalation import Duty
from incidents.models import Incident, IncidentClock, ThreadMessage
from incidents.regimes import REGIMES
from incidents.sealed import may_read_entry
from incidents.states import AUTHORITY_TOLD, ENDED, AuthorityTrack, State, label
from incidents.suppliers.models import SupplierTelling
from incidents.urgency import URGENCY_LABELS, Urgency

UNNAMED = N_("cause not known")
SHAPES = {State.REPORTED: ("none", "ring"), State.CLOSED: ("ok", "check"), State.NOT_AN_INCIDENT: ("none", "check"),
          State.MERGED: ("none", "check")}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ClockView:
    """What templates/parts/clock.html reads."""

    level: str
    left: str
    level_word: str = ""
    due_text: str = ""
    due_iso: str = ""
    note: str = ""
    what: str = ""
    seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Tab:
    href: str
    label: str
    count: int | None
    current: bool


@dataclass(frozen=True, slots=True)
class CaseView:
    """One case as the header shows it. `tab` is empty on the pages of a task, which show no tabs."""

    reference: str
    href: str
    title: str
    state: str
    level: str
    shape: str
    clock: ClockView
    owner: str
    commission: str
    next_step: Action
    tabs: tuple[Tab, ...]
    tab: str
    version: int
    ended: bool


def case_view(session: Session, actor: Actor, incident: Incident, now: datetime, lang: str, tab: str = "") -> CaseView:
    """The header of a case for one reader; `tab` is "overview", "clocks", "log", "files", "thread", "suppliers" or
    "similar"."""
    zone = organisation(session).zone
    known = gather(session, actor, incident, now)
    commission = known.commission
    owner = person(session, incident.owner_id)
    state = State(incident.state)
    level, shape = SHAPES.get(state, ("calm", "half"))
    votes = N_("Commission {given} of {seats}")
    return CaseView(
        reference=incident.reference,
        href=incident.path,
        title=shown_title(incident, lang),
        state=translate(lang, label(state)),
        level=level,
        shape=shape,
        clock=_clock(session, incident, now, lang, zone),
        owner=owner.name if owner else translate(lang, N_("Nobody yet")),
        commission=translate(lang, votes, given=commission.given, seats=commission.seats) if commission else "",
        next_step=action(actor, incident, known, lang, zone),
        tabs=_tabs(session, actor, incident, lang, tab) if tab else (),
        tab=tab,
        version=incident.version,
        ended=state in ENDED,
    )


def shown_title(incident: Incident, lang: str) -> str:
    """Of an erased case the cause, in words: the title that people wrote is gone."""
    if incident.erased_at is not None:
        cause = cause_of(incident)
        return translate(
            lang, N_("Erased: {cause}"), cause=cause.label.in_(lang) if cause else translate(lang, UNNAMED)
        )
    return incident.title or translate(lang, N_("Report without a title"))


def _clock(session: Session, incident: Incident, now: datetime, lang: str, zone: str) -> ClockView:
    """Of a joint notice the deadline that comes first, whichever of its cases it belongs to."""
    own, first = legal_clock(incident), first_due(together(session, incident))
    if first is None or first is incident or own is None or own.ends_at <= (deadline_of(first) or own.ends_at):
        return clock_view(incident, now, lang, zone)
    return replace(clock_view(first, now, lang, zone), what=translate(lang, N_("joint notice")))


def clock_view(incident: Incident, now: datetime, lang: str, zone: str) -> ClockView:
    """Text first: what is left and the absolute moment, both always visible. Once the authority has been told, that
    comes first, for as long as nothing else presses."""
    clock = legal_clock(incident)
    told = _notified(incident)
    if clock is None:
        return _notified_view(told, None, lang, zone) if told else _stopped(incident, lang, zone)
    if told is not None and level_of(clock, now) is Urgency.CALM:
        return _notified_view(told, clock, lang, zone)
    urgency = level_of(clock, now)
    return ClockView(
        urgency,
        time_left(clock.ends_at - now, lang),
        translate(lang, URGENCY_LABELS[urgency]),
        absolute(clock.ends_at, lang, zone),
        iso(clock.ends_at, zone),
        seconds=int((clock.ends_at - now).total_seconds()),
        what="" if clock.duty == Duty.NOTIFY_AUTHORITY else duty_title(clock, lang),
    )


def duty_title(clock: IncidentClock, lang: str) -> str:
    """What the clock asks for; a law that is no longer here leaves its code."""
    regime = REGIMES.get(clock.regime)
    stage = regime.stage(clock.duty, clock.started_at.date()) if regime else None
    return translate(lang, stage.title) if stage else clock.duty


def _stopped(incident: Incident, lang: str, zone: str) -> ClockView:
    """A clock that no longer runs says what became of it."""
    legal = [clock for clock in incident.clocks if clock.regime != HOUSE and clock.due_at]
    last = incident.clock(Duty.NOTIFY_AUTHORITY) or max(legal, key=lambda clock: clock.ends_at, default=None)
    if last is None or last.stopped_at is None:
        note = translate(lang, N_("Imported: no deadline was ever counted here.")) if incident.imported_sealed else " "
        return ClockView("none", translate(lang, N_("No clock")), note=note)
    since = translate(lang, N_("since {day}"), day=date_only(last.stopped_at, lang, zone))
    return ClockView("none", translate(lang, N_("No deadline left")), note=since)


def _notified(incident: Incident) -> IncidentClock | None:
    """The clock of the notice, when the notice has been sent."""
    clock = incident.clock(Duty.NOTIFY_AUTHORITY)
    filed = clock is not None and clock.stopped_at is not None
    return clock if filed and AuthorityTrack(incident.authority_track) in AUTHORITY_TOLD else None


def _notified_view(told: IncidentClock, following: IncidentClock | None, lang: str, zone: str) -> ClockView:
    """In time or how late; then what is due next, else when it was sent."""
    if following is not None:
        then = N_("supplement by {moment}") if following.duty == Duty.SUPPLEMENT else N_("next deadline {moment}")
        note = translate(lang, then, moment=absolute(following.ends_at, lang, zone))
    else:
        note = translate(lang, N_("on {moment}"), moment=absolute(told.stopped_at or told.ends_at, lang, zone))
    if not told.late_seconds:
        return ClockView("ok", translate(lang, N_("Notified in time")), note=note)
    late = span(timedelta(seconds=told.late_seconds))
    return ClockView("late", translate(lang, N_("Notified {span} late"), span=late), note=note)


def _tabs(session: Session, actor: Actor, incident: Incident, lang: str, current: str) -> tuple[Tab, ...]:
    entries = select(func.count()).select_from(AuditEntry)
    entries = entries.where(AuditEntry.case_id == incident.id, not_hidden_from(actor.id), may_read_entry(actor))
    running = (
        select(func.count())
        .select_from(IncidentClock)
        .where(IncidentClock.incident_id == incident.id, IncidentClock.stopped_at.is_(None))
    )
    files = select(func.count()).select_from(StoredFile).where(StoredFile.case_id == incident.id)
    written = select(func.count()).select_from(ThreadMessage).where(ThreadMessage.incident_id == incident.id)
    told = select(func.count()).select_from(SupplierTelling).where(SupplierTelling.incident_id == incident.id)
    known = (
        ("overview", "", N_("Overview"), Operation.READ_CASE, None),
        ("clocks", "/clocks", N_("Clocks"), Operation.READ_CASE, running),
        ("log", "/log", N_("Full log"), Operation.READ_CASE_LOG, entries),
        ("files", "/files", N_("Files"), Operation.READ_FILE, files),
        ("thread", "/thread", N_("Questions"), Operation.READ_THREAD, written),
        ("suppliers", "/suppliers", N_("Suppliers"), Operation.READ_COMMISSION, told),
        ("similar", "/similar", N_("Similar cases"), Operation.READ_CASE, None),
    )
    return tuple(
        Tab(
            incident.path + path,
            translate(lang, word),
            None if query is None else session.scalar(query),
            code == current,
        )
        for code, path, word, operation, query in known
        if actor.may(operation)
    )
