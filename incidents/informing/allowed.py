"""Which mails of a list would leave an installation that is not production: only those VAKA_MAIL_ALLOW names."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.settings import Environment, Settings
from notifications.letters.list_rows import addresses
from notifications.letters.models import Mailing
from notifications.permitted import withheld
from notifications.relay import is_loopback, relay_host, relay_url


@dataclass(frozen=True, slots=True)
class Allowed:
    """`names`: the addresses and domains that get mail from here. `leave` of `mails` go out, the rest is held back."""

    names: list[str]
    leave: int
    mails: int


def allowed(session: Session, mailing: Mailing, settings: Settings) -> Allowed | None:
    """Nothing in production, or where every mail stays on this machine anyway."""
    host = relay_host(relay_url(session, settings))
    if settings.environment is Environment.PRODUCTION or not host or is_loopback(host):
        return None
    leave = mails = 0
    for address in addresses(session, mailing):
        mails += 1
        leave += not withheld(settings.environment, host, address, settings.mail_allow)
    names = [name.strip() for name in settings.mail_allow.split(",") if name.strip()]
    return Allowed(names, leave, mails)
