"""What cases wait for at this moment: a second person's signature, the DPO's opinion, the end of a hold, more people to
be told, others on its list, an answer that the reader has promised, a notice that left by e-mail. Gathered for the
advice of a whole page of the queue at once; a case that waits for nothing is left out."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor, Operation, Role
from incidents.case_notes import NoteKind, latest_notes
from incidents.commission_models import Decision
from incidents.countersigning import KINDS, asked, not_about, sign_path
from incidents.models import Countersign, Incident
from incidents.next_step import CLOSING, DEPARTURES, DISMISSAL, NoticeMailing
from incidents.opinions import open_opinions
from incidents.people_told import Difference, affected, difference, explained
from incidents.states import ENDED, PeopleTrack, State
from notifications.letters.counting import came_back
from notifications.letters.models import Mailing
from notifications.letters.reach import told
from notifications.notice_mail import LOST, open_mails
from notifications.others import waiting_others
from notifications.promises import Promised, promised


@dataclass(frozen=True, slots=True)
class Signature:
    """A step that waits for its second person: who may sign, and whether the reader is one of them."""

    kind: str
    who: tuple[str, ...]
    path: str
    mine: bool


@dataclass(frozen=True, slots=True)
class Waits:
    """What one case waits for, as one reader sees it."""

    signatures: tuple[Signature, ...] = ()
    opinion: bool = False
    informs: bool = False
    leaves_at: datetime | None = None
    difference: Difference | None = None
    promised: Promised | None = None
    notice_mail: NoticeMailing = NoticeMailing.NONE
    others: bool = False
    came_back: int = 0

    @property
    def to_sign(self) -> Signature | None:
        return next((one for one in self.signatures if one.mine), None)

    @property
    def blocking(self) -> tuple[Signature, ...]:
        """The steps that hold up what comes next; a later awareness holds up nothing."""
        return tuple(one for one in self.signatures if one.kind in {DISMISSAL, CLOSING, *DEPARTURES})

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset(one.kind for one in self.signatures)


NOTHING = Waits()


def waits(session: Session, actor: Actor, incidents: Collection[Incident]) -> dict[str, Waits]:
    """Incident id -> what it waits for."""
    ids = [incident.id for incident in incidents]
    signatures = _signatures(session, actor, {incident.id: incident for incident in incidents})
    asked = {one.incident_id for one in open_opinions(session, ids)} if Role.DPO in actor.roles else set()
    informs = _informing(session, ids)
    leaves = _holding(session, [one.id for one in incidents if one.people_track == PeopleTrack.HOLDING])
    mine = promised(session, actor.id, ids) if actor.may(Operation.READ_NOTICE) else {}
    differ = _differences(session, [one for one in incidents if one.people_track == PeopleTrack.DONE])
    mailed, untold = _mailed(session, ids), waiting_others(session, ids)
    sent = [one.id for one in incidents if one.people_track in {PeopleTrack.SENT, PeopleTrack.DONE}]
    back = came_back(session, sent)
    return {
        one: Waits(
            signatures.get(one, ()), one in asked, one in informs, leaves.get(one), differ.get(one), mine.get(one),
            mailed.get(one, NoticeMailing.NONE), one in untold, back.get(one, 0),
        )
        for one in ids
    }  # fmt: skip


def _signatures(session: Session, actor: Actor, incidents: Mapping[str, Incident]) -> dict[str, tuple[Signature, ...]]:
    mine = Countersign.incident_id.in_(incidents) & (Countersign.state == "waiting") & not_about(actor)
    found: dict[str, tuple[Signature, ...]] = {}
    for step in session.scalars(select(Countersign).where(mine).order_by(Countersign.proposed_at, Countersign.id)):
        if step.kind in KINDS:
            one = _signature(session, actor, incidents[step.incident_id], step)
            found[step.incident_id] = (*found.get(step.incident_id, ()), one)
    return found


def _signature(session: Session, actor: Actor, incident: Incident, step: Countersign) -> Signature:
    people = asked(session, incident, step)
    mine = actor.id in {user.id for user in people}
    return Signature(step.kind, tuple(user.name for user in people), sign_path(incident, step), mine)


def _informing(session: Session, ids: Collection[str]) -> set[str]:
    """The cases whose decision in force says that the people are told."""
    binding = select(Decision).where(Decision.incident_id.in_(ids), Decision.in_force_at.is_not(None))
    latest = {one.incident_id: one for one in session.scalars(binding.order_by(Decision.round))}
    return {incident_id for incident_id, one in latest.items() if one.inform_people == "inform"}


def _holding(session: Session, ids: Collection[str]) -> dict[str, datetime]:
    """When the letters of a case leave that are approved and can still be stopped."""
    query = select(Mailing.incident_id, Mailing.hold_until).where(
        Mailing.incident_id.in_(ids), Mailing.state == PeopleTrack.HOLDING
    )
    return {row.incident_id: row.hold_until for row in session.execute(query) if row.hold_until} if ids else {}


def _mailed(session: Session, ids: Collection[str]) -> dict[str, NoticeMailing]:
    """The cases whose notice is on its way by e-mail, or of which nobody knows whether it arrived."""
    return {
        mail.incident_id: NoticeMailing.IN_DOUBT if message.state == "uncertain" else NoticeMailing.UNDER_WAY
        for mail, message in open_mails(session, ids)
        if message.state not in LOST
    }


def _differences(session: Session, incidents: Collection[Incident]) -> dict[str, Difference]:
    """The cases whose letters are done, to another number of people than the case says, and nobody has said why."""
    open_ones = [one for one in incidents if State(one.state) not in ENDED and one.external_id is None]
    if not open_ones:
        return {}
    numbers = told(session, [one.id for one in open_ones])
    found = {one: difference(affected(one), numbers.get(one.id, 0)) for one in open_ones}
    said = latest_notes(session, [one.id for one, differs in found.items() if differs], NoteKind.DIFFERENCE)
    return {
        one.id: differs
        for one, differs in found.items()
        if differs and not explained(one, said.get((one.id, NoteKind.DIFFERENCE)))
    }
