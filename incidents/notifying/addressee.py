"""Whom a notice is for. Writing, releasing and filing are the same for everybody; what is special stands here."""

from abc import ABC, abstractmethod
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from core.access import Actor
from incidents.models import Incident
from incidents.states import AuthorityTrack
from notifications.edpb.answers import Answer
from notifications.notice_models import Filing, Notice


class Addressee(ABC):
    """The supervisory authority of a case, or one of the others who are told of it.

    `id` is what its notices are kept under, `code` the code of the authority or the kind of the other, `card` the form,
    `contexts` what the conditions of that form ask about it, `path` its pages under those of the case.
    """

    id: str
    code: str
    card: str
    language: str
    path: str
    contexts: frozenset[str]

    def __init__(self, session: Session, incident: Incident) -> None:
        self.session, self.incident = session, incident

    @property
    @abstractmethod
    def track(self) -> AuthorityTrack:
        """How far telling this one has come."""

    @track.setter
    @abstractmethod
    def track(self, track: AuthorityTrack) -> None: ...

    @property
    @abstractmethod
    def facts(self) -> dict[str, str]:
        """Who it is, for the log in clear: codes only."""

    @abstractmethod
    def name(self, lang: str) -> str:
        """As a heading and the document name it."""

    @abstractmethod
    def short(self, lang: str) -> str: ...

    @abstractmethod
    def heading(self, lang: str) -> str:
        """The title of the document."""

    @abstractmethod
    def prefill(self, actor: Actor, now: datetime) -> dict[int, Answer]:
        """What the first phase begins with."""

    @abstractmethod
    def due(self, notice: Notice) -> datetime | None:
        """When this phase must be sent; None where nothing sets an end."""

    @abstractmethod
    def late_by(self, notice: Notice | None, at: datetime) -> timedelta | None:
        """How far its end lies back, of a phase that has not been sent; None while it is in time."""

    def wants_reasons(self, notice: Notice | None, at: datetime) -> bool:
        """Whether the reasons for delay are asked for."""
        return self.late_by(notice, at) is not None

    @abstractmethod
    def told(self, actor: Actor, notice: Notice, filing: Filing, *, left: bool, now: datetime) -> None:
        """What follows from a phase that was sent. `left`: answers are still open."""

    @abstractmethod
    def expects_more(self) -> bool:
        """Whether a further phase is owed although every answer is given."""
