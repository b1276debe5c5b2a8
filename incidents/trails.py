"""The three trails of a case beside each other: what the story tells, what the log holds, what left as a message.

They are laid side by side by the minute, so that a hole in one is seen beside the others. Of a message it says what
kind it is, how it stands and when; never to whom, and not a word of what it says.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access import Actor
from core.audit.models import AuditEntry
from core.errors import N_
from core.i18n import translate
from incidents.case_log import Line, case_log
from incidents.models import Incident
from incidents.sealed import sealed_from
from incidents.story import Event, events_between
from notifications.models import OutboxMessage

MOST = 1_000
KINDS = {"resend": N_("Alert"), "hold": N_("Notice"), "reconcile": N_("Letter")}
STATES = {
    "frozen": N_("held for release"),
    "queued": N_("waits for its turn"),
    "claimed": N_("being sent"),
    "in_data": N_("being sent"),
    "deferred": N_("not now, said the mail server"),
    "accepted": N_("taken by the mail server"),
    "bounced": N_("came back"),
    "failed": N_("refused for good"),
    "uncertain": N_("in doubt"),
    "decided": N_("settled by a person"),
    "dead": N_("given up after many tries"),
    "cancelled": N_("cancelled"),
}


@dataclass(frozen=True, slots=True)
class Sent:
    """Messages of one kind and state, written in the same minute."""

    kind: str
    state: str
    count: int


@dataclass(frozen=True, slots=True)
class Done:
    """What somebody did in one minute, once or more often: an auditor who reads page after page is one line."""

    who: str
    what: str
    numbers: list[int]


@dataclass(slots=True)
class Moment:
    """What stands in one minute of each trail."""

    at: datetime
    story: list[Event] = field(default_factory=list)
    log: list[Done] = field(default_factory=list)
    messages: list[Sent] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Trails:
    """One page, newest first; `following` is where the next begins. `withheld`: this reader owes the commission an
    answer and sees no message; `cut`: there are more messages than are shown."""

    moments: tuple[Moment, ...]
    following: int | None
    withheld: bool
    cut: bool


def trails(
    session: Session, actor: Actor, incident: Incident, after: int, lang: str, zone: str, *, open_texts: bool
) -> Trails:
    """The page of the log after number `after` (-1: the newest), and what happened in the same time."""
    lines, following = case_log(session, actor, incident, after, lang)
    until = session.scalar(select(AuditEntry.at).where(AuditEntry.seq == after)) if after >= 0 else None
    since = lines[-1].at if lines and following is not None else None
    numbers = (lines[-1].seq, lines[0].seq) if lines else (0, -1)
    told = events_between(session, actor, incident, numbers, since, until, lang, zone, open_texts=open_texts)
    withheld = sealed_from(session, actor, incident)
    sent, cut = ({}, False) if withheld else _messages(session, actor, incident, since, until, lang)
    return Trails(_aligned(told, lines, sent), following, withheld, cut)


def _aligned(told: Iterable[Event], lines: Iterable[Line], sent: Mapping[datetime, list[Sent]]) -> tuple[Moment, ...]:
    found: dict[datetime, Moment] = {}

    def moment(at: datetime) -> Moment:
        minute = _minute(at)
        return found.setdefault(minute, Moment(minute))

    for event in told:
        moment(event.at).story.append(event)
    together: dict[tuple[datetime, str, str], Done] = {}
    for line in lines:
        key = _minute(line.at), line.who, line.what
        if key not in together:
            together[key] = Done(line.who, line.what, [])
            moment(line.at).log.append(together[key])
        together[key].numbers.append(line.seq)
    for at, messages in sent.items():
        moment(at).messages += messages
    return tuple(found[minute] for minute in sorted(found, reverse=True))


def _messages(
    session: Session, actor: Actor, incident: Incident, since: datetime | None, until: datetime | None, lang: str
) -> tuple[Mapping[datetime, list[Sent]], bool]:
    """Counted by minute, kind and state: a letter to two hundred people is one line. The database counts those made at
    one moment, as letters are, so that thousands of them cut nothing off."""
    mail = OutboxMessage
    query = select(mail.created_at, mail.message_class, mail.state, func.count()).where(
        mail.case_id == incident.id, mail.hidden_from.is_distinct_from(actor.id)
    )
    query = query.group_by(mail.created_at, mail.message_class, mail.state)
    if since is not None:
        query = query.where(mail.created_at > since)
    if until is not None:
        query = query.where(mail.created_at <= until)
    rows = session.execute(query.order_by(mail.created_at.desc()).limit(MOST + 1)).all()
    counted: Counter[tuple[datetime, str, str]] = Counter()
    for at, kind, state, number in rows[:MOST]:
        counted[_minute(at), kind, state] += number
    found: dict[datetime, list[Sent]] = {}
    for (minute, kind, state), count in counted.items():
        words = translate(lang, KINDS.get(kind, KINDS["resend"])), translate(lang, STATES.get(state, state))
        found.setdefault(minute, []).append(Sent(*words, count))
    return found, len(rows) > MOST


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
