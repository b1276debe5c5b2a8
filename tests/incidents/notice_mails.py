"""A released notice that a person sends by e-mail, through a worker and a real relay, at the world's time."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from core.access import Role
from core.settings import Settings
from incidents import notifying
from incidents.notifying import Confirmed
from incidents.notifying.mail_jobs import settle_notice_mails
from notifications.delivery import deliver_due
from notifications.models import OutboxMessage
from notifications.notice_mail import NoticeMail
from notifications.notice_models import Filing, Notice
from tests.fixtures.smtp import Letter, Postbox
from tests.fixtures.world import World
from tests.incidents.cases import PASSWORD, Case
from tests.incidents.first_notice import release_first

DENMARK = "dt@datatilsynet.dk"


def through(world: World, postbox: Postbox) -> Settings:
    """The settings of an installation whose mails go to this relay."""
    return world.settings.model_copy(update={"smtp_url": Settings(smtp_url=postbox.url).smtp_url})  # type: ignore[arg-type]


@dataclass
class Sender:
    """`Sender(world, postbox)`: a case whose notice is released and can go to the Danish authority by e-mail."""

    world: World
    postbox: Postbox
    authority: str = "datatilsynet_dk"
    late: str = ""
    case: Case = field(init=False)

    def __post_init__(self) -> None:
        self.case = Case(self.world).take().classify()
        if self.late:
            self.world.later(hours=80)
        release_first(self.case, self.late, self.authority)
        self.settings = through(self.world, self.postbox)

    def send(self, **said: Any) -> NoticeMail:
        with self.world.look() as session:
            version = self.notice(session).version
        known = {"version": version, "password": PASSWORD, "unencrypted": True, "address_checked": True,
                 "instead": "Vi har ingen dansk inloggning.", "delay_reasons": self.late}  # fmt: skip
        mail: NoticeMail = self.do(notifying.send, Confirmed(**{**known, **said}), self.settings)
        return mail

    def do(self, verb: Any, *words: Any, who: str = Role.MANAGER) -> Any:
        with self.world.change() as session:
            incident = self.case.row(session)
            return verb(session, self.world.actor(who), incident, self.notice(session), *words, self.world.now)

    def deliver(self) -> None:
        world = self.world
        deliver_due(world.database, self.settings, lambda: world.now, "worker")

    def work(self) -> None:
        """One round of a worker: what is due leaves, and what happened is noticed."""
        self.deliver()
        settle_notice_mails(self.world.database, self.world.now)

    def leave(self) -> None:
        """The time to stop it is over, and the worker comes round."""
        self.world.later(minutes=2)
        self.work()

    def in_doubt(self) -> None:
        """The relay takes the mail and hangs up before it says so."""
        self.postbox.hang_up_on.add(DENMARK)
        self.send()
        self.leave()
        self.postbox.hang_up_on.clear()

    def notice(self, session: Any) -> Notice:
        found: Notice = session.scalars(select(Notice).where(Notice.incident_id == self.case.row(session).id)).one()
        return found

    def mails(self) -> list[NoticeMail]:
        with self.world.look() as session:
            return list(session.scalars(select(NoticeMail).order_by(NoticeMail.number)))

    def message(self) -> OutboxMessage:
        """The latest one."""
        with self.world.look() as session:
            return session.get_one(OutboxMessage, self.mails()[-1].outbox_id)

    def filing(self) -> Filing | None:
        with self.world.look() as session:
            return session.scalars(select(Filing)).one_or_none()

    def letters(self, to: str = DENMARK) -> list[Letter]:
        return self.postbox.to(to)
