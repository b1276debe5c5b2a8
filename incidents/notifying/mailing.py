"""Sending a released notice by e-mail where the authority takes it: confirmed by a person, stopped, or settled by one.

The outbox class is `hold`. When the mail server took the mail, incidents/notifying/mail_jobs.py enters the filing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from core.access import Actor
from core.audit import record
from core.db import new_id
from core.errors import N_, Conflict, Invalid
from core.settings import Settings
from identity.service import confirm_password
from incidents.bundling.telling import joint_is_late, require_whole
from incidents.escalation import Duty
from incidents.models import Incident
from incidents.notifying.covering import KIND, cover, hindrance, way_of
from incidents.notifying.filing import Sent, enter, require_plausible, require_released
from incidents.notifying.keeping import Kept, keep, kept_again
from incidents.notifying.mail_under_way import decided, lose, require_none
from incidents.notifying.whom import addressee_of
from notifications.claims import withdraw
from notifications.models import OutboxMessage
from notifications.notice_mail import WAITING, End, NoticeMail, end, mails_of, message_of, open_mail, read, write
from notifications.notice_models import Filing, Notice
from notifications.opening import fingerprint, open_message
from notifications.outbox import Fact, enqueue

PRIORITY = 1  # beside the alerts: a deadline hangs on it
TIME_TO_STOP = timedelta(minutes=2)
HURRY = timedelta(hours=1)  # from here on nothing waits to be stopped
MAY_BE_LATE = timedelta(hours=2)
SHORTEST = 10
NOT_SEEN = N_("The notice was changed while you read this page. Read it again, then send it.")
NO_PDF = N_("The PDF cannot be made on this machine, so the notice cannot be sent by e-mail. Send it another way.")
NOTHING_OPEN = N_("No mail with this notice waits or is in doubt. Load the page again and look.")
NOT_IN_DOUBT = N_("This mail is not in doubt any more. Load the page again and look.")
TOO_LATE = N_("The mail has been handed over. It can no longer be stopped.")
SAY_WHY = N_("Say how you know, or why it is sent again. At least 10 characters.")


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What the person who sends it has read, ticked and written. `instead`: why the usual way cannot be used."""

    version: int
    password: str
    unencrypted: bool = False
    address_checked: bool = False
    instead: str = ""
    delay_reasons: str = ""


def send(
    session: Session, actor: Actor, incident: Incident, notice: Notice, said: Confirmed, settings: Settings,
    now: datetime,
) -> NoticeMail:  # fmt: skip
    """A person sends the released notice. The files are frozen here; the mail leaves when its time to stop is over.

    Raises:
        Conflict: the notice is not released, was changed, is on its way already, or no mail can leave.
        Invalid: something is not ticked or not said, or the password is wrong.
    """
    require_released(session, notice)
    require_none(session, notice)
    require_whole(session, incident)
    if notice.version != said.version:
        raise Conflict(NOT_SEEN)
    letter = cover(session, actor, incident, notice, settings)
    if hindered := hindrance(session, settings, letter.to):
        raise Conflict(hindered)
    _require_said(session, incident, notice, said, letter.certainty, now)
    confirm_password(session, actor, said.password, now)
    kept = keep(session, actor, incident, notice, now)
    if "pdf" not in kept.files:
        raise Conflict(NO_PDF)
    facts: dict[str, Fact] = {"subject": letter.subject, "text": letter.text, "reply_to": letter.reply_to,
                              "attachments": [kept.files["pdf"], kept.files["json"]]}  # fmt: skip
    mail = _queue(session, actor, incident, notice, kept, letter.to, facts, now)
    write(session, mail, "instead", said.instead.strip())
    write(session, mail, "delay_reasons", said.delay_reasons.strip())
    record(session, actor, "notice:mailed", incident.reference, now, case=incident.id,
           facts={"phase": notice.phase, "authority": notice.authority, "mail": mail.number,
                  "digest": notice.approved_digest, **kept.digests},
           changes={"to": (None, letter.to), "instead": (None, said.instead.strip() or None)})  # fmt: skip
    return mail


def stop(session: Session, actor: Actor, incident: Incident, notice: Notice, now: datetime) -> None:
    """Nothing has been handed over yet, so nothing leaves.

    Raises:
        Conflict: it has been handed over, or nothing is on its way.
    """
    mail, message = _open(session, notice)
    if message.state not in WAITING:
        raise Conflict(TOO_LATE)
    withdraw(session, message, End.STOPPED, now)
    end(session, mail, End.STOPPED, actor.id, now)
    record(session, actor, "notice:mail_ended", incident.reference, now, case=incident.id,
           facts={"mail": mail.number, "ended": End.STOPPED})  # fmt: skip


def arrived(
    session: Session, actor: Actor, incident: Incident, notice: Notice, at: datetime, how: str, delay_reasons: str,
    now: datetime,
) -> Filing:  # fmt: skip
    """A person knows that the mail in doubt arrived, and how: the notice was sent at that moment.

    Raises:
        Conflict: nothing is in doubt.
        Invalid: no reason, a moment that cannot be, or reasons for delay are missing.
    """
    mail, message = _doubtful(session, notice)
    if len(how.strip()) < SHORTEST:
        raise Invalid({"how": SAY_WHY})
    if at < mail.asked_at.replace(second=0, microsecond=0):
        raise Invalid({"arrived_at": N_("The mail was written later than that. Check the time.")})
    sent = Sent(at, "email", "", delay_reasons.strip() or read(session, mail, "delay_reasons"))
    try:
        require_plausible(addressee_of(session, incident, notice), notice, sent, now)
    except Invalid as wrong:
        raise Invalid(
            {"arrived_at" if one == "filed_at" else one: text for one, text in wrong.fields.items()}
        ) from None
    decided(session, message, now)
    end(session, mail, End.ARRIVED, actor.id, now, how.strip())
    _settled(session, actor, incident, mail, how.strip(), now)
    return enter(session, actor, incident, notice, sent, kept_again(session, files_of(mail)), now)


def send_again(
    session: Session, actor: Actor, incident: Incident, notice: Notice, reason: str, password: str,
    settings: Settings, now: datetime,
) -> NoticeMail:  # fmt: skip
    """A person lets the same bytes go once more, with a Message-ID of their own; the authority may get two.

    Raises:
        Conflict: nothing is in doubt, or no mail can leave.
        Invalid: no reason, or the password is wrong.
    """
    mail, message = _doubtful(session, notice)
    if len(reason.strip()) < SHORTEST:
        raise Invalid({"reason": SAY_WHY})
    opened = open_message(session, message)
    if hindered := hindrance(session, settings, opened.to):
        raise Conflict(hindered)
    confirm_password(session, actor, password, now)
    decided(session, message, now)
    end(session, mail, End.AGAIN, actor.id, now, reason.strip())
    session.flush()
    _settled(session, actor, incident, mail, reason.strip(), now)
    kept = kept_again(session, files_of(mail))
    following = _queue(session, actor, incident, notice, kept, opened.to, opened.facts, now)
    for field in ("instead", "delay_reasons"):
        write(session, following, field, read(session, mail, field))
    return following


def may_be_late(session: Session, incident: Incident, notice: Notice, now: datetime) -> bool:
    """Whether a deadline of a case it tells of has passed, or may pass before the mail server takes the mail."""
    return notice.phase == 1 and (
        _ends_within(incident, MAY_BE_LATE, now) or joint_is_late(session, incident, notice, now + MAY_BE_LATE)
    )


def leaves_at(incident: Incident, notice: Notice, now: datetime) -> datetime:
    """When the worker may have it: after a short time to stop it, unless the deadline is near."""
    return now if notice.phase == 1 and _ends_within(incident, HURRY, now) else now + TIME_TO_STOP


def files_of(mail: NoticeMail) -> dict[str, str]:
    return {"json": mail.json_file_id, "pdf": mail.pdf_file_id}


def _ends_within(incident: Incident, span: timedelta, now: datetime) -> bool:
    clock = incident.clock(Duty.NOTIFY_AUTHORITY)
    return clock is not None and clock.stopped_at is None and clock.ends_at < now + span


def _require_said(
    session: Session, incident: Incident, notice: Notice, said: Confirmed, certainty: str, now: datetime
) -> None:
    wrong = {}
    if certainty != "A" and not said.address_checked:
        wrong["address_checked"] = N_("Check the address with the authority first, then tick this.")
    if way_of(notice).use == "fallback" and not said.instead.strip():
        wrong["instead"] = N_("This is a way for when the usual one cannot be used. Say why.")
    if may_be_late(session, incident, notice, now) and not said.delay_reasons.strip():
        wrong["delay_reasons"] = N_("The deadline is near or has passed. The authority asks for the reasons.")
    if not said.unencrypted:
        wrong["unencrypted"] = N_("The attachments are not encrypted. Tick that you send them so.")
    if wrong:
        raise Invalid(wrong)


def _queue(
    session: Session, actor: Actor, incident: Incident, notice: Notice, kept: Kept, to: str,
    facts: Mapping[str, Fact], now: datetime,
) -> NoticeMail:  # fmt: skip
    """The next mail of this notice. Its key names its number, so one confirmation makes one mail."""
    if before := open_mail(session, notice.id):  # refused, and the worker has not come round yet
        lose(session, incident, before, message_of(session, before), now)
    number = len(mails_of(session, notice.id)) + 1
    message = enqueue(
        session, KIND, to=to, language=notice.language, once=f"notice:{notice.id}:{number}", now=now,
        due_at=leaves_at(incident, notice, now), case=incident.id, priority=PRIORITY, message_class="hold", facts=facts,
    )  # fmt: skip
    if message is None:
        raise Conflict(NOT_SEEN)
    message.body_hash = fingerprint(facts)
    mail = NoticeMail(
        id=new_id(), incident_id=incident.id, notice_id=notice.id, number=number, outbox_id=message.id,
        json_file_id=kept.files["json"], pdf_file_id=kept.files["pdf"], asked_by=actor.id, asked_at=now,
    )  # fmt: skip
    session.add(mail)
    flag_modified(notice, "state")  # whoever saves an edit at this moment finds another version, and is refused
    session.flush()
    return mail


def _settled(session: Session, actor: Actor, incident: Incident, mail: NoticeMail, reason: str, now: datetime) -> None:
    record(session, actor, "notice:mail_settled", incident.reference, now, case=incident.id,
           facts={"mail": mail.number, "ended": mail.outcome}, changes={"reason": (None, reason)})  # fmt: skip


def _open(session: Session, notice: Notice) -> tuple[NoticeMail, OutboxMessage]:
    mail = open_mail(session, notice.id)
    if mail is None:
        raise Conflict(NOTHING_OPEN)
    return mail, message_of(session, mail, to_change=True)


def _doubtful(session: Session, notice: Notice) -> tuple[NoticeMail, OutboxMessage]:
    mail, message = _open(session, notice)
    if message.state != "uncertain":
        raise Conflict(NOT_IN_DOUBT)
    return mail, message
