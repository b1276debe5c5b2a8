"""Where the stories are played: the session, who is who, and the moment it is in the story."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Actor
from core.settings import Settings
from identity.models import User
from incidents.models import Incident

Story = Iterator[datetime]  # yields the moment of its next scene, and goes on when that moment has come


@dataclass
class Stage:
    """`present` is the moment of filling, `moment` that of the scene. Everybody signs with the one password."""

    session: Session
    settings: Settings
    password: str
    present: datetime
    moment: datetime
    zone: str
    people: dict[str, User] = field(default_factory=dict)
    cases: dict[str, Incident] = field(default_factory=dict)

    def actor(self, key: str) -> Actor:
        return self.people[key].actor
