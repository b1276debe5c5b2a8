"""The worker's round: take back what a dead worker left lying, then send what is due, unless the relay rests."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from secrets import token_hex
from threading import Event, Thread

from sqlalchemy.exc import SQLAlchemyError

from core.db import Database
from core.logs import log
from core.moment import Clock, steady
from core.organisation import organisation
from core.restored import restored
from core.settings import Settings
from notifications.breaker import relay_state, trip
from notifications.claims import EVERYTHING, LEASE, anything_due, anything_lapsed, renew
from notifications.courier import Courier
from notifications.handover import Outage
from notifications.relay import relay_host, relay_url
from notifications.settling import recover
from notifications.transport import transport_for


def deliver_due(
    database: Database,
    settings: Settings,
    clock: Clock,
    owner: str,
    *,
    lease: timedelta = LEASE,
    stop: Callable[[], bool] = lambda: False,
    lane: range = EVERYTHING,
) -> int:
    """Send everything that is due, alerts first; returns how many mails the relay accepted.

    A `lane` takes some priorities only: letters in hand delay no alert, and alerts leave by one way, in the order of
    their deadlines. Safe with any number of workers, and after any kill. An outage of the relay costs no message an
    attempt.
    """
    owner = f"{owner}/{token_hex(4)}"  # a round of its own: what an earlier one left must not be renewed by this one
    with database.reading() as session:
        lapsed = anything_lapsed(session, clock())
    if lapsed:
        with database.transaction() as session:
            log.warning("leases_lapsed", count=recover(session, clock()))
    with database.reading() as session:
        if restored(session) or relay_state(session).resting(clock()) or not anything_due(session, clock(), lane):
            return 0
        url, company = relay_url(session, settings), organisation(session)
        session.expunge_all()
    try:
        transport = transport_for(url, settings)
        courier = Courier(database, settings, clock, owner, lease, stop, company, relay_host(url), transport, lane)
        with keeping_leases(database, clock, owner, lease, courier.renewed):
            return courier.work()
    except Outage as outage:
        with database.transaction() as session:
            state = trip(session, outage, clock())
        log.warning("relay_down", reason=outage.reason, smtp_code=outage.code, count=state.failures)
        return 0


@contextmanager
def keeping_leases(
    database: Database, clock: Clock, owner: str, lease: timedelta, renewed: Callable[[float], None]
) -> Iterator[None]:
    """Renew the leases beside the work: ten minutes of waiting for an answer must not look like a dead worker."""
    over = Event()

    def keep() -> None:
        while not over.wait(lease / timedelta(seconds=4)):
            since = steady()
            try:
                with database.transaction() as session:
                    renew(session, owner, clock(), lease)
                renewed(since)
            except SQLAlchemyError:
                log.warning("lease_not_renewed", exc_info=True)

    keeper = Thread(target=keep, name="lease", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()
