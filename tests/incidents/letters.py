"""A case whose people are to be told, and the hands that tell them: for the tests of the letters."""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.access import Actor, Role
from core.db import new_id
from core.settings import Settings
from identity import passwords
from identity.models import User
from incidents import informing
from incidents.informing.jobs import release_due, settle
from incidents.models import Incident
from notifications.delivery import deliver_due
from notifications.letters.list_rows import count, written_to
from notifications.letters.models import Mailing, Recipient
from notifications.models import OutboxMessage
from tests.fixtures.sink import Sink
from tests.fixtures.smtp import Letter, Postbox
from tests.fixtures.world import World

REFERENCE = "PUI-2026-7K3Q"
PASSWORD = "en lång vinternatt vid Torne älv"
KEPT = passwords.hashed(PASSWORD)
LIST = """Namn;E-post;Språk;Uppgifter;Postadress
Åsa Öberg;asa@kund.example.com;sv;namn, adress;
Žofia Łęcka;zofia@kund.example.com;en;;
Bo Ek;bo@kund.example.com;;;
Siv Brev;;sv;;Påhittsvägen 1, 999 01 Påhittstad
"""
SAID = {
    "what_happened_sv": "Vi mejlade en lista till fel företag.",
    "what_happened_en": "We sent a list to the wrong company.",
    "measures_sv": "De har raderat listan.",
    "measures_en": "They have deleted the list.",
}
SAID_ABROAD = {
    "what_happened_nb": "Vi sendte en liste til feil firma.",
    "what_happened_lt": "Išsiuntėme sąrašą ne tai įmonei.",
    "measures_nb": "De har slettet listen.",
    "measures_lt": "Jie sąrašą ištrynė.",
}


@dataclass
class Letters:
    """The letters of one case. The manager writes, the approver approves; times are the world's."""

    world: World
    relay: Postbox | Sink
    reference: str = REFERENCE

    @property
    def postbox(self) -> Postbox:
        assert isinstance(self.relay, Postbox)
        return self.relay

    @property
    def settings(self) -> Settings:
        return self.world.settings.model_copy(update={"smtp_url": Settings(smtp_url=self.relay.url).smtp_url})  # type: ignore[arg-type]

    @contextmanager
    def case(self) -> Iterator[tuple[Session, Incident]]:
        with self.world.change() as session:
            yield session, session.scalars(select(Incident).where(Incident.reference == self.reference)).one()

    def do(self, verb: Callable[..., Any], who: str, *rest: Any, **named: Any) -> Any:
        with self.case() as (session, incident):
            return verb(session, self.actor(who), incident, *rest, self.world.now, **named)

    def actor(self, who: str) -> Actor:
        return self.world.actor(who)

    def passwords(self) -> None:
        """Everybody has one."""
        with self.world.change() as session:
            session.execute(update(User).values(password_hash=KEPT))

    def import_list(self, text: str = LIST, who: str = Role.MANAGER, *, with_faults: bool = False) -> None:
        with self.case() as (session, incident):
            informing.keep_draft(session, self.actor(who), incident, text.encode(), self.world.now)
        heads = text.splitlines()[0].split(";")
        from notifications.letters.columns import guess

        self.do(lambda session, actor, incident, now: informing.import_list(
            session, actor, incident, guess(heads), now, with_faults=with_faults), who)  # fmt: skip

    def write(self, who: str = Role.MANAGER, **said: str) -> None:
        with self.case() as (session, incident):
            languages = informing.needed(session, informing.mailing_of(session, incident))
            form = informing.letter_form({**informing.proposed(session, incident), **SAID, **said}, languages)
            informing.write(session, self.actor(who), incident, form, self.settings, self.world.now)

    def test(self, who: str = Role.MANAGER) -> None:
        self.do(informing.test_send, who, [self.world.users[Role.DEPUTY].id, self.world.users[Role.HEAD].id])

    def approve(self, who: str = Role.APPROVER, number: str = "", password: str = PASSWORD) -> None:
        self.do(informing.approve, who, number or str(self.mails), password)

    def prepared(self) -> "Letters":
        self.import_list()
        self.write()
        self.test()
        return self

    def work(self) -> None:
        """One round of the worker: let go, send, count."""
        release_due(self.world.database, self.world.now)
        deliver_due(self.world.database, self.settings, lambda: self.world.now, "worker")
        settle(self.world.database, self.world.now)

    def sent(self) -> list[Letter]:
        """The letters to the people, without the mails among ourselves."""
        return [one for one in self.postbox.letters if not one.recipients[0].endswith("@nordhamn.example")]

    @property
    def mailing(self) -> Mailing:
        with self.world.look() as session:
            return session.scalars(select(Mailing).order_by(Mailing.number.desc())).first()  # type: ignore[return-value]

    @property
    def track(self) -> str:
        with self.world.look() as session:
            return session.scalars(select(Incident.people_track).where(Incident.reference == self.reference)).one()

    @property
    def mails(self) -> int:
        with self.world.look() as session:
            return count(session, self.mailing, written_to(self.mailing))

    def states(self) -> dict[int, str]:
        with self.world.look() as session:
            joined = select(Recipient.row, OutboxMessage.state).join(
                OutboxMessage, OutboxMessage.id == Recipient.outbox_id
            )
            return {row: state for row, state in session.execute(joined)}  # noqa: C416

    def row(self, number: int) -> Recipient:
        with self.world.look() as session:
            return session.scalars(select(Recipient).where(Recipient.row == number)).one()


def letters_of(world: World, relay: Postbox | Sink) -> Letters:
    """A case in remedy, its people not told yet; everybody has a password."""
    letters = Letters(world, relay)
    letters.passwords()
    with world.change() as session:
        session.add(
            Incident(
                id=new_id(),
                reference=REFERENCE,
                title="Mejl till fel kund",
                state="in_remedy",
                kind="sent_wrong",
                data_categories=["contact", "login"],
                owner_id=world.users[Role.MANAGER].id,
                reported_at=world.now,
                occurred_at=world.now,
                classified_at=world.now,
            )
        )
    return letters


def fingerprint_of(letter: Letter) -> str:
    """The hash of a letter as the relay received it, computed again from its parts."""
    message = letter.message
    parts = {
        "subject": str(message["Subject"]),
        "text": _body(message, "plain"),
        "html": _body(message, "html"),
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _body(message: Any, kind: str) -> str:
    return str(message.get_body((kind,)).get_content()).replace("\r\n", "\n")
