"""One worker's way to the relay and back, on one kept connection.

Per window: hand over the body of its first mail, commit `in_data` for all of it together with the answers to the window
before, send the dot, then the other mails whole. A kill leaves at most one window in doubt: the mails that were entered
and whose answers were not yet committed. A window is one mail, unless VAKA_MAIL_WINDOW says more.

Within a window the next mail may be announced along with the dot of the one before. It is entered already, it stops at
its 354, and neither its body nor its dot leaves before the answer to that dot has come and the lease is looked at.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice

from jinja2 import TemplateError
from sqlalchemy.orm import Session

from core.db import Database
from core.logs import log
from core.moment import Clock, steady
from core.organisation import Organisation
from core.settings import Settings
from notifications.breaker import mend
from notifications.claims import ALERTS, BATCH, EVERYTHING, Claim, claim, enter_data, release
from notifications.handover import Accepted, Connection, Deferred, Mail, Outage, Outcome, Refused, Transport, nothing
from notifications.in_hand import Task, open_or_withdraw
from notifications.mail import UnknownKind, UnusableAddress, compose
from notifications.opening import Opened
from notifications.rate import allowance, pause, spend
from notifications.settling import Result, settle

BATCH_TIME = 10.0  # seconds; then alerts that came meanwhile get their turn
NAP, LONGEST_WAIT = 0.5, 5.0  # seconds of waiting for the relay's rate; for longer the line is closed


class LeaseLost(Exception):
    """We slept too long: others may have what we hold."""


@dataclass
class Courier:
    """Claims, sends and marks. `owner` names this round among all workers; `stop` is asked between two mails."""

    database: Database
    settings: Settings
    clock: Clock
    owner: str
    lease: timedelta
    stop: Callable[[], bool]
    company: Organisation
    host: str
    transport: Transport
    lane: range = EVERYTHING
    sent: int = 0
    answers: list[Result] = field(default_factory=list)  # not yet written down
    leased_at: float = field(default_factory=steady)

    def work(self) -> int:
        """Batch after batch until nothing is due; returns how many mails were accepted.

        Raises:
            Outage: the relay is not usable. What was claimed and not sent has been given back.
        """
        self.connection: Connection = self.transport.open()
        try:
            while not self.stop() and self._may_send() and (batch := self._claim()) is not None:
                self._send(batch)
        finally:
            try:
                self._write_down()
            finally:
                self.connection.close()
        return self.sent

    def renewed(self, since: float) -> None:
        """The leases count anew from then."""
        self.leased_at = since

    def _may_send(self) -> bool:
        """Wait while the relay's rate lets no letter leave; False when that takes too long to keep the line open."""
        patience = LONGEST_WAIT
        while self._limited and not self.stop():
            with self.database.reading() as session:
                wait = pause(session, self.settings.mail_rate, self.clock())
            if wait == 0 or wait > patience:
                return wait == 0
            time.sleep(nap := min(wait, NAP))
            patience -= nap
        return True

    @property
    def _limited(self) -> bool:
        return self.settings.mail_rate > 0 and self.lane is not ALERTS

    def _claim(self) -> list[Task] | None:
        """Take a batch and open its seals; None when nothing is due.

        A batch that is one window is entered at once, when the relay has taken a mail on this line: one transaction for
        the answers to the window before and for this one.
        """
        rate, now, since = self.settings.mail_rate, self.clock(), steady()
        with self._transaction() as session:
            limit = max(BATCH, self.settings.mail_window)
            if self._limited:
                limit = min(limit, allowance(session, rate, now))
            enter = self.sent > 0 and self._windowed and limit <= self.settings.mail_window
            rows = claim(session, self.owner, now, self.lease, limit, self.lane, enter=enter)
            if rate:
                spend(session, rate, len(rows), now)
            opened = [
                (Claim(row.id, row.fence), open_or_withdraw(session, row, self.settings, self.host, now))
                for row in rows
            ]
        self.renewed(since)
        return [Task(held, mail, enter, self._compose) for held, mail in opened if mail] if rows or not limit else None

    @property
    def _windowed(self) -> bool:
        return self.settings.mail_window > 1

    def _send(self, batch: list[Task]) -> None:
        """Send a batch and write the last answers down, now or with the next claim; what was not tried is given back
        and costs no attempt."""
        started, left = time.monotonic(), deque(batch)
        try:
            while left and not self.stop() and time.monotonic() - started < BATCH_TIME:
                self._send_window(left)
        except LeaseLost:
            self.connection.drop()
        finally:
            if left or self._limited or not self._windowed:
                self._give_back([task.held for task in left])

    def _give_back(self, left: list[Claim]) -> None:
        with self._transaction() as session:
            release(session, left)
            if left and self.settings.mail_rate:
                spend(session, self.settings.mail_rate, -len(left), self.clock())

    def _send_window(self, left: deque[Task]) -> None:
        """Send the first of those that are left. What is taken out of `left` has had its dot or a refusal."""
        if not self._first_handed_over(left):
            return
        window = [task.held for task in islice(left, self.settings.mail_window)]
        if not left[0].entered:
            self._enter(window)
        for number, held in enumerate(window):
            if number and self.stop():
                return
            answer = self._try(left[0], hold=True) if number else None
            following = left[1].mail if number + 1 < len(window) else None
            self._require_lease(held)
            left.popleft()
            self._note(held, answer or self._finish(following, left))

    def _finish(self, following: Mail | Refused | Deferred | None, left: deque[Task]) -> Outcome:
        """The mail after the following one is composed while the relay thinks about this one."""
        announced = following if isinstance(following, Mail) else None
        return self.connection.finish(announced, left[1].get_ready if following and len(left) > 1 else nothing)

    def _first_handed_over(self, left: deque[Task]) -> bool:
        """Go on until the body of one mail is with the relay; False when none is left that it would take."""
        while left and not self.stop():
            answer = self._try(left[0])
            if answer is None:
                return True
            self._note(left.popleft().held, answer)
        return False

    def _enter(self, window: list[Claim]) -> None:
        """Write down that the dots of these follow.

        Raises:
            LeaseLost: another worker has one of them.
        """
        since = steady()
        with self._transaction() as session:
            mine = enter_data(session, window, self.clock(), self.lease)
        self.renewed(since)
        for held in window:
            if held.id not in mine:
                raise self._lost(held)

    def _require_lease(self, held: Claim) -> None:
        """By a clock that also runs while we sleep: between writing down and the dot a whole night may have passed.

        Raises:
            LeaseLost: the lease may have lapsed.
        """
        if steady() - self.leased_at >= self.lease.total_seconds():
            raise self._lost(held)

    def _lost(self, held: Claim) -> LeaseLost:
        log.warning("lease_lost", message=held.id, fence=held.fence)
        return LeaseLost()

    def _try(self, task: Task, *, hold: bool = False) -> Refused | Deferred | None:
        """Everything but the dot; None when it may follow."""
        return self._hand_over(task.mail, hold) if isinstance(task.mail, Mail) else task.mail

    def _compose(self, opened: Opened) -> Mail | Refused | Deferred:
        try:
            return compose(opened, self.company, self.settings, self.clock())
        except UnusableAddress:
            return Refused()
        except (UnknownKind, TemplateError):
            log.error("mail_not_written", message=opened.id, kind=opened.kind, exc_info=True)
            return Deferred()

    def _hand_over(self, mail: Mail, hold: bool) -> Refused | Deferred | None:
        """A broken line is opened again once. When this mail breaks it twice the mail waits, not all the others."""
        try:
            return self.connection.hand_over(mail, hold=hold)
        except Outage as outage:
            self._open_again(outage)
        try:
            return self.connection.hand_over(mail, hold=hold)
        except Outage as outage:
            self._open_again(outage)
            return Deferred(outage.code)

    def _open_again(self, outage: Outage) -> None:
        if outage.reason != "line_broke":
            raise outage
        self.connection = self.transport.open()

    def _note(self, held: Claim, answer: Outcome) -> None:
        self.answers.append(Result(held, answer))
        self.sent += isinstance(answer, Accepted)
        if not self._windowed or not isinstance(answer, Accepted):
            log.info("mail_answered", message=held.id, state=type(answer).__name__.lower(), smtp_code=answer.code)

    @contextmanager
    def _transaction(self) -> Iterator[Session]:
        """A transaction that also writes down the answers so far. Any answer means that the relay works."""
        with self.database.transaction() as session:
            if self.answers:
                settle(session, self.answers, self.clock())
                mend(session, self.clock())
            yield session
        if self._windowed and self.answers:
            log.info("mails_answered", count=len(self.answers), state="written")
        self.answers.clear()

    def _write_down(self) -> None:
        if self.answers:
            with self._transaction():
                pass
