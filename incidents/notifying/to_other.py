"""One of the others who are told of a case. What a law or a contract asks for is marked as done by what was sent."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from core.access import Actor
from core.errors import N_, Invalid
from incidents.clock import clocks_to_come
from incidents.clock_duties import Fulfilled, fulfil
from incidents.clock_opening import choices_of, events_of, moments_of
from incidents.clock_rows import zone_of
from incidents.contract_hours import SHARED
from incidents.models import Incident, IncidentClock
from incidents.notifying.addressee import Addressee
from incidents.notifying.prefilling_others import prefill_other
from incidents.notifying.to_authority import is_late
from incidents.regimes import REGIMES
from incidents.rules import Anchor
from incidents.shared_duties import follow_list
from incidents.states import AuthorityTrack
from notifications.edpb.answers import Answer
from notifications.edpb.card import template
from notifications.filings import delay_reasons, filings, receipt_reference
from notifications.notice_models import Filing, Notice, NoticeRecipient
from notifications.others import card_of, name_of

PLACES = {"at": "filed_at", "reasons": "delay_reasons"}  # of a duty that is marked, in the form of a filing


class TheOther(Addressee):
    def __init__(self, session: Session, incident: Incident, row: NoticeRecipient) -> None:
        super().__init__(session, incident)
        self.row = row
        self.id, self.code, self.language = row.id, row.kind, row.language
        self.card, self.contexts = card_of(row.kind), frozenset({f"to_{row.kind}"})
        self.path = f"/others/{row.id}"

    @property
    def track(self) -> AuthorityTrack:
        return AuthorityTrack(self.row.track)

    @track.setter
    def track(self, track: AuthorityTrack) -> None:
        self.row.track = track

    @property
    def facts(self) -> dict[str, str]:
        return {"recipient": self.code, "recipient_id": self.id}

    def name(self, lang: str) -> str:  # noqa: ARG002 - a name is the same in every language
        return name_of(self.session, self.row)

    def short(self, lang: str) -> str:
        return self.name(lang)

    def heading(self, lang: str) -> str:
        return template(self.card).name.in_(lang)

    def prefill(self, actor: Actor, now: datetime) -> dict[int, Answer]:  # noqa: ARG002 - nothing depends on it
        return prefill_other(self.session, actor, self.incident, self.row)

    def due(self, notice: Notice) -> datetime | None:
        """By the law whose duty this phase fulfils; or by the contract, which is kept by the first phase. What was sent
        keeps the deadline it was judged by."""
        if notice.state == AuthorityTrack.FILED:
            sent = filings(self.session, self.incident.id, self.id)
            return next((one.due_at for one in sent if one.notice_id == notice.id), None)
        clock = self.clock(notice)
        if clock is not None:
            return clock.due_at
        return contract_end(self.session, self.incident, self.row) if notice.phase == 1 else None

    def late_by(self, notice: Notice | None, at: datetime) -> timedelta | None:
        due_at = self.due(notice) if notice is not None else None
        return at - due_at if due_at is not None and is_late(at, due_at) else None

    def told(self, actor: Actor, notice: Notice, filing: Filing, *, left: bool, now: datetime) -> None:  # noqa: ARG002
        clock = self.clock(notice)
        if clock is not None:
            self._fulfil(actor, clock, filing, now)
        follow_list(self.session, actor, self.incident, self.code, now)

    def expects_more(self) -> bool:
        """A law with stages owes its next one, until the last is done or somebody finds that it does not apply."""
        choice = choices_of(self.session, self.incident).get(self.row.regime)
        if not self.row.regime or (choice is not None and not choice.applies):
            return False
        moments = moments_of(self.incident, events_of(self.session, self.incident), self.row.regime)
        to_come = clocks_to_come(REGIMES[self.row.regime], moments, zone_of(self.session))
        return bool(self.open_clocks() or to_come)

    def clock(self, notice: Notice) -> IncidentClock | None:
        """The clock that this phase stops, while it runs: somebody may have marked the duty as done by hand."""
        return next((one for one in self.open_clocks() if f"{one.regime}.{one.duty}" == notice.duty), None)

    def open_clocks(self) -> list[IncidentClock]:
        """What the law still asks for, in the order of its stages."""
        return running_under(self.incident, self.row.regime)

    def duty_of(self, chosen: str) -> str:
        """The duty that a new phase will fulfil: the one that was chosen, else the next one of the law.

        Raises:
            Invalid: no clock of this law runs for the duty that was chosen.
        """
        found = [f"{clock.regime}.{clock.duty}" for clock in self.open_clocks()]
        if chosen and chosen not in found:
            raise Invalid({"duty": N_("Choose one of the answers.")})
        return chosen or next(iter(found), "")

    def _fulfil(self, actor: Actor, clock: IncidentClock, filing: Filing, now: datetime) -> None:
        session = self.session
        what = Fulfilled(filing.filed_at, name_of(session, self.row), receipt_reference(session, filing),
                         reasons=delay_reasons(session, filing))  # fmt: skip
        try:
            fulfil(session, actor, self.incident, clock, what, now)
        except Invalid as wrong:
            raise Invalid({PLACES.get(name, "form"): text for name, text in wrong.fields.items()}) from None


def running_under(incident: Incident, regime: str) -> list[IncidentClock]:
    """The clocks of a law that run, in the order of its stages."""
    order = [str(stage.duty) for stage in REGIMES[regime].stages] if regime in REGIMES else []
    return sorted(_running(incident, regime), key=lambda clock: order.index(clock.duty) if clock.duty in order else 99)


def contract_end(session: Session, incident: Incident, row: NoticeRecipient) -> datetime | None:
    """When the contract with this one wants it told, counted from awareness."""
    shared = SHARED.get(row.kind)
    if shared is None or row.contract_hours is None:
        return None
    aware_at = moments_of(incident, events_of(session, incident), shared.regime)[Anchor.AWARE]
    return aware_at + timedelta(hours=row.contract_hours)


def _running(incident: Incident, regime: str) -> Iterable[IncidentClock]:
    return (clock for clock in incident.clocks if clock.regime == regime and clock.stopped_at is None)
