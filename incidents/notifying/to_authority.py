"""The supervisory authority (GDPR Art. 33): its track is the case's own, and its clocks are those of the 72 hours."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from core.access import Actor
from core.errors import N_
from core.i18n import LANGUAGES, translate
from core.organisation import organisation
from incidents.bundling.answers import jointly
from incidents.bundling.lateness import late_ones
from incidents.bundling.together import together
from incidents.clock_rows import stop
from incidents.escalation import Duty
from incidents.models import Incident
from incidents.notifying.addressee import Addressee
from incidents.notifying.prefilling import prefill
from incidents.states import AuthorityTrack
from notifications.authorities import AUTHORITIES
from notifications.edpb.answers import Answer
from notifications.edpb.card import EDPB
from notifications.establishment import seat_of
from notifications.notice_models import Filing, Notice

TITLE = N_("Notification of a personal data breach (GDPR\u00a0Art.\u00a033)")

IN_THE_EEA, OUTSIDE_THE_EEA = "controller_established_in_eea", "controller_not_established_in_eea"


class TheAuthority(Addressee):
    id, card, path = "", EDPB, "/authority"

    def __init__(self, session: Session, incident: Incident, code: str) -> None:
        super().__init__(session, incident)
        self.code = code
        self.authority = AUTHORITIES[code]
        self.language = language_for(session, code)
        seat = seat_of(organisation(session))
        self.contexts = frozenset({IN_THE_EEA if seat.main else OUTSIDE_THE_EEA})

    @property
    def track(self) -> AuthorityTrack:
        return AuthorityTrack(self.incident.authority_track)

    @track.setter
    def track(self, track: AuthorityTrack) -> None:
        self.incident.authority_track = track

    @property
    def facts(self) -> dict[str, str]:
        return {"authority": self.code}

    def name(self, lang: str) -> str:
        return self.authority.title.in_(lang)

    def short(self, lang: str) -> str:  # noqa: ARG002 - an abbreviation is the same in every language
        return self.authority.short

    def heading(self, lang: str) -> str:
        return translate(lang, TITLE)

    def prefill(self, actor: Actor, now: datetime) -> dict[int, Answer]:
        told = prefill(self.session, actor, self.incident, self.language)
        return told | jointly(self.session, self.incident, told, self.language, now)

    def due(self, notice: Notice) -> datetime | None:
        clock = self.incident.clock(Duty.NOTIFY_AUTHORITY)
        return clock.due_at if clock is not None and notice.phase == 1 else None

    def late_by(self, notice: Notice | None, at: datetime) -> timedelta | None:  # noqa: ARG002 - the clock runs for phase 1 only
        return late_by(self.incident, at)

    def wants_reasons(self, notice: Notice | None, at: datetime) -> bool:  # noqa: ARG002 - as above
        """Of a joint notice as soon as one of its cases is late."""
        return bool(late_ones(together(self.session, self.incident), at))

    def told(self, actor: Actor, notice: Notice, filing: Filing, *, left: bool, now: datetime) -> None:  # noqa: ARG002
        """The first phase stops the clock of 72 hours, a complete one that of the supplement."""
        if notice.phase == 1:
            stop(self.incident, Duty.NOTIFY_AUTHORITY, "filed", filing.filed_at)
        if not left:
            stop(self.incident, Duty.SUPPLEMENT, "filed", filing.filed_at)

    def expects_more(self) -> bool:
        return False


def language_for(session: Session, authority: str) -> str:
    """The company's own language when the authority reads it, else the first of the authority's that we write."""
    spoken = [code for code in AUTHORITIES[authority].languages if code in LANGUAGES]
    own = organisation(session).language
    return own if own in spoken else next(iter(spoken), "en")


def late_by(incident: Incident, now: datetime) -> timedelta | None:
    """How far the deadline of a notice that has not been sent lies back; None while it is in time."""
    clock = incident.clock(Duty.NOTIFY_AUTHORITY)
    if clock is None or clock.stopped_at is not None or not is_late(now, clock.ends_at):
        return None
    return now - clock.ends_at


def is_late(filed_at: datetime, due_at: datetime) -> bool:
    """By the strict count. A notice sent at the very moment of the deadline is in time."""
    return filed_at > due_at
