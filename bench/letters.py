"""Letters that wait in the outbox as an approval leaves them: final, sealed, one to a person."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from bench.ground import AT_ONCE
from core.db import Database, new_id
from core.keys import seal_bytes
from core.moment import now
from core.organisation import Organisation
from core.settings import Settings
from notifications.letters.freezing import KIND, PRIORITY
from notifications.letters.letter import Letter, letter_to
from notifications.letters.manuscript import Version
from notifications.letters.placeholders import MANY_LINES, placeholders
from notifications.letters.templates import TEMPLATES
from notifications.mail import compose
from notifications.models import DeliveryAttempt, OutboxMessage
from notifications.opening import Opened
from notifications.outbox import keyed, packed

CASE = "b" * 32
NAMES = ("Åsa Öberg", "Bo Ek", "Žofia Łęcka", "Per-Erik Ståhl Lindqvist", "Siv Björk", "Åke O'Hara")
LINES = "Vi har fått bekräftat att listan är raderad.\nIngen annan har läst den."


def letters() -> list[Letter]:
    """One to each of a few people, in Swedish, as long as such letters are."""
    letter = TEMPLATES["wrong_recipient"].letter["sv"]
    body = letter.body("sv")
    words = {name: LINES if name in MANY_LINES else "Nordhamn Verktyg AB" for name in placeholders(body)}
    version = Version("sv", letter.subject, body, words, ("namn", "adress", "telefonnummer"))
    return [letter_to(version, name) for name in NAMES]


def addressed(start: int, stop: int) -> Iterator[tuple[str, Letter]]:
    """People by their number, each at an address of their own."""
    made = letters()
    for number in range(start, stop):
        yield f"person{number:07}@kund{number % 50}.example", made[number % len(made)]


def on_the_line() -> bytes:
    """One of them as a mail, with the line ends that smtp-source reads."""
    to, letter = next(addressed(0, 1))
    opened = Opened(new_id(), "<letter@vaka.invalid>", KIND, "sv", to, letter.facts)
    company = Organisation(name="Nordhamn Verktyg AB", mail_from="")
    return compose(opened, company, Settings(base_url="https://vaka.nordhamn.example"), now()).content.replace(
        b"\r", b""
    )


def queue(database: Database, count: int, at: datetime) -> None:
    """Put `count` letters into the outbox."""
    for start in range(0, count, AT_ONCE):
        people = addressed(start, min(start + AT_ONCE, count))
        with database.transaction() as session:
            rows = [_row(session, to, letter, at + timedelta(microseconds=start)) for to, letter in people]
            session.execute(insert(OutboxMessage), rows)


def queue_again(database: Database) -> None:
    """As if nothing had been sent."""
    waiting = {"state": "queued", "attempts": 0, "lease_owner": None, "lease_until": None, "accepted_at": None,
               "smtp_code": None, "smtp_reply_sealed": None}  # fmt: skip
    with database.transaction() as session:
        session.execute(update(OutboxMessage).values(waiting).execution_options(synchronize_session=False))
        session.execute(DeliveryAttempt.metadata.tables["delivery_attempt"].delete())
    with database.writer.connect() as line:
        line.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _row(session: Session, to: str, letter: Letter, at: datetime) -> dict[str, object]:
    row_id = new_id()
    sealed = {place: seal_bytes(session, CASE, f"outbox_message.{place}:{row_id}", kept)
              for place, kept in (("to", to.encode()), ("facts", packed(letter.facts)))}  # fmt: skip
    return {
        "id": row_id,
        "idem_key": keyed(session, "outbox", to),
        "message_id": f"<{keyed(session, 'message-id', to)[:32]}@vaka.invalid>",
        "message_class": "reconcile",
        "priority": PRIORITY,
        "kind": KIND,
        "language": "sv",
        "case_id": CASE,
        "to_sealed": sealed["to"],
        "facts_sealed": sealed["facts"],
        "body_hash": letter.hash,
        "created_at": at,
        "due_at": at,
    }
