"""Only production mails real people. One pure rule decides for every mail of every kind."""

from core.settings import Environment
from notifications.relay import is_loopback


def withheld(environment: Environment, host: str, address: str, allowed: str) -> bool:
    """Whether a mail to `address` stays here.

    A test or demo installation on a real relay mails only whom VAKA_MAIL_ALLOW names (addresses and domains with
    commas between). A relay on this machine is a test relay, and files reach nobody.
    """
    if environment is Environment.PRODUCTION or not host or is_loopback(host):
        return False
    names = {name.strip().casefold().removeprefix("@") for name in allowed.split(",") if name.strip()}
    address = address.strip().casefold()
    return address not in names and address.rpartition("@")[2] not in names
