"""The mail that carries a notice: its address from the card, its words from a template, the same as was confirmed."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.access import Actor
from core.audit.anchoring import log_line
from core.errors import N_, Conflict
from core.organisation import organisation
from core.settings import Environment, Settings
from identity.people import person
from incidents.models import Incident
from notifications.authorities import AUTHORITIES, Certainty, Channel
from notifications.edpb.answers import Answer
from notifications.filings import answers_of, filings, receipt_reference
from notifications.mail import written
from notifications.notice_models import Notice
from notifications.opening import Opened
from notifications.permitted import withheld
from notifications.relay import Tls, parse_relay, relay_host, relay_url

KIND = "notice_filing"
NO_WAY = N_("This authority takes no notice by ordinary e-mail. Send it in the authority's own channel.")
NO_RELAY = N_("No mail server is set, so no mail can leave. Set one in the settings, or send the notice another way.")
KEPT_BACK = N_(
    "This is not a production installation, and the address is not in VAKA_MAIL_ALLOW. The mail cannot leave."
)
EARLIER, OFFICER, CONTACT = 6, (30, 31), (34, 36)


@dataclass(frozen=True, slots=True)
class Cover:
    """What leaves beside the attachments. `reply_to` is the person who signs."""

    to: str
    certainty: Certainty
    subject: str
    text: str
    reply_to: str
    language: str


def way_of(notice: Notice) -> Channel:
    """The e-mail channel of the authority for this phase.

    Raises:
        Conflict: it has none that an ordinary mail may use.
    """
    channel = AUTHORITIES[notice.authority].mail_way(notice.phase)
    if channel is None:
        raise Conflict(NO_WAY)
    return channel


def cover(session: Session, actor: Actor, incident: Incident, notice: Notice, settings: Settings) -> Cover:
    """The mail as it would be sent by this person now.

    Raises:
        Conflict: the authority takes no mail.
    """
    card, channel = AUTHORITIES[notice.authority], way_of(notice)
    user, answers, company = person(session, actor.id), answers_of(session, notice), organisation(session)
    reply_to = user.email if user else ""
    told = [receipt_reference(session, one) for one in filings(session, incident.id)]
    known: Mapping[str, str] = {
        "reference": incident.reference,
        "phase": str(notice.phase),
        "authority": card.name,
        "theirs": next(filter(None, [*told, _text(answers, EARLIER)]), ""),
        "contact": next(filter(None, (_named(answers, pair) for pair in (OFFICER, CONTACT))), ""),
        "reply_to": reply_to,
        "log": log_line(session, notice.approved_at or notice.edited_at, notice.language, company.zone),
    }
    opened = Opened("", "", KIND, notice.language, channel.value, known)
    subject, text = written(opened, company, settings)
    return Cover(channel.value, card.certainty_of(channel), subject, text, reply_to, notice.language)


def hindrance(session: Session, settings: Settings, to: str) -> str:
    """Why no mail to this address leaves this installation; nothing when it would."""
    url = relay_url(session, settings)
    if not url and settings.environment is Environment.PRODUCTION:
        return NO_RELAY
    if withheld(settings.environment, relay_host(url), to, settings.mail_allow):
        return KEPT_BACK
    return ""


def encrypted_on_the_way(session: Session, settings: Settings) -> bool:
    """Whether the way to our own mail server is always encrypted; of the way from there we know nothing."""
    url = relay_url(session, settings)
    relay = parse_relay(url) if url else None
    return relay is not None and (relay.wrapped or relay.tls is Tls.REQUIRED)


def _named(answers: Mapping[int, Answer], pair: tuple[int, int]) -> str:
    return ", ".join(filter(None, (_text(answers, number) for number in pair)))


def _text(answers: Mapping[int, Answer], number: int) -> str:
    return " ".join(answers.get(number, Answer()).text.split())
