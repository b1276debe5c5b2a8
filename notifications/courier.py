"""One worker's way to the relay and back, on one kept connection.

Per mail: hand over the body, commit `in_data` together with the answer to the mail before, send the dot. A kill leaves
at most one message in doubt: the one whose dot was out and whose answer was not yet committed.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from jinja2 import TemplateError
from sqlalchemy.orm import Session

from core.crypto import CannotOpen
from core.db import Database
from core.logs import log
from core.moment import Clock
from core.organisation import Organisation
from core.settings import Settings
from notifications.breaker import mend
from notifications.claims import EVERYTHING, Claim, claim, enter_data, release, withdraw
from notifications.handover import Accepted, Connection, Deferred, Mail, Outage, Outcome, Refused, Transport
from notifications.mail import UnknownKind, UnusableAddress, compose
from notifications.models import OutboxMessage
from notifications.opening import Altered, Opened, open_message
from notifications.permitted import withheld
from notifications.settling import Result, settle

BATCH_TIME = 10.0  # seconds; then alerts that came meanwhile get their turn
Task = tuple[Claim, Opened]


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

    def work(self) -> int:
        """Batch after batch until nothing is due; returns how many mails were accepted.

        Raises:
            Outage: the relay is not usable. What was claimed and not sent has been given back.
        """
        self.connection: Connection = self.transport.open()
        try:
            while not self.stop() and (batch := self._claim()) is not None:
                self._send(batch)
        finally:
            self.connection.close()
        return self.sent

    def _claim(self) -> list[Task] | None:
        """Take a batch and open its seals; None when nothing is due."""
        with self.database.transaction() as session:
            rows = claim(session, self.owner, self.clock(), self.lease, lane=self.lane)
            opened = [(Claim(row.id, row.fence), self._open(session, row)) for row in rows]
        return [(held, mail) for held, mail in opened if mail] if rows else None

    def _open(self, session: Session, row: OutboxMessage) -> Opened | None:
        """What may not leave is cancelled before the claim is committed, so it never was on its way."""
        try:
            opened = open_message(session, row)
        except (CannotOpen, Altered) as trouble:
            withdraw(session, row, "erased" if isinstance(trouble, CannotOpen) else "altered", self.clock())
            return None
        if withheld(self.settings.environment, self.host, opened.to, self.settings.mail_allow):
            withdraw(session, row, "environment", self.clock())
            return None
        return opened

    def _send(self, batch: list[Task]) -> None:
        """Send a batch and write the last answer down; what was not tried is given back and costs no attempt."""
        started, left = time.monotonic(), list(batch)
        try:
            while left and not self.stop() and time.monotonic() - started < BATCH_TIME:
                if not self._send_one(*left[0]):
                    break  # we slept through our lease: others may have the rest of the batch, too
                left.pop(0)
        finally:
            with self._transaction() as session:
                release(session, (held for held, _ in left))

    def _send_one(self, held: Claim, opened: Opened) -> bool:
        """False when the lease was lost."""
        mail = self._compose(opened)
        answer = self._hand_over(mail) if isinstance(mail, Mail) else mail
        if answer is not None:
            self._note(held, answer)
            with self._transaction():
                return True
        with self._transaction() as session:
            mine = enter_data(session, held, self.clock(), self.lease)
        if not mine:
            log.warning("lease_lost", message=held.id, fence=held.fence)
            self.connection.drop()
            return False
        self._note(held, self.connection.finish())
        return True

    def _compose(self, opened: Opened) -> Mail | Refused | Deferred:
        try:
            return compose(opened, self.company, self.settings, self.clock())
        except UnusableAddress:
            return Refused()
        except (UnknownKind, TemplateError):
            log.error("mail_not_written", message=opened.id, kind=opened.kind, exc_info=True)
            return Deferred()

    def _hand_over(self, mail: Mail) -> Refused | Deferred | None:
        """A broken line is opened again once. When this mail breaks it twice the mail waits, not all the others."""
        try:
            return self.connection.hand_over(mail)
        except Outage as outage:
            self._open_again(outage)
        try:
            return self.connection.hand_over(mail)
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
        log.info("mail_answered", message=held.id, state=type(answer).__name__.lower(), smtp_code=answer.code)

    @contextmanager
    def _transaction(self) -> Iterator[Session]:
        """A transaction that also writes down the answers so far. Any answer means that the relay works."""
        with self.database.transaction() as session:
            if self.answers:
                settle(session, self.answers, self.clock())
                mend(session, self.clock())
            yield session
        self.answers.clear()
