"""What an alarm says: which duty, since when, until when, and what its notice still lacks.

Never what the case is about, because the mailbox may be what was breached."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from core.errors import N_
from core.i18n import absolute, span, time_left, translate
from incidents.clock_rows import ladder_of, stage_of
from incidents.clock_strip import strip_as_text
from incidents.escalation import Duty, Step
from incidents.models import ClockLevel, Incident, IncidentClock
from incidents.notice_promises import here
from incidents.notifying.reckoning import standing
from notifications.edpb.answers import Answers
from notifications.edpb.questions import Question
from notifications.edpb.wording import promise_words
from notifications.filings import notices
from notifications.outbox import Fact

SHOWN = {str(Duty.NOTIFY_AUTHORITY): 5, str(Duty.SUPPLEMENT): 15}  # lines about what is missing
PUNCTUAL = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Alarm:
    """A level whose alarm is to go out, with its clock and its case."""

    row: ClockLevel
    clock: IncidentClock
    incident: Incident

    @property
    def number(self) -> int:
        """The first alarm of a level is 1."""
        return self.row.alarms + 1

    @property
    def step(self) -> Step:
        """A rung that our ladder no longer has keeps the widest audience: its last one."""
        ladder = ladder_of(self.clock)
        return next((step for step in ladder if step.level == self.row.level), ladder[-1])

    @property
    def urgency(self) -> datetime:
        """For the order of a digest: by the deadline; a duty without one by the moment the level fell."""
        return self.clock.due_at or self.row.due_at


def headline(alarm: Alarm, lang: str, now: datetime) -> str:
    """What the level means; how much is really left when it is told later than it fell."""
    due_at = alarm.clock.due_at
    if due_at is not None and now < due_at and alarm.step.before_due and now - alarm.row.due_at > PUNCTUAL:
        return time_left(due_at - now, lang)
    return translate(lang, alarm.step.means)


def title(alarm: Alarm, lang: str) -> str:
    """What is to be done."""
    stage = stage_of(alarm.clock)
    return translate(lang, stage.title) if stage else alarm.clock.duty


def line(alarm: Alarm, lang: str, zone: str, now: datetime) -> str:
    """One alarm among many."""
    due_at = alarm.clock.due_at
    moment = [absolute(due_at, lang, zone)] if due_at else []
    return " · ".join([alarm.incident.reference, title(alarm, lang), headline(alarm, lang, now), *moment])


def level_facts(session: Session, alarm: Alarm, lang: str, zone: str, now: datetime) -> dict[str, Fact]:
    """The variables of `level_*` in templates/email."""
    clock, due_at = alarm.clock, alarm.clock.due_at
    return {
        "duty": clock.duty,
        "means": headline(alarm, lang, now),
        "title": title(alarm, lang),
        "again": alarm.number > 1,
        "due": absolute(due_at, lang, zone) if due_at else "",
        "left": span(due_at - now) if due_at and due_at > now else "",
        "late": span(now - due_at) if due_at and due_at <= now else "",
        "waited": span(now - clock.started_at),
        "missing": _missing(session, alarm, lang, now),
        "strip": strip_as_text(session, alarm.incident, now, lang, zone) if due_at else "",
    }


def _missing(session: Session, alarm: Alarm, lang: str, now: datetime) -> list[str]:
    """The items its notice still lacks, as the form names them, and by when each is promised; never an answer, never a
    name. Nothing before a draft is begun."""
    shown = SHOWN.get(alarm.clock.duty)
    written = notices(session, alarm.incident.id) if shown else []
    if not shown or not written:
        return []
    told = standing(session, alarm.incident, written[-1], now)
    lacking = told.open() if alarm.clock.duty == Duty.SUPPLEMENT else [*told.blocking(), *told.open()]
    today = here(session, now)
    lines = list(dict.fromkeys(_lacks(question, told.answers, today, lang) for question in lacking))
    more = [translate(lang, N_("and {number} more"), number=len(lines) - shown)] if len(lines) > shown else []
    return [*lines[:shown], *more]


def _lacks(question: Question, answers: Answers, today: date, lang: str) -> str:
    answer = answers.get(question.number)
    promise = promise_words(answer, {}, today, lang) if answer else ""
    return " · ".join(filter(None, [question.label.in_(lang), promise]))
