"""What the pages show of a notice that goes by e-mail: what would be sent, how it stands, and what became of others."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.access import SYSTEM, Actor
from core.errors import N_
from core.i18n import absolute, translate
from core.organisation import organisation
from core.settings import Settings
from identity.people import names
from incidents.models import Incident
from incidents.notice_mail_words import HEADINGS, LEVELS, MAIL_ENDS, TEXTS
from incidents.notifying.covering import Cover, cover, encrypted_on_the_way, hindrance
from incidents.notifying.keeping import papers, sha256
from incidents.notifying.mailing import NO_PDF, leaves_at, may_be_late
from incidents.notifying.numbers import DELAY
from incidents.states import AuthorityTrack
from notifications.authorities import AUTHORITIES, Channel
from notifications.edpb.answers import Answer
from notifications.filings import answers_of
from notifications.models import OutboxMessage
from notifications.notice_mail import (
    IN_HAND,
    WAITING,
    End,
    NoticeMail,
    handed_over_at,
    mails_of,
    message_of,
    read,
)
from notifications.notice_models import Notice
from notifications.opening import open_message
from notifications.relay import relay_url
from notifications.transport import writes_files

LOST = {"failed": "refused", "dead": "given_up", "cancelled": "held_back"}
BY_STATE = {"deferred": "put_off", "accepted": "taken", "uncertain": "uncertain", **LOST} | dict.fromkeys(
    IN_HAND, "sending"
)


@dataclass(frozen=True, slots=True)
class Paper:
    """One attachment, as whoever holds a copy can recognise it."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Offer:
    """The mail as it would leave now, for the page where it is confirmed. `hindered`: why it cannot. `instead` and
    `reasons` have been said before, in an earlier mail and in the notice."""

    version: int
    channel: Channel
    cover: Cover
    papers: tuple[Paper, ...]
    hindered: str
    instead: str
    asks_reasons: bool
    reasons: str
    encrypted: bool
    to_file: bool
    waits: bool


@dataclass(frozen=True, slots=True)
class MailView:
    """One mail. `code` is how it stands; `open`: nobody knows yet how it ends."""

    number: int
    code: str
    level: str
    heading: str
    text: str
    open: bool
    may_stop: bool
    to: str
    by: str
    asked: str
    handed_over_at: datetime
    end: str
    ended: str
    ended_by: str
    reason: str
    files: tuple[tuple[str, str], ...]

    @property
    def doubtful(self) -> bool:
        return self.open and self.code == "uncertain"


def mail_way(notice: Notice | None) -> Channel | None:
    """The channel for a mail from here, while the notice is released and not sent."""
    if notice is None or notice.state != AuthorityTrack.APPROVED:
        return None
    return AUTHORITIES[notice.authority].mail_way(notice.phase)


def offer(
    session: Session, actor: Actor, incident: Incident, notice: Notice | None, settings: Settings, now: datetime
) -> Offer | None:
    """What the confirm page shows; None when there is nothing to send this way."""
    channel = mail_way(notice)
    if notice is None or channel is None:
        return None
    answers, before = answers_of(session, notice), mails_of(session, notice.id)[-1:]
    made, letter = papers(session, incident, notice), cover(session, actor, incident, notice, settings)
    return Offer(
        version=notice.version,
        channel=channel,
        cover=letter,
        papers=tuple(Paper(name, len(content), sha256(content)) for name, content in reversed(made.values())),
        hindered=hindrance(session, settings, letter.to) or ("" if "pdf" in made else NO_PDF),
        instead=read(session, before[0], "instead") if before else "",
        asks_reasons=may_be_late(session, incident, notice, now),
        reasons=answers.get(DELAY, Answer()).text,
        encrypted=encrypted_on_the_way(session, settings),
        to_file=writes_files(relay_url(session, settings), settings),
        waits=leaves_at(incident, notice, now) > now,
    )


def mail_views(session: Session, notice: Notice | None, now: datetime, lang: str) -> list[MailView]:
    """Every mail of the phase, the latest first."""
    mails = mails_of(session, notice.id) if notice else []
    people = names(session, [one for mail in mails for one in (mail.asked_by, mail.ended_by)]) | {
        SYSTEM.id: SYSTEM.name
    }
    return [_view(session, mail, people, now, lang) for mail in reversed(mails)]


def present_mail(session: Session, notice: Notice | None, now: datetime, lang: str) -> MailView | None:
    """The mail that the pages of the notice show by itself."""
    return to_show(mail_views(session, notice, now, lang))


def to_show(views: list[MailView]) -> MailView | None:
    """The one that is under way or in doubt, else the last one if it was lost and nothing came after it."""
    return next((one for one in views[:1] if one.open or one.code in LOST.values()), None)


def code_of(message: OutboxMessage, now: datetime) -> str:
    """How a mail stands, for the words of the pages."""
    if message.state == "queued":
        return "holding" if message.due_at > now else "waiting"
    return BY_STATE.get(message.state, "")


def _view(session: Session, mail: NoticeMail, people: dict[str, str], now: datetime, lang: str) -> MailView:
    message, zone = message_of(session, mail), organisation(session).zone
    going_on = mail.outcome in {End.OPEN, End.LOST}
    code = code_of(message, now) if going_on else mail.outcome
    words = {
        "moment": absolute(message.accepted_at or message.due_at, lang, zone),
        "next": absolute(message.due_at, lang, zone),
        "code": message.smtp_code or translate(lang, N_("nothing")),
    }
    return MailView(
        number=mail.number,
        code=code,
        level=LEVELS.get(code, "danger"),
        heading=translate(lang, HEADINGS[code], **words) if going_on else "",
        text=translate(lang, TEXTS[code], **words) if going_on else "",
        open=mail.outcome == End.OPEN,
        may_stop=mail.outcome == End.OPEN and message.state in WAITING,
        to=open_message(session, message).to,
        by=people.get(mail.asked_by, ""),
        asked=absolute(mail.asked_at, lang, zone),
        handed_over_at=handed_over_at(session, mail) or mail.asked_at,
        end="" if mail.outcome == End.OPEN else translate(lang, MAIL_ENDS[End(mail.outcome)]),
        ended=absolute(mail.ended_at, lang, zone) if mail.ended_at else "",
        ended_by=people.get(mail.ended_by or "", ""),
        reason=read(session, mail, "ended_reason"),
        files=(("PDF", mail.pdf_file_id), ("JSON", mail.json_file_id)),
    )
