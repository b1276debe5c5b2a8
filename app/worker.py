"""The worker knocks; the tables remember. APScheduler is a metronome here: killed at any point, nothing is lost.

Each job is safe beside itself in other processes and after any pause. A job that fails is logged and knocked at again.
"""

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event

from apscheduler.schedulers.background import BackgroundScheduler

from app.alarms import tell_of_doubt
from core.db import Database
from core.logs import log
from core.moment import Clock, now
from core.settings import Settings
from incidents.assessing import remind_members
from incidents.jobs import tick
from notifications.claims import LEASE
from notifications.delivery import deliver_due
from risk.jobs import remind


@dataclass
class Worker:
    """One process's worker: knocks until it is stopped, then finishes the mail it is at."""

    database: Database
    settings: Settings
    clock: Clock = now
    lease: timedelta = LEASE
    owner: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}")

    def __post_init__(self) -> None:
        self._stopping = Event()
        self._scheduler = BackgroundScheduler(timezone="UTC")

    def start(self) -> None:
        """Start every job at once and then at its interval."""
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


def deliver(worker: Worker) -> None:
    deliver_due(worker.database, worker.settings, worker.clock, worker.owner,
                lease=worker.lease, stop=lambda: worker.stopping)  # fmt: skip


def raise_levels(worker: Worker) -> None:
    tick(worker.database, worker.clock())


def remind_of_controls(worker: Worker) -> None:
    remind(worker.database, worker.clock())


def remind_the_commission(worker: Worker) -> None:
    remind_members(worker.database, worker.clock())


def alarm(worker: Worker) -> None:
    tell_of_doubt(worker.database, worker.clock())


JOBS: list[tuple[Job, timedelta]] = [
    (deliver, timedelta(seconds=2)),
    (raise_levels, timedelta(seconds=15)),
    (alarm, timedelta(seconds=15)),
    (remind_the_commission, timedelta(minutes=1)),
    (remind_of_controls, timedelta(minutes=10)),
]
