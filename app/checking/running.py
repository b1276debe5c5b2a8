"""What runs just now: the worker, the alarms, the clock of the machine."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.checking.finding import Finding, failed, fine
from app.heartbeat import TICK, tick_is_old
from app.wall_clock import doubt
from core.errors import N_
from core.i18n import span
from incidents.jobs import unsent_overdue
from notifications.service_state import recall

START = N_("Start it: vaka work, or vaka serve without --no-worker.")
TRUST = N_("Set it right, or confirm on the messages page that it is.")


def worker(session: Session, now: datetime) -> Finding:
    row = recall(session, TICK)
    if row is None:
        return failed("worker", N_("None has run yet: nobody watches the deadlines."), START)
    ago = span(abs(now - row.at))
    if tick_is_old(session, now):
        return failed("worker", N_("The last one looked at the deadlines {ago} ago."), START, ago=ago)
    return fine("worker", N_("It looks at the deadlines."))


def alarms(session: Session, now: datetime) -> Finding:
    if unsent_overdue(session, now):
        return failed("alarms", N_("One has waited for more than a minute."),
                      N_("Look at the mail server, and call whoever must act."))  # fmt: skip
    return fine("alarms", N_("None waits."))


def clock(session: Session) -> Finding:
    found = doubt(session)
    if found:
        return failed("clock", N_("It has jumped by {by}."), TRUST, by=span(found.offset))
    return fine("clock", N_("It has not jumped."))
