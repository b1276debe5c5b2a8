"""From a claimed row to a mail in a worker's hand: opened with the claim, composed in its turn."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy.orm import Session

from core.crypto import CannotOpen
from core.settings import Settings
from notifications.claims import Claim, Taken, withdraw
from notifications.handover import Deferred, Mail, Refused
from notifications.models import OutboxMessage
from notifications.opening import Altered, Opened, open_message
from notifications.permitted import withheld


@dataclass
class Task:
    """A mail in hand, composed once, when its turn is near. `entered`: its dot may follow, it is written down."""

    held: Claim
    opened: Opened
    entered: bool
    compose: Callable[[Opened], Mail | Refused | Deferred]

    @cached_property
    def mail(self) -> Mail | Refused | Deferred:
        return self.compose(self.opened)

    def get_ready(self) -> None:
        """Compose it now, within the wait for another mail's answer: what fails may not touch that answer, and fails
        again in its own turn."""
        with suppress(Exception):
            _ = self.mail


def open_or_withdraw(session: Session, row: Taken, settings: Settings, host: str, now: datetime) -> Opened | None:
    """What may not leave is cancelled before the claim is committed, so it never was on its way."""
    try:
        opened = open_message(session, row)
    except (CannotOpen, Altered) as trouble:
        reason = "erased" if isinstance(trouble, CannotOpen) else "altered"
    else:
        if not withheld(settings.environment, host, opened.to, settings.mail_allow):
            return opened
        reason = "environment"
    withdraw(session, session.get_one(OutboxMessage, row.id, populate_existing=True), reason, now)
    return None
