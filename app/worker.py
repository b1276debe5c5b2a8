"""The worker knocks; the tables remember. APScheduler is a metronome here: killed at any point, nothing is lost.

Each job is safe beside itself in other processes and after any pause. A job that fails is logged and knocked at again.
"""

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from app.alarms import let_alarms_go, tell_of_doubt
from app.anchoring.folder_round import add_to_folder
from app.anchoring.mail_round import mail_out
from app.anchoring.stamp_round import stamp
from app.erased_outside import remember_erased
from app.heartbeat import beat
from app.left_behind import sweep_left
from app.log_check_jobs import check_log
from app.log_digest import tell_auditors
from app.signing import Signing
from app.wall_clock import ClockWatch
from core.audit.signer import Signer
from core.db import Database
from core.logs import log
from core.moment import Clock, now, steady
from core.settings import Settings
from identity.rules.reminding import remind_to_sign
from identity.training.reminding import remind_to_train
from incidents.assessing import remind_members
from incidents.erasing.jobs import erase_approved, notice_due
from incidents.informing.coming_back import collect
from incidents.informing.jobs import release_due, settle
from incidents.informing.letter_jobs import write_letters
from incidents.informing.list_clearing import clear_lists
from incidents.informing.list_jobs import read_lists
from incidents.jobs import tick
from incidents.notifying.mail_jobs import settle_notice_mails
from incidents.suppliers.jobs import remind_of_agreements
from notifications.channels.delivery import announce_due
from notifications.claims import ALERTS, LEASE, LETTERS
from notifications.delivery import deliver_due
from risk.heartbeats.jobs import look_for_silence
from risk.jobs import remind
from risk.register.jobs import look_after_risks
from risk.tasks.jobs import watch_tasks


@dataclass
class Worker:
    """One process's worker: knocks until it is stopped, then finishes the mail it is at.

    `clock` is the time of the wall, `steady` the seconds that only ever run on.
    """

    database: Database
    settings: Settings
    clock: Clock = now
    steady: Callable[[], float] = steady
    lease: timedelta = LEASE
    owner: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}")

    def __post_init__(self) -> None:
        self._stopping = Event()
        self.watch = ClockWatch()
        self.signing = Signing(Signer.of(self.database, self.settings))
        threads = {"default": ThreadPoolExecutor(len(JOBS))}  # no job ever waits for another's thread
        self._scheduler = BackgroundScheduler(timezone="UTC", executors=threads)

    def start(self) -> None:
        """Start every job at once and then at its interval. Before the first mail the signer looks whether this is an
        earlier state of the service."""
        self._knock(sign_log)
        for job, every in JOBS:
            self._scheduler.add_job(
                self._knock,
                "interval",
                args=[job],
                id=job.__name__,
                seconds=every.total_seconds(),
                next_run_time=now(),
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
            )
        self._scheduler.start()
        log.info("worker_started", owner=self.owner)

    def stop(self) -> None:
        """Let the running jobs end: the mail under way gets its answer, what was not begun is given back."""
        self._stopping.set()
        self._scheduler.shutdown(wait=True)
        log.info("worker_stopped", owner=self.owner)

    @property
    def stopping(self) -> bool:
        return self._stopping.is_set()

    def _knock(self, job: "Job") -> None:
        if self.stopping:
            return
        try:
            job(self)
        except Exception:  # the loop must outlive any job; type and place are logged, never the text
            log.error("job_failed", job=job.__name__, exc_info=True)


@contextmanager
def beside(database: Database, settings: Settings) -> Iterator[Worker]:
    """A worker for as long as something else runs in this process."""
    worker = Worker(database, settings)
    worker.start()
    try:
        yield worker
    finally:
        worker.stop()


Job = Callable[[Worker], object]


def deliver(worker: Worker, lane: range = LETTERS) -> None:
    deliver_due(worker.database, worker.settings, worker.clock, worker.owner, lease=worker.lease,
                stop=lambda: worker.stopping, lane=lane)  # fmt: skip


def deliver_alerts(worker: Worker) -> None:
    """Alerts have a lane and a connection of their own: a hundred thousand letters in hand delay none of them, and one
    alert does not overtake another."""
    deliver(worker, ALERTS)


def announce(worker: Worker) -> None:
    announce_due(worker.database, worker.settings, worker.clock, lease=worker.lease, stop=lambda: worker.stopping)


def watch_clock(worker: Worker) -> None:
    worker.watch.look(worker.database, worker.clock(), worker.steady())


def sign_log(worker: Worker) -> None:
    worker.signing.knock(worker.clock(), worker.steady())


def collect_bounces(worker: Worker) -> None:
    if worker.settings.bounce_maildir:
        collect(worker.database, worker.settings, worker.clock())


def read_long_lists(worker: Worker) -> None:
    read_lists(worker.database, worker.clock, stop=lambda: worker.stopping)


def write_long_mailings(worker: Worker) -> None:
    write_letters(worker.database, worker.clock, stop=lambda: worker.stopping)


def check_the_log(worker: Worker) -> None:
    check_log(worker.database, worker.clock, stop=lambda: worker.stopping)


def erase_what_is_approved(worker: Worker) -> None:
    erase_approved(worker.database, worker.clock, stop=lambda: worker.stopping)


def anchor_in_folder(worker: Worker) -> None:
    add_to_folder(worker.database, worker.settings, worker.clock())


def anchor_by_stamp(worker: Worker) -> None:
    stamp(worker.database, worker.settings, worker.clock)


def anchor_by_mail(worker: Worker) -> None:
    mail_out(worker.database, worker.settings, worker.clock())


def remember_what_is_erased(worker: Worker) -> None:
    remember_erased(worker.database, worker.settings, worker.clock())


def sweep_the_rooms(worker: Worker) -> None:
    """At the start, and then often: there lies in clear what a killed export has left, and whole what a killed backup,
    restore or drill has."""
    sweep_left(worker.settings)


def heartbeat(worker: Worker) -> None:
    beat(worker.database, worker.settings, worker.clock())


def at(rule: Callable[[Database, datetime], object]) -> Job:
    """A job that needs the database and the time."""

    def knock(worker: Worker) -> None:
        rule(worker.database, worker.clock())

    knock.__name__ = f"{rule.__module__}.{rule.__name__}"
    return knock


JOBS: list[tuple[Job, timedelta]] = [
    (watch_clock, timedelta(seconds=15)),
    (deliver_alerts, timedelta(seconds=2)),
    (announce, timedelta(seconds=2)),
    (deliver, timedelta(seconds=2)),
    (at(tick), timedelta(seconds=15)),
    (sign_log, timedelta(seconds=2)),
    (at(release_due), timedelta(seconds=10)),
    (at(settle), timedelta(seconds=10)),
    (read_long_lists, timedelta(seconds=5)),
    (write_long_mailings, timedelta(seconds=2)),
    (at(clear_lists), timedelta(minutes=1)),
    (erase_what_is_approved, timedelta(seconds=20)),
    (at(notice_due), timedelta(hours=1)),
    (at(settle_notice_mails), timedelta(seconds=5)),
    (at(tell_of_doubt), timedelta(seconds=15)),
    (at(remind_members), timedelta(minutes=1)),
    (collect_bounces, timedelta(minutes=1)),
    (check_the_log, timedelta(seconds=5)),
    (anchor_in_folder, timedelta(seconds=15)),
    (anchor_by_stamp, timedelta(seconds=15)),
    (anchor_by_mail, timedelta(minutes=1)),
    (at(tell_auditors), timedelta(minutes=5)),
    (sweep_the_rooms, timedelta(minutes=1)),
    (remember_what_is_erased, timedelta(minutes=5)),
    (heartbeat, timedelta(minutes=1)),
    (at(remind), timedelta(minutes=10)),
    (at(look_for_silence), timedelta(seconds=15)),
    (at(remind_of_agreements), timedelta(hours=1)),
    (at(watch_tasks), timedelta(minutes=5)),
    (at(remind_to_sign), timedelta(minutes=10)),
    (at(remind_to_train), timedelta(minutes=30)),
    (at(look_after_risks), timedelta(minutes=10)),
    (at(let_alarms_go), timedelta(minutes=10)),
]
