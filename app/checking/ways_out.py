"""The ways an alarm leaves: the mail server, the second channel, the sign of life."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.checking.finding import Finding, Said, advice, failed, fine
from app.heartbeat import NAME
from core.db import Database, new_id
from core.errors import N_
from core.settings import Environment, Settings
from notifications.channels.calling import Unreached
from notifications.channels.configured import channels_of
from notifications.channels.notice import TEST, Channel, Notice
from notifications.channels.state import channel_state, mend, trip
from notifications.channels.words import NAMES, REASONS
from notifications.relay import relay_url
from notifications.service_state import recall
from notifications.smtp import knock

SET_RELAY = N_("Set VAKA_SMTP_URL, or the mail server on the settings page.")
LOOK_AT_RELAY = N_("Look at its address, its certificate and our user name in the settings.")
CHANNEL_WAYS = N_("Set VAKA_ALERT_WEBHOOK_URL with VAKA_ALERT_WEBHOOK_SECRET, VAKA_ALERT_COMMAND or VAKA_ALERT_SYSLOG.")
MEND = {
    "webhook": N_("Look at the receiver and at VAKA_ALERT_WEBHOOK_URL; alarms wait and are tried every minute."),
    "command": N_("Look at VAKA_ALERT_COMMAND and run it by hand; alarms wait and are tried every minute."),
    "syslog": N_("Look at the collector and at VAKA_ALERT_SYSLOG; alarms wait and are tried every minute."),
}
RELAY = {
    "unreachable": N_("It does not answer."),
    "no_tls": N_("It offers no safe encryption, so nothing is sent to it."),
    "login_refused": N_("It does not accept our user name and password."),
    "wrong_address": N_("Its address cannot be used."),
}
REFUSED = N_("It does not want to talk to us.")


def relay(session: Session, settings: Settings) -> Finding:
    """Really connected, encrypted and signed in; nothing is sent."""
    url = relay_url(session, settings)
    if not url and settings.environment is Environment.PRODUCTION:
        return failed("relay", N_("None is set: no mail leaves."), SET_RELAY)
    if not url:
        return advice("relay", N_("None is set: mails become files that nobody receives."), SET_RELAY)
    reason = knock(url)
    if reason:
        return failed("relay", RELAY.get(reason, REFUSED), LOOK_AT_RELAY)
    return fine("relay", N_("It answers and lets us in."))


def second_channels(database: Database, settings: Settings, now: datetime, trying: bool) -> list[Finding]:
    """One at least must be there and be reached; `trying` sends a test through each."""
    channels = channels_of(settings)
    if not channels:
        return [failed("second_channel", N_("None is set: without mail nobody would see an alarm."), CHANNEL_WAYS)]
    return [_channel(database, settings, channel, now, trying) for channel in channels]


def _channel(database: Database, settings: Settings, channel: Channel, now: datetime, trying: bool) -> Finding:
    name = channel.name
    words: dict[str, object] = {"channel": Said(NAMES[channel.name]), "place": channel.place}
    try:
        if trying:
            channel.deliver(Notice(f"msg_{new_id()}", TEST, now, {"test": True}, settings.base_url), now)
        else:
            channel.knock()
    except Unreached as trouble:
        if trying:
            with database.transaction() as session:
                trip(session, name, trouble, now)
        return _dead(words, name, trouble.reason, trouble.code)
    with database.transaction() as session:
        if trying:
            mend(session, name, now)
        known = channel_state(session, name)
    if trying:
        return fine("second_channel", N_("{channel} to {place}: the test was taken."), **words)
    if known.reason:
        return _dead(words, name, known.reason, known.code)
    if known.taken_at is None:
        return advice("second_channel", N_("{channel} to {place}: can be reached, never used."),
                      N_("Run vaka check --try to send a test."), **words)  # fmt: skip
    return fine("second_channel", N_("{channel} to {place}: took the last alarm."), **words)


def _dead(words: dict[str, object], name: str, reason: str, code: int | None) -> Finding:
    named = N_("{channel} to {place} does not work. {why}")
    return failed("second_channel", named, MEND[name], **words, why=Said(REASONS[reason], code))


def heartbeat(session: Session, settings: Settings) -> Finding:
    if not settings.heartbeat_url.get_secret_value():
        return advice("heartbeat", N_("Nobody outside notices when this server dies."), N_("Set VAKA_HEARTBEAT_URL."))
    row = recall(session, NAME)
    if row is None:
        return advice("heartbeat", N_("It has not been sent yet."), N_("Start the worker: vaka work."))
    reason = str(row.value["reason"])
    if reason in REASONS:
        return failed("heartbeat", N_("The watcher was not reached. {why}"), N_("Look at VAKA_HEARTBEAT_URL."),
                      why=Said(REASONS[reason], row.value["code"]))  # fmt: skip
    if reason:
        return failed("heartbeat", N_("It is withheld."), N_("Look at the worker, the alarms and the clock here."))
    return fine("heartbeat", N_("The watcher hears it."))
