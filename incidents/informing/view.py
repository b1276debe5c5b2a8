"""What the page of the letters shows: where they are and how far they have come. No name of anybody affected."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.errors import N_
from core.i18n import absolute, span, translate
from core.organisation import organisation
from incidents.informing.accounting import explained, list_beside_case, told_beside_case
from incidents.informing.approving import releasers
from incidents.informing.events import Day, Returned, events, returned
from incidents.informing.going_public import public_instead, public_of
from incidents.informing.long_list import waiting
from incidents.informing.mailings import mailing_of, makers
from incidents.informing.public_view import STATES as PUBLIC_STATES
from incidents.informing.results import Result, results
from incidents.informing.sending import missing_number
from incidents.informing.writing import letter_of
from incidents.models import Incident
from incidents.people_told import DifferenceView, on_list, when_told
from incidents.sealed import sealed_from
from incidents.states import ENDED, PeopleTrack, State, label
from notifications.letters.counting import Progress, progress
from notifications.letters.list_rows import count, written_to
from notifications.letters.models import Mailing, Recipient
from notifications.letters.recipients import Channel

UNDER_WAY = {PeopleTrack.HOLDING, PeopleTrack.SENDING, PeopleTrack.PAUSED, PeopleTrack.SENT, PeopleTrack.DONE}
STEPS = (
    (N_("List"), PeopleTrack.PREPARING),
    (N_("Letter"), PeopleTrack.PREPARING),
    (N_("Test"), PeopleTrack.PREPARING),
    (N_("Approval"), PeopleTrack.TESTED),
    (N_("Wait"), PeopleTrack.HOLDING),
    (N_("Sending"), PeopleTrack.SENDING),
    (N_("Done"), PeopleTrack.SENT),
)
AT_STEP = {
    PeopleTrack.TESTED: 3,
    PeopleTrack.APPROVED: 4,
    PeopleTrack.HOLDING: 4,
    PeopleTrack.SENDING: 5,
    PeopleTrack.PAUSED: 5,
    PeopleTrack.SENT: 6,
    PeopleTrack.DONE: 7,
}


@dataclass(frozen=True, slots=True)
class Counts:
    """The list in numbers."""

    people: int = 0
    by_mail: int = 0
    letters: int = 0
    phone: int = 0
    manual: int = 0
    nobody: int = 0
    merged: int = 0
    doubts: int = 0
    other_language: int = 0

    @property
    def otherwise(self) -> int:
        return self.letters + self.phone + self.manual + self.nobody


@dataclass(frozen=True, slots=True)
class LettersView:
    """The letters of one case for one reader."""

    track: str
    state: str
    number: int
    counts: Counts
    steps: list[Mapping[str, str]]
    has_list: bool
    has_letter: bool
    asked: bool
    may_approve: bool
    own_work: bool
    progress: Progress
    not_reached: int
    wait_left: str
    wait_until: str
    results: list[Result]
    events: list[Day]
    returned: Returned | None
    draft: bool
    difference: DifferenceView | None
    to_explain: bool
    instead: bool
    public: str

    @property
    def tenth(self) -> int:
        """How many tenths of the long work are done: the letters written, or those sent."""
        done = self.progress.waiting if self.track == PeopleTrack.APPROVED else self.progress.settled
        return done * 10 // max(self.progress.total, 1)


def letters_view(session: Session, actor: Actor, incident: Incident, now: datetime, lang: str) -> LettersView:
    """Everything the page needs, counted in the database."""
    mailing = mailing_of(session, incident)
    track = PeopleTrack(incident.people_track)
    counts = counted(session, mailing)
    written = letter_of(session, mailing) is not None
    holding = mailing.hold_until if mailing else None
    return LettersView(
        track=track.value,
        state=translate(lang, label(track)),
        number=mailing.number if mailing else 1,
        counts=counts,
        steps=_steps(track, counts, written, lang),
        has_list=counts.people > 0,
        has_letter=written,
        asked=mailing is not None and mailing.asked_at is not None,
        may_approve=_may_approve(session, actor, incident, mailing),
        own_work=mailing is not None and actor.id in makers(mailing),
        progress=progress(session, mailing) if mailing else Progress(0),
        not_reached=missing_number(session, mailing) if mailing and track in UNDER_WAY else 0,
        wait_left=span(max(holding - now, now - now)) if holding else "",
        wait_until=absolute(holding, lang, organisation(session).zone) if holding else "",
        results=results(session, mailing, lang) if track in UNDER_WAY else [],
        events=events(session, mailing, lang),
        returned=returned(session, incident) if track is PeopleTrack.PREPARING else None,
        draft=bool(mailing and mailing.draft_sealed) or waiting(session, incident) is not None,
        difference=_difference(session, incident, mailing, counts, lang),
        to_explain=_to_explain(session, incident),
        instead=not sealed_from(session, actor, incident) and public_instead(session, incident),
        public=_public(session, incident, lang),
    )


def _public(session: Session, incident: Incident, lang: str) -> str:
    """How far the text for the public has come, nothing when there is none."""
    row = public_of(session, incident)
    return f"{translate(lang, N_('Text for the public'))}: {translate(lang, PUBLIC_STATES[row.state])}" if row else ""


def _difference(
    session: Session, incident: Incident, mailing: Mailing | None, counts: Counts, lang: str
) -> DifferenceView | None:
    """Beside the case's number: who is on the list while letters are to be sent, who is told when they are."""
    track = PeopleTrack(incident.people_track)
    if track in {PeopleTrack.SENT, PeopleTrack.DONE}:
        why = track is PeopleTrack.DONE and explained(session, incident)
        return when_told(told_beside_case(session, incident), lang, explained=why)
    if mailing is None or not counts.people or track is PeopleTrack.NOT_REQUIRED:
        return None
    return on_list(list_beside_case(session, incident, mailing), lang)


def _to_explain(session: Session, incident: Incident) -> bool:
    """The letters are done, the numbers differ, and nobody has said why."""
    done = incident.people_track == PeopleTrack.DONE and State(incident.state) not in ENDED
    return done and told_beside_case(session, incident) is not None and not explained(session, incident)


def _may_approve(session: Session, actor: Actor, incident: Incident, mailing: Mailing | None) -> bool:
    if mailing is None or not actor.may(Operation.APPROVE_MAILING):
        return False
    return actor.id in {user.id for user in releasers(session, incident, mailing)}


def counted(session: Session, mailing: Mailing | None) -> Counts:
    if mailing is None:
        return Counts()
    query = select(Recipient.channel, Recipient.state, func.count().label("number"))
    rows = session.execute(
        query.where(Recipient.mailing_id == mailing.id).group_by(Recipient.channel, Recipient.state)
    ).all()
    by: dict[tuple[str, str], int] = {(row.channel, row.state): row.number for row in rows}

    def alive(channel: Channel) -> int:
        return by.get((channel, "pending"), 0) + by.get((channel, "told"), 0)

    return Counts(
        people=sum(row.number for row in rows if row.state != "merged"),
        by_mail=alive(Channel.EMAIL),
        letters=alive(Channel.LETTER),
        phone=alive(Channel.PHONE),
        manual=alive(Channel.MANUAL),
        nobody=alive(Channel.NONE),
        merged=sum(row.number for row in rows if row.state == "merged"),
        doubts=sum(row.number for row in rows if row.state == "doubt"),
        other_language=count(session, mailing, written_to(mailing), Recipient.default_language.is_(True)),
    )


def _steps(track: PeopleTrack, counts: Counts, written: bool, lang: str) -> list[Mapping[str, str]]:
    here = AT_STEP.get(track, 0 if not counts.people else 1 if not written else 2)
    return [
        {"word": translate(lang, word), "state": "done" if at < here else "now" if at == here else "left"}
        for at, (word, _) in enumerate(STEPS)
    ]
