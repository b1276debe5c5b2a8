"""Figures for a monitoring system, read from the tables at each question: nothing counted here is lost by a restart.

Counts and ages only, never a reference, a name or an address.
"""

import hmac
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.heartbeat import TICK, withheld
from app.wall_clock import doubt
from core.access import Actor, Operation
from core.audit.anchoring import standing
from core.errors import NotFound
from core.settings import Settings
from core.web import Now, Read, require
from incidents.jobs import unsent_overdue
from incidents.models import IncidentClock
from incidents.urgency import Urgency, urgency
from notifications.breaker import relay_state
from notifications.channels.claims import QUEUED
from notifications.channels.configured import channels_of
from notifications.channels.state import channel_state
from notifications.models import ASIDE, IN_TROUBLE, STATES, UNSENT, ChannelMessage, OutboxMessage
from notifications.service_state import recall

router = APIRouter()
Anyone = Annotated[Actor, Depends(require(Operation.READ_METRICS))]
WITHOUT_END = "none"


@router.get("/metrics")
def show(request: Request, session: Read, now: Now, _actor: Anyone) -> Response:
    """Open to whoever shows the token; without a token in the settings there is no such page.

    Raises:
        NotFound: no token is set.
    """
    settings: Settings = request.app.state.settings
    if not settings.metrics_token.get_secret_value():
        raise NotFound()
    if not shows_token(settings, request.headers.get("authorization", "")):
        return Response(status_code=401, headers={"WWW-Authenticate": "Bearer"})
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Figures(session, settings, now))
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


def shows_token(settings: Settings, header: str) -> bool:
    """Compared without haste, so that the time of the answer tells nothing about the token."""
    return hmac.compare_digest(header.encode(), f"Bearer {settings.metrics_token.get_secret_value()}".encode())


class Figures(Collector):
    """Everything that one question is answered with, from one session."""

    def __init__(self, session: Session, settings: Settings, now: datetime) -> None:
        self.session, self.settings, self.now = session, settings, now

    def collect(self) -> Iterator[Metric]:
        session, now = self.session, self.now
        tick = recall(session, TICK)
        age = (now - tick.at).total_seconds() if tick else float("nan")
        yield GaugeMetricFamily("vaka_tick_age_seconds", "Seconds since the worker last looked at the clocks", age)
        yield one("vaka_well", "1 while the heartbeat would be sent", not withheld(session, now))
        yield one("vaka_alarms_unsent", "1 while an alarm waits for over a minute", unsent_overdue(session, now))
        yield one("vaka_clock_in_doubt", "1 while the server's clock is not trusted", doubt(session) is not None)
        yield one("vaka_relay_trouble", "1 while the mail server does not answer", bool(relay_state(session).reason))
        yield many("vaka_clocks_open", "Running clocks by urgency", "urgency", clocks(session, now))
        yield many("vaka_outbox_messages", "Mails that are not handed over, by state", "state", mails(session))
        waiting = select(func.count()).select_from(ChannelMessage).where(text(QUEUED))
        yield GaugeMetricFamily("vaka_channel_waiting", "Alarms a channel lacks", session.scalar(waiting) or 0)
        states = {one.name: bool(channel_state(session, one.name).reason) for one in channels_of(self.settings)}
        yield from anchored(session, now)
        yield many("vaka_channel_trouble", "1 while a second channel does not answer", "channel", states)


def anchored(session: Session, now: datetime) -> Iterator[Metric]:
    """How far the log is signed and held outside, and since when by each kind."""
    found = standing(session)
    yield GaugeMetricFamily("vaka_log_entries", "Entries of the log", found.size)
    yield GaugeMetricFamily("vaka_log_signed_entries", "Entries in the newest checkpoint", found.signed_size)
    yield GaugeMetricFamily("vaka_log_anchored_entries", "Entries that are held outside", found.anchored_size)
    held = {kind.kind: (now - kind.at).total_seconds() for kind in found.by_kind if kind.at}
    yield many("vaka_log_anchor_age_seconds", "Age of the newest checkpoint that is held", "kind", held)
    faults = {kind.kind: bool(kind.fault) for kind in found.by_kind}
    yield many("vaka_log_anchor_trouble", "1 while a kind of anchor does not hold", "kind", faults)


def one(name: str, words: str, so: bool) -> Metric:
    return GaugeMetricFamily(name, words, float(so))


def many(name: str, words: str, label: str, values: Mapping[str, float]) -> Metric:
    found = GaugeMetricFamily(name, words, labels=[label])
    for value, number in values.items():
        found.add_metric([value], float(number))
    return found


def clocks(session: Session, now: datetime) -> dict[str, int]:
    """How many clocks run, by what is left of them; those that end "as soon as possible" have a group of their own."""
    counted = dict.fromkeys([*(level.value for level in Urgency), WITHOUT_END], 0)
    for due_at in session.scalars(select(IncidentClock.due_at).where(IncidentClock.stopped_at.is_(None))):
        counted[urgency(due_at - now).value if due_at else WITHOUT_END] += 1
    return counted


def mails(session: Session) -> dict[str, int]:
    """Each part along its own index. Those handed over are nearly all, and to count them would read the whole table."""
    counted = dict.fromkeys((state for state in STATES if state != "accepted"), 0)
    for part in (UNSENT, IN_TROUBLE, ASIDE):
        # of `due_at`: with rows alone SQLite would read a wider index through, which also holds every state
        found = select(OutboxMessage.state, func.count(OutboxMessage.due_at)).where(text(part))
        counted |= dict(iter(session.execute(found.group_by(OutboxMessage.state))))
    return counted
