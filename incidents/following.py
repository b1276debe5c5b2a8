"""Following a report by its code: finding it, keeping the browser in without the code in any address, and the steps."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import ANONYMOUS
from core.audit import record
from core.crypto import CannotOpen, Keyring, open_with, seal_with
from core.errors import N_
from incidents.intake_mails import decide_by, read_by
from incidents.models import Incident
from incidents.receipt import grouped, hashed, parse
from incidents.reporter_mails import ToReporter, mail_reporter
from incidents.states import ENDED, State

STAYS_OPEN = timedelta(minutes=60)
PLACE = "status-cookie"
STAGES = (N_("Received"), N_("Being looked into"), N_("Being assessed"), N_("Being put right"), N_("Closed"))
REACHED = {
    State.REPORTED: 0,
    State.UNDER_REVIEW: 1,
    State.IN_ASSESSMENT: 2,
    State.DECIDED: 3,
    State.IN_REMEDY: 3,
    State.CLOSED: 4,
    State.NOT_AN_INCIDENT: 4,
    State.MERGED: 1,
}
SENTENCES = {
    State.REPORTED: N_("Your report has arrived and waits to be read."),
    State.UNDER_REVIEW: N_("Somebody is looking into what has happened."),
    State.IN_ASSESSMENT: N_("A commission is assessing how serious it is."),
    State.DECIDED: N_("It is decided what has to be done."),
    State.IN_REMEDY: N_("What has happened is being put right."),
    State.CLOSED: N_("The case is closed. Thank you for telling us."),
    State.NOT_AN_INCIDENT: N_("We found that no personal data was at risk. Thank you for telling us."),
    State.MERGED: N_("Others reported the same thing. We handle the reports together."),
}


@dataclass(frozen=True, slots=True)
class Stage:
    """One step as templates/parts/tags.html `steps` reads it; the word is translated where it is shown."""

    word: str
    state: str


def by_code(session: Session, typed: str) -> Incident | None:
    """The report of a code as a person typed it. What cannot be a code costs the same look as a wrong one."""
    return session.scalar(select(Incident).where(Incident.receipt_hash == hashed(parse(typed) or typed)))


def stages(incident: Incident) -> list[Stage]:
    """What is done, where it stands, what is left."""
    state = State(incident.state)
    reached = REACHED[state] + (state in {State.CLOSED, State.NOT_AN_INCIDENT})
    return [
        Stage(word, "done" if at < reached else "now" if at == reached else "left") for at, word in enumerate(STAGES)
    ]


def next_word_by(incident: Incident, now: datetime) -> datetime | None:
    """When the reporter hears from us at the latest, while that still lies ahead."""
    if State(incident.state) in ENDED:
        return None
    promises = [read_by(incident)] if incident.state == State.REPORTED else []
    return next((moment for moment in [*promises, decide_by(incident)] if moment > now), None)


def saved(session: Session, incident: Incident, now: datetime) -> None:
    """The reporter says that the code is kept safe; from now on it is not shown again."""
    if incident.receipt_saved_at is None:
        incident.receipt_saved_at = now
        record(session, ANONYMOUS, "receipt:saved", incident.reference, now, case=incident.id)


def mail_code(session: Session, incident: Incident, code: str, now: datetime) -> bool:
    """Send the code to the address the reporter gave, because they asked for it. False: no address was given."""
    if not mail_reporter(session, incident, ToReporter.CODE, incident.id, now, code=grouped(code)):
        return False
    record(session, ANONYMOUS, "receipt:mailed", incident.reference, now, case=incident.id)
    return True


def ticket(keyring: Keyring, code: str, now: datetime) -> str:
    """What the browser keeps instead of the code: sealed, and worth nothing after an hour."""
    value = json.dumps({"code": code, "until": (now + STAYS_OPEN).timestamp()}).encode()
    return seal_with(keyring.derive(PLACE), keyring.key_id, PLACE, value)


def code_in(keyring: Keyring, sealed: str, now: datetime) -> str | None:
    """The code in such a ticket; None when it is too old or not ours."""
    try:
        value = json.loads(open_with(keyring.derive(PLACE), PLACE, sealed))
    except CannotOpen:
        return None
    return str(value["code"]) if now.timestamp() < value["until"] else None
