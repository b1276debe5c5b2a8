"""Mails that came back: somebody on a list was not reached after all, so whoever handles the case is told."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from core.access import Role
from core.crypto import CannotOpen
from core.db import Database
from core.logs import log
from core.settings import Settings
from incidents.alerts import people_for, tell
from incidents.models import Incident
from notifications.bounce_reading import MOST_BYTES, read_come_back
from notifications.bouncing import Effect, take_back
from notifications.models import OutboxMessage

NOT_A_BOUNCE = "not_a_bounce"
AT_ONCE = 200  # files of the maildir in one round


def take_in(session: Session, settings: Settings, mail: bytes, now: datetime) -> str:
    """One mail to the return path: an effect, or that it is no report of a failed delivery."""
    come_back = read_come_back(mail, settings.bounce_address)
    if come_back is None:
        return NOT_A_BOUNCE
    effect, message = take_back(session, come_back, now)
    if effect is Effect.BOUNCED and message is not None and message.mailing_id:
        _tell(session, message, now)
    return effect


def _tell(session: Session, message: OutboxMessage, now: datetime) -> None:
    """Once a day and case; the list shows everybody who must be told in another way."""
    incident = session.get(Incident, message.case_id)
    if incident is None:
        return
    people = people_for(session, incident, Role.MANAGER, Role.DEPUTY)
    try:
        tell(session, incident, "letters_came_back", people, f"{message.mailing_id}:{now:%Y-%m-%d}", now,
             path=f"{incident.path}/people/list?show=todo")  # fmt: skip
    except CannotOpen:
        log.info("bounce_of_an_erased_case", message=message.id)


def collect(database: Database, settings: Settings, now: datetime) -> Counter[str]:
    """Read what has come to the maildir. A file is moved only after its effect is committed, so a kill loses none."""
    effects: Counter[str] = Counter()
    for file in _new(settings.bounce_maildir):
        with database.transaction() as session:
            effect = take_in(session, settings, _content(file), now)
        effects[effect] += 1
        if effect != Effect.EARLY:
            file.rename(file.parent.parent / "cur" / f"{file.name}:2,S")
    if effects:
        log.info("bounces_read", count=effects.total(), result=dict(effects))
    return effects


def _new(folder: Path | None) -> Iterator[Path]:
    """Whole files only: a mail server writes to `tmp` and moves to `new`."""
    found = sorted((folder / "new").iterdir())[:AT_ONCE] if folder else []
    yield from (file for file in found if not file.name.startswith(".") and file.is_file())


def _content(file: Path) -> bytes:
    with file.open("rb") as handle:
        return handle.read(MOST_BYTES)
