"""The joint notice has been sent: each of its cases has been told by that, with a record of its own.

The record holds the same digest and copies of the receipt and of what was sent, under the key of its own case. So it
stands when the leading case is erased (Art. 33(5): every breach is documented).
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from core.db import new_id
from core.errors import N_, Conflict
from core.files import StoredFile, file_content, file_name, store
from core.keys import seal
from incidents.bundling.lateness import deadline_of, late_ones
from incidents.bundling.together import UNSENT, fallen_out, members
from incidents.models import Incident
from incidents.states import ENDED, AuthorityTrack
from notifications.filings import delay_reasons, receipt_reference
from notifications.notice_models import Filing, Notice

FILES = ("receipt_file_id", "json_file_id", "pdf_file_id")
SEALED = {"authority_reference": receipt_reference, "delay_reasons": delay_reasons}


def told_together(
    session: Session, actor: Actor, lead: Incident, filing: Filing, kept: Mapping[str, str], now: datetime
) -> list[Incident]:
    """A record of the filing in each of the other cases; returns those still open, whose tracks go on."""
    cases = members(session, lead)
    for case in cases:
        own = _own(session, actor, case, filing, now)
        session.add(own)
        record(session, actor, "notice:filed", case.reference, now, case=case.id,
               facts={"phase": own.phase, "authority": own.authority, "channel": own.channel, "late": own.late,
                      "filed_at": own.filed_at.isoformat(timespec="minutes"), "digest": own.content_digest,
                      "joint_notice": lead.reference, **kept},
               changes={"authority_reference": (None, receipt_reference(session, filing)),
                        "delay_reasons": (None, delay_reasons(session, own))},
               )  # fmt: skip
    return [case for case in cases if case.state not in ENDED]


def _own(session: Session, actor: Actor, case: Incident, filing: Filing, now: datetime) -> Filing:
    """Late or not by the deadline of this case alone; the reasons belong to what is late."""
    due = deadline_of(case) if filing.phase == 1 else None
    late = due is not None and filing.filed_at > due
    own = Filing(
        id=new_id(), incident_id=case.id, notice_id=filing.notice_id, phase=filing.phase, authority=filing.authority,
        filed_at=filing.filed_at, recorded_at=filing.recorded_at, recorded_by=filing.recorded_by,
        channel=filing.channel, due_at=due, late=late, content_digest=filing.content_digest,
    )  # fmt: skip
    for name, read in SEALED.items():
        text = read(session, filing) if late or name != "delay_reasons" else ""
        setattr(own, f"{name}_sealed", seal(session, case.id, f"filing.{name}:{own.id}", text) if text else "")
    for field in FILES:
        setattr(own, field, _copied(session, actor, case, getattr(filing, field), now))
    return own


def _copied(session: Session, actor: Actor, case: Incident, file_id: str | None, now: datetime) -> str | None:
    file = session.get(StoredFile, file_id) if file_id else None
    if file is None:
        return None
    content = file_content(session, file)
    return store(session, case.id, file.purpose, file_name(session, file), content, actor.id, now).id


def joint_is_late(session: Session, lead: Incident, notice: Notice, filed_at: datetime) -> bool:
    """Whether one of the other cases would be told after its deadline: then the authority wants the reasons (R05)."""
    return notice.phase == 1 and bool(late_ones(members(session, lead), filed_at))


def require_whole(session: Session, lead: Incident) -> None:
    """What was released names every case that was put in, so each must still be in it.

    Raises:
        Conflict: one has ended or needs no notice any more.
    """
    if AuthorityTrack(lead.authority_track) in UNSENT and fallen_out(session, lead):
        raise Conflict(N_("A case that this notice tells of can no longer be in it. Save anew which cases are told "
                          "together, then have the notice released again."))  # fmt: skip
