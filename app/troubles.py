"""What is wrong with the service itself, said on every page to whoever relies on it: what it means and what to do."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import Request
from sqlalchemy.orm import Session

from app.checking.anchors import failing
from app.health import is_late
from app.heartbeat import TICK
from app.log_check import NAME as LOG
from app.log_check import read_known
from app.signing import REFUSALS
from app.wall_clock import NAME, read_doubt
from core.access import Actor, Operation
from core.audit.checkpoints import standing_refusal
from core.errors import N_
from core.i18n import absolute, grouped, span, translate
from core.restored import RestoredCopy
from incidents.jobs import unsent_overdue
from notifications.channels.configured import channels_of
from notifications.channels.state import ChannelState, read_state, row_of
from notifications.channels.words import NAMES
from notifications.service_state import recall_all

SILENT = (
    N_("Nobody is watching the deadlines"),
    N_("No worker has run since {since}. No alarm and no mail leaves. Whoever runs the server starts one: vaka work."),
)
NEVER = (
    N_("Nobody is watching the deadlines"),
    N_("No worker has run yet. No alarm and no mail leaves. Whoever runs the server starts one: vaka work."),
)
UNSENT = (
    N_("An alarm has not left"),
    N_("No mail server has taken it. Look at the deadlines here, and call whoever must act."),
)
JUMPED = (
    N_("The clock of the server has jumped by {by}"),
    N_("It was noticed {moment}. Compare it with another clock. Until somebody has, an alarm may come too early."),
)
BROKEN_LOG = (
    N_("The log does not match"),
    N_("The check found it {moment}. Touch nothing. The log's page says whom to call."),
)
UNREAD_LOG = (
    N_("The log could not be checked"),
    N_("The check gave up {moment}. It may be that somebody has altered the log. The log's page says more."),
)
EARLIER = (
    N_("This is an earlier state of the service"),
    N_("It was noticed {moment}. What was done since the copy was made is not here. No mail leaves until somebody has "
       "settled what may have left. Alarms go by the second channel only: watch the deadlines, call whoever must act."),
)  # fmt: skip
UNHELD = (
    N_("What is written to the log is no longer held outside"),
    N_("{kind}: nothing new has been held for longer than it should. Whoever runs the server looks into it."),
)
PLACES = {"/restored": N_("What to settle"), "/settings/anchors": N_("To the anchors")}
DEAD = (
    N_("The second channel for alarms does not work"),
    N_("{channel}: no alarm has been taken since {since}. It is tried again every minute."),
)


@dataclass(frozen=True)
class Trouble:
    """A line above the page. `href` leads to where something can be done about it."""

    title: str
    text: str
    href: str = ""
    where: str = ""


def troubles(
    session: Session, request: Request, actor: Actor, lang: str, zone: str, copy: RestoredCopy | None
) -> list[Trouble]:  # fmt: skip
    """Everything that is wrong just now, the gravest first; those who only report are told of an earlier state."""
    if not (actor.may(Operation.LIST_CASES) or actor.may(Operation.READ_OUTBOX)):
        return _earlier_state(copy, actor, lang, zone)
    now: datetime = request.app.state.clock()
    channels = [channel.name for channel in channels_of(request.app.state.settings)]
    rows = recall_all(session, [TICK, NAME, LOG, *map(row_of, channels)])
    outbox = "/outbox" if actor.may(Operation.READ_OUTBOX) else ""
    found = _earlier_state(copy, actor, lang, zone)
    tick = rows.get(TICK)
    if is_late(tick, request.app.state.started_at, now):
        since = absolute(tick.at, lang, zone) if tick else ""
        found.append(_say(lang, SILENT if tick else NEVER, since=since))
    if refusal := standing_refusal(session):
        sizes = {"signed": grouped(refusal.signed_size), "found": grouped(refusal.found_size)}
        found.append(_say(lang, REFUSALS[refusal.kind], "/log" if actor.may(Operation.READ_LOG) else "", **sizes))
    if unsent_overdue(session, now, actor.id):
        found.append(_say(lang, UNSENT, outbox))
    if doubted := read_doubt(rows.get(NAME)):
        moment = absolute(doubted.noticed_at, lang, zone)
        found.append(_say(lang, JUMPED, outbox, by=span(doubted.offset), moment=moment))
    if ((known := read_known(rows.get(LOG))).bad or known.unread) and known.at:
        page = "/log" if actor.may(Operation.READ_LOG) else "/log/check"
        found.append(_say(lang, BROKEN_LOG if known.bad else UNREAD_LOG, page, moment=absolute(known.at, lang, zone)))
    found += _anchors(session, request, actor, lang, now)
    states = {name: read_state(rows.get(row_of(name))) for name in channels}
    return found + (_dead(states, lang, zone) if outbox else [])


def _earlier_state(copy: RestoredCopy | None, actor: Actor, lang: str, zone: str) -> list[Trouble]:
    if copy is None:
        return []
    page = "/restored" if actor.may(Operation.SETTLE_RESTORED) else ""
    return [_say(lang, EARLIER, page, moment=absolute(copy.at, lang, zone))]


def _anchors(session: Session, request: Request, actor: Actor, lang: str, now: datetime) -> list[Trouble]:
    """An anchor that was set and holds nothing new: what is written since could be rewritten unseen."""
    settings = request.app.state.settings
    page = "/settings/anchors" if actor.may(Operation.MANAGE_SETTINGS) else ""
    return [_say(lang, UNHELD, page, kind=translate(lang, name)) for name in failing(session, settings, now)]


def _dead(states: dict[str, ChannelState], lang: str, zone: str) -> list[Trouble]:
    return [
        _say(lang, DEAD, "/outbox", channel=NAMES[name], since=absolute(state.since, lang, zone))
        for name, state in states.items()
        if state.reason and state.since
    ]


def _say(lang: str, words: tuple[str, str], href: str = "", /, **params: object) -> Trouble:
    title, text = (translate(lang, sentence, **params) for sentence in words)
    where = PLACES.get(href, N_("To the log") if href.startswith("/log") else N_("To the messages"))
    return Trouble(title, text, href, translate(lang, where))
