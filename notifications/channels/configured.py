"""Which second channels the settings name, read once and refused in one sentence when one cannot be used."""

from core.settings import Environment, Settings, WrongSettings
from notifications.channels.calling import parse_address
from notifications.channels.command import Command, parse_command
from notifications.channels.notice import Channel
from notifications.channels.syslog import parse_syslog
from notifications.channels.webhook import Webhook, parse_secrets


def channels_of(settings: Settings) -> list[Channel]:
    """Every channel that is set; none is a company without a second way to be warned.

    Raises:
        WrongSettings: one of them cannot be used.
    """
    found: list[Channel] = []
    if settings.alert_webhook_url.get_secret_value():
        found.append(_webhook(settings))
    if settings.alert_command.get_secret_value():
        found.append(Command(parse_command(settings.alert_command.get_secret_value())))
    if settings.alert_syslog:
        found.append(parse_syslog(settings.alert_syslog))
    return found


def require_channels(settings: Settings) -> None:
    """Stop a start with a channel that could never carry an alarm.

    Raises:
        WrongSettings: see `channels_of`.
    """
    channels_of(settings)
    if url := settings.heartbeat_url.get_secret_value():
        parse_address("VAKA_HEARTBEAT_URL", url)


def _webhook(settings: Settings) -> Webhook:
    to = parse_address("VAKA_ALERT_WEBHOOK_URL", settings.alert_webhook_url.get_secret_value())
    inside = settings.alert_webhook_private
    if to.scheme != "https" and settings.environment is Environment.PRODUCTION and not inside:
        raise WrongSettings("VAKA_ALERT_WEBHOOK_URL: must be https in production, unless it is private.")
    return Webhook(to, parse_secrets(settings.alert_webhook_secret.get_secret_value()), inside)
