"""The filing: a person sent the released notice in the recipient's own channel, and the clock stops at that moment."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from core.db import new_id
from core.errors import N_, Conflict, Invalid
from core.keys import seal
from incidents.bundling.telling import joint_is_late, require_whole, told_together
from incidents.bundling.together import members
from incidents.case_notes import NoteKind, write_note
from incidents.clock_opening import start_due
from incidents.locking import lock
from incidents.models import Incident
from incidents.notifying.addressee import Addressee
from incidents.notifying.advancing import advance
from incidents.notifying.keeping import Kept, keep
from incidents.notifying.mail_under_way import overtake, require_none
from incidents.notifying.reckoning import reckoned
from incidents.notifying.to_authority import is_late
from incidents.notifying.whom import addressee, addressee_of
from incidents.states import AUTHORITY_TOLD, ENDED, AuthorityTrack, State, move
from notifications.filings import answers_of, digest, notices
from notifications.notice_models import Filing, Notice
from notifications.promises import drop_promises


@dataclass(frozen=True, slots=True)
class Sent:
    """What the person who sent it writes down."""

    filed_at: datetime
    channel: str
    authority_reference: str = ""
    delay_reasons: str = ""
    receipt_file_id: str | None = None


def file_notice(
    session: Session, actor: Actor, incident: Incident, notice: Notice, sent: Sent, now: datetime
) -> Filing:
    """Record that a person sent the released notice. The clock stops at that moment; lateness is frozen here.

    Raises:
        Conflict: the notice is not released, or its answers are not the released ones.
        Invalid: the moment is in the future or before the release, or reasons for a late notice are missing (R05).
    """
    require_released(session, notice)
    to = addressee_of(session, incident, notice)
    require_plausible(to, notice, sent, now)
    if not to.id:
        require_whole(session, incident)
    overtake(session, actor, incident, notice, now)
    return enter(session, actor, incident, notice, sent, keep(session, actor, incident, notice, now), now)


def enter(
    session: Session, actor: Actor, incident: Incident, notice: Notice, sent: Sent, kept: Kept, now: datetime
) -> Filing:
    """What is certain to have been sent goes into the books, late or not: the row, the clock, the log."""
    incident = lock(session, incident)  # of two who tell the last two controllers at once, the second sees the first
    to = addressee_of(session, incident, notice)
    filing = _proof(session, actor, incident, notice, sent, now)
    filing.late, filing.due_at = _late(to, notice, sent), to.due(notice)
    filing.json_file_id, filing.pdf_file_id = kept.files.get("json"), kept.files.get("pdf")
    session.add(filing)
    notice.state = move(AuthorityTrack.APPROVED, AuthorityTrack.FILED)
    others = [] if to.id else told_together(session, actor, incident, filing, kept.digests, now)
    complete = _advance(session, actor, to, notice, filing, now)
    for case in others:
        advance(session, case, notice.phase, sent.filed_at, now, complete=complete)
    _write_down(session, actor, to, filing, sent, kept, now)
    return filing


def withdraw(
    session: Session, actor: Actor, incident: Incident, reason: str, now: datetime, to: Addressee | None = None
) -> None:
    """What the authority (or `to`) was told of turned out to be no breach, or a double (R17). The record stays.

    Raises:
        Conflict: nothing has been filed, or the case has ended.
        Invalid: no reason.
    """
    if State(incident.state) in ENDED:
        raise Conflict(N_("The case has ended. Open it again first."))
    to = to or addressee(session, incident, "")
    phases = notices(session, incident.id, to.id)
    for notice in phases:
        require_none(session, notice)
    if to.track not in AUTHORITY_TOLD:
        raise Conflict(N_("There is no sent notice to withdraw."))
    if not to.id and any(
        case.authority_track == AuthorityTrack.SUPPLEMENT_EXPECTED for case in members(session, incident)
    ):
        raise Conflict(N_("Other cases are told in this notice and wait for its supplement. Complete it first."))
    if not reason.strip():
        raise Invalid({"reason": N_("Say why the notice is withdrawn.")})
    to.track = move(to.track, AuthorityTrack.WITHDRAWN)
    drop_promises(session, phases)
    write_note(session, actor, incident, NoteKind.NOTE, reason.strip(), now, now)
    record(session, actor, "notice:withdrawn", incident.reference, now, case=incident.id, facts=to.facts,
           changes={"reason": (None, reason.strip())})  # fmt: skip


def require_released(session: Session, notice: Notice) -> None:
    """The notice can go.

    Raises:
        Conflict: it is not released, or its answers are not the released ones.
    """
    if AuthorityTrack(notice.state) is AuthorityTrack.FILED:
        raise Conflict(N_("The notice has been sent. Add what is new in a supplement."))
    if AuthorityTrack(notice.state) is not AuthorityTrack.APPROVED or notice.approved_at is None:
        raise Conflict(N_("Only a released notice can be recorded as sent."))
    if digest(session, notice) != notice.approved_digest:
        raise Conflict(N_("The answers are not the ones that were released. Release the notice again."))


def _late(to: Addressee, notice: Notice, sent: Sent) -> bool:
    due_at = to.due(notice)
    return due_at is not None and is_late(sent.filed_at, due_at)


def require_plausible(to: Addressee, notice: Notice, sent: Sent, now: datetime) -> None:
    """What a person says about a sending can be.

    Raises:
        Invalid: the moment is in the future or before the release, or reasons for a late notice are missing (R05).
    """
    if sent.filed_at > now:
        raise Invalid({"filed_at": N_("The time lies in the future. Check the date.")})
    if notice.approved_at is not None and sent.filed_at < notice.approved_at.replace(second=0, microsecond=0):
        raise Invalid({"filed_at": N_("The notice was released later than that. Check the time.")})
    late = _late(to, notice, sent) or (not to.id and joint_is_late(to.session, to.incident, notice, sent.filed_at))
    if late and not sent.delay_reasons.strip():
        raise Invalid({"delay_reasons": N_("The deadline had passed then. Write the reasons.")})


def _proof(session: Session, actor: Actor, incident: Incident, notice: Notice, sent: Sent, now: datetime) -> Filing:
    """The row of the filing, bound to the answers that were released; what the authority said is sealed."""
    filing = Filing(
        id=new_id(), incident_id=incident.id, recipient_id=notice.recipient_id, notice_id=notice.id,
        phase=notice.phase, authority=notice.authority, filed_at=sent.filed_at, recorded_at=now,
        recorded_by=actor.id, channel=sent.channel, receipt_file_id=sent.receipt_file_id,
        content_digest=notice.approved_digest,
    )  # fmt: skip
    place = f"filing.authority_reference:{filing.id}"
    filing.authority_reference_sealed = seal(session, incident.id, place, sent.authority_reference)
    if sent.delay_reasons:
        place = f"filing.delay_reasons:{filing.id}"
        filing.delay_reasons_sealed = seal(session, incident.id, place, sent.delay_reasons)
    return filing


def _advance(session: Session, actor: Actor, to: Addressee, notice: Notice, filing: Filing, now: datetime) -> bool:
    """The clocks that this phase stops. What is not known yet, or a law's next stage, keeps a supplement expected; says
    whether nothing is."""
    left = bool(reckoned(session, to.incident, answers_of(session, notice), filing.filed_at, notice).open())
    to.told(actor, notice, filing, left=left, now=now)
    target = AuthorityTrack.SUPPLEMENT_EXPECTED if left or to.expects_more() else AuthorityTrack.COMPLETE
    track = move(to.track, AuthorityTrack.FILED) if notice.phase == 1 else to.track
    to.track = track if track is target else move(track, target)
    start_due(session, to.incident, now)
    return target is AuthorityTrack.COMPLETE


def _write_down(
    session: Session,
    actor: Actor,
    to: Addressee,
    filing: Filing,
    sent: Sent,
    kept: Kept,
    now: datetime,
) -> None:
    incident = to.incident
    record(session, actor, "notice:filed", incident.reference, now, case=incident.id,
           facts={"phase": filing.phase, **to.facts, "channel": filing.channel,
                  "late": filing.late, "filed_at": filing.filed_at.isoformat(timespec="minutes"),
                  "digest": filing.content_digest, **kept.digests},
           changes={"authority_reference": (None, sent.authority_reference),
                    "delay_reasons": (None, sent.delay_reasons)},
           )  # fmt: skip
