"""A duty towards everybody of one kind (GDPR Art. 33(2); contracts): done once the last of them has been told.

Each keeps a deadline and a proof of its own. The clock of the case is the strictest deadline that still runs.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from core.access import Actor
from core.errors import N_
from core.i18n import translate
from core.organisation import organisation
from incidents.clock_choices import NOT_APPLICABLE, clocks_under, confirm
from incidents.clock_duties import DONE, Fulfilled, fulfil, take_back
from incidents.clock_opening import choices_of, start_due
from incidents.clock_recount import recount
from incidents.clock_rows import end, resume
from incidents.contract_hours import SHARED, Listed, listed, listed_lengths
from incidents.models import Incident, IncidentClock
from notifications.filings import delay_reasons, receipt_reference
from notifications.notice_models import Filing
from notifications.others import name_of

JUDGED_THEN = N_("Everybody was told in time by the deadline that held then. It has moved since.")
MORE_TO_TELL = N_("Somebody who has not been told stands on the list now.")


def follow_list(session: Session, actor: Actor, incident: Incident, kind: str, now: datetime) -> None:
    """Bring the shared clocks in line with who is on the list and who has been told. Called after each change of it."""
    shared = SHARED.get(kind)
    if shared is None:
        return
    found = listed(session, incident.id, kind)
    with_hours = [one for one in found if one.hours is not None]
    if found if shared.at_once else with_hours:
        _confirm(session, actor, incident, shared.regime, now)
    for duty, concerned in ((shared.at_once, found), (shared.by_hours, with_hours)):
        clock = next((one for one in clocks_under(incident, shared.regime) if one.duty == duty), None)
        if clock is not None:
            _follow(session, actor, incident, clock, concerned, now)


def _confirm(session: Session, actor: Actor, incident: Incident, regime: str, now: datetime) -> None:
    """Whoever lists somebody says that the law applies; the hours of its clocks come from the list."""
    choice = choices_of(session, incident).get(regime)
    lengths = {**(choice.given if choice else {}), **listed_lengths(session, incident.id, regime)}
    if choice is None or not choice.applies:
        confirm(session, actor, incident, regime, lengths, "", now)
    elif lengths != choice.given:
        choice.given = lengths
        session.flush()
        recount(session, incident, [one for one in clocks_under(incident, regime) if one.stopped_at is None], now)
        start_due(session, incident, now)


def _follow(
    session: Session, actor: Actor, incident: Incident, clock: IncidentClock, concerned: Sequence[Listed], now: datetime
) -> None:
    filings = [one.filing for one in concerned if one.filing is not None]
    if not concerned:
        if clock.stopped_at is None:
            end(clock, NOT_APPLICABLE, now)
    elif len(filings) == len(concerned):
        if clock.stopped_at is None:
            _all_told(session, actor, incident, clock, concerned, filings, now)
    elif clock.stop_reason == DONE:
        language = organisation(session).language
        take_back(session, actor, incident, clock, translate(language, MORE_TO_TELL), now)
        recount(session, incident, [clock], now)
    elif clock.stop_reason == NOT_APPLICABLE:
        resume(clock, now)
        recount(session, incident, [clock], now)


def _all_told(
    session: Session, actor: Actor, incident: Incident, clock: IncidentClock, concerned: Sequence[Listed],
    filings: Sequence[Filing], now: datetime,
) -> None:  # fmt: skip
    """Done at the last of the moments, and as late as the latest of them was by its own deadline."""
    last = max(one.filed_at for one in filings)
    lateness = [one.filed_at - one.due_at for one in filings if one.late and one.due_at is not None]
    clock.late_seconds = int(max(lateness, default=timedelta()).total_seconds()) if clock.due_at else None
    names = ", ".join(name_of(session, one.row) for one in concerned)
    references = ", ".join(filter(None, (receipt_reference(session, one) for one in filings)))
    reasons = "\n".join(filter(None, (delay_reasons(session, one) for one in filings)))
    if not lateness and clock.due_at is not None and last > clock.due_at:
        reasons = translate(organisation(session).language, JUDGED_THEN)
    fulfil(session, actor, incident, clock, Fulfilled(last, names, references, reasons=reasons), now)
