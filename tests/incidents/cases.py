"""A case for the tests of its verbs: reported, taken, and looked at from outside."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import ANONYMOUS, Actor, Operation, Role
from core.audit.models import AuditEntry
from identity.models import User
from identity.passwords import hashed
from incidents import service
from incidents.awareness import set_aware
from incidents.classifying import ClassifyForm, classify
from incidents.countersigning import refuse_to_sign, sign, waiting
from incidents.instants import Instants
from incidents.intake import report
from incidents.models import Incident
from incidents.queries import find_to_change
from incidents.risks import lessons
from notifications.models import OutboxMessage
from notifications.opening import open_message
from tests.fixtures.world import World
from tests.incidents.reporting import form

PASSWORD = "vakna stjärnor över hamnen"
PASSWORD_HASH = hashed(PASSWORD)


class Case:
    """`case.take()`, `case.do(verb, Role.MANAGER, ...)`: everything goes through the verbs, as people do it."""

    def __init__(self, world: World, **changes: Any) -> None:
        self.world = world
        with world.change() as session:
            received = report(session, ANONYMOUS, form(client_uuid=str(uuid4()), **changes), world.now)
            self.reference = received.reference
            for user in session.scalars(select(User).where(User.password_hash.is_(None))):
                user.password_hash = PASSWORD_HASH

    @classmethod
    def of(cls, world: World, reference: str) -> "Case":
        """A case that is there already."""
        case = cls.__new__(cls)
        case.world, case.reference = world, reference
        return case

    @property
    def path(self) -> str:
        return f"/incidents/{self.reference}"

    def do(self, verb: Callable[..., Any], key: str, *words: Any) -> Any:
        """One verb in its own transaction, by one person, now."""
        with self.world.change() as session:
            incident = self.row(session)
            return verb(session, self.world.actor(key), incident, *words, self.world.now)

    def take(self, key: str = Role.MANAGER) -> "Case":
        self.do(service.take, key)
        return self

    def classify(self, key: str = Role.MANAGER, times: Instants | None = None, **changes: Any) -> "Case":
        with self.world.change() as session:
            incident = self.row(session)
            filled = classification(**{"version": incident.version, **changes})
            classify(session, self.world.actor(key), incident, filled, times or Instants(), None, self.world.now)
        return self

    def know(self, key: str, aware_at: datetime, detected_at: datetime | None = None, reason: str = "") -> None:
        """Set awareness together with a better moment of detection."""
        with self.world.change() as session:
            times = Instants(detected_at=detected_at)
            set_aware(session, self.world.actor(key), self.row(session), aware_at, reason, self.world.now, others=times)

    def sign(self, key: str, *, agree: bool = True, password: str = PASSWORD) -> None:
        with self.world.change() as session:
            step = waiting(session, self.row(session))[0]
            if agree:
                sign(session, self.world.actor(key), step, password, self.world.now)
            else:
                refuse_to_sign(session, self.world.actor(key), step, "Det räcker inte.", password, self.world.now)

    def row(self, session: Session) -> Incident:
        return session.scalars(select(Incident).where(Incident.reference == self.reference)).one()

    def now(self) -> Incident:
        """The case as it stands."""
        with self.world.look() as session:
            incident = self.row(session)
            assert incident.clocks is not None
            return incident

    def due(self) -> datetime:
        clock = self.now().clock("notify_authority")
        assert clock is not None
        return clock.ends_at

    def log(self) -> list[str]:
        with self.world.look() as session:
            entries = select(AuditEntry.action).where(AuditEntry.case_id == self.now().id).order_by(AuditEntry.seq)
            return list(session.scalars(entries))

    def told(self, kind: str) -> list[str]:
        """Who has been sent a mail of this kind: the keys of the people, one for each mail."""
        by_address = {user.email: key for key, user in self.world.users.items()}
        with self.world.look() as session:
            query = select(OutboxMessage).where(
                OutboxMessage.case_id == self.row(session).id,
                OutboxMessage.kind == kind,
                OutboxMessage.state != "cancelled",
            )
            found = [open_message(session, message).to for message in session.scalars(query)]
        return sorted(by_address.get(address, address) for address in found)


def classification(**changes: Any) -> ClassifyForm:
    answers = {
        "title": "Kundlista mejlad till fel företag",
        "cause": "accidental.misrouting",
        "breach_types": ["confidentiality"],
        "data_categories": ["contact"],
        "subject_groups": ["customers"],
        "people_known": "exact",
        "people_min": 214,
        "systems": "Kundregistret",
    }
    return ClassifyForm.model_validate({**answers, **changes})


def learnt(session: Session, actor: Actor, incident: Incident, lesson: str, now: datetime) -> None:
    """A lesson that changes no risk and no control, and says why."""
    form = lessons.LessonForm(lesson=lesson, changes=lessons.Changes.NOTHING, unchanged="Rutinen finns redan.")
    lessons.learn(session, actor, incident, form, now)


def find_as(session: Session, actor: Actor, case: Case) -> Incident:
    return find_to_change(session, actor, case.reference, Operation.READ_CASE)
