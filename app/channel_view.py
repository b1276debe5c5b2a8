"""The part of the messages page about the second channel and the server's clock."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select, text
from sqlalchemy.orm import Session

from core.access import Actor
from core.bounded import bounded
from core.errors import N_
from core.i18n import translate
from core.settings import Settings
from incidents.models import Exclusion, Incident
from notifications.channels.claims import QUEUED
from notifications.channels.configured import channels_of
from notifications.channels.state import ChannelState, channel_state
from notifications.channels.words import NAMES, REASONS
from notifications.models import ChannelMessage

WORKS = N_("Works")
UNTRIED = N_("Not used yet")
FAILS = N_("Does not work")


@dataclass(frozen=True)
class ChannelRow:
    """One second channel as it is just now."""

    name: str
    place: str
    state: str
    level: str
    reason: str
    since: datetime | None
    taken_at: datetime | None
    retry_at: datetime | None


def channel_rows(session: Session, settings: Settings, lang: str) -> list[ChannelRow]:
    return [
        _row(channel.name, channel.place, channel_state(session, channel.name), lang)
        for channel in channels_of(settings)
    ]


def waiting_alarms(session: Session, actor: Actor) -> int:
    """How many alarms a channel still lacks, without those about a case this person is involved in: up to a bound."""
    found = select(ChannelMessage.id).where(text(QUEUED), _not_about(actor))
    return session.scalar(select(bounded(found))) or 0


def _row(name: str, place: str, state: ChannelState, lang: str) -> ChannelRow:
    word, level = (FAILS, "crit") if state.reason else (WORKS, "ok") if state.taken_at else (UNTRIED, "none")
    reason = translate(lang, REASONS[state.reason], code=state.code) if state.reason else ""
    return ChannelRow(NAMES[name], place, word, level, reason, state.since, state.taken_at, state.retry_at)


def _not_about(actor: Actor) -> ColumnElement[bool]:
    reference = ChannelMessage.facts["reference"].as_string()
    involved = select(Incident.reference).join(Exclusion, Exclusion.incident_id == Incident.id)
    return or_(reference.is_(None), reference.not_in(involved.where(Exclusion.user_id == actor.id)))
