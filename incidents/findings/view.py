"""Findings in words, for the list and for their own page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.crypto import CannotOpen
from core.errors import N_
from core.i18n import MONTHS, translate
from core.keys import unseal
from identity.people import names
from incidents.findings.models import Finding, FindingReply
from incidents.findings.rules import OVERDUE, SEVERITY_LABELS, STATE_LABELS, Severity, State, overdue
from incidents.findings.sight import visible_findings
from incidents.models import Incident
from incidents.queue import Cursor
from incidents.sealed import OWES, sealed_among

PAGE, SHORT = 25, 90
ERASED = N_("erased")
FILTERS = {"open": N_("Waits for an answer"), "overdue": N_("Overdue"), "answered": N_("Answered by the owner"),
           "closed": N_("Closed"), "mine": N_("Mine to answer")}  # fmt: skip
SHAPES = {State.OPEN: ("soon", "triangle"), State.ANSWERED: ("calm", "half"), State.CLOSED: ("ok", "check")}
KINDS = {"answer": N_("Answer"), "give_back": N_("Given back"), "close": N_("Closed")}


@dataclass(frozen=True, slots=True)
class ReplyView:
    kind: str
    by: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class FindingView:
    """`level` and `shape` draw the state; overdue has its own word and shape."""

    reference: str
    href: str
    short: str
    text: str
    severity: str
    owner: str
    due: str
    state: str
    level: str
    shape: str
    written_by: str
    written_at: datetime
    case: str
    entry: int | None
    may_answer: bool
    may_settle: bool
    replies: tuple[ReplyView, ...] = ()


def listed(
    session: Session, actor: Actor, chosen: str, after: Cursor | None, today: date, lang: str
) -> tuple[list[FindingView], str]:
    """One page, the latest first, and where the next begins."""
    query = visible_findings(actor)
    if chosen in set(State):
        query = query.where(Finding.state == chosen)
    elif chosen == "overdue":
        query = query.where(Finding.state == State.OPEN, Finding.due_on < today)
    elif chosen == "mine":
        query = query.where(Finding.state == State.OPEN, Finding.owner_id == actor.id)
    if after is not None:
        earlier = and_(Finding.written_at == after.at, Finding.id < after.id)
        query = query.where(or_(Finding.written_at < after.at, earlier))
    found = list(session.scalars(query.order_by(Finding.written_at.desc(), Finding.id.desc()).limit(PAGE + 1)))
    shown = found[:PAGE]
    following = str(Cursor(False, shown[-1].written_at, shown[-1].id)) if len(found) > PAGE else ""
    return _views(session, actor, shown, today, lang), following


def finding_view(session: Session, actor: Actor, finding: Finding, today: date, lang: str) -> FindingView:
    return _views(session, actor, [finding], today, lang, whole=True)[0]


def _views(
    session: Session, actor: Actor, findings: Sequence[Finding], today: date, lang: str, *, whole: bool = False
) -> list[FindingView]:
    replies: list[FindingReply] = []
    if whole:
        query = select(FindingReply).where(FindingReply.finding_id.in_([one.id for one in findings]))
        replies = list(session.scalars(query.order_by(FindingReply.at, FindingReply.id)))
    people = names(session, [*(who for one in findings for who in (one.owner_id, one.written_by)),
                             *(one.by_id for one in replies)])  # fmt: skip
    ids = [one.case_id for one in findings]
    cases = select(Incident.id, Incident.reference).where(Incident.id.in_(ids))
    references = {row[0]: row[1] for row in session.execute(cases)}
    withheld = sealed_among(session, actor, ids)
    return [
        _view(session, actor, one, people, references.get(one.case_id, ""), today, lang, withheld=True)
        if one.case_id in withheld else
        _view(session, actor, one, people, references.get(one.case_id, ""), today, lang,
              tuple(_reply(session, one, reply, people, lang) for reply in replies))
        for one in findings
    ]  # fmt: skip


def _view(
    session: Session, actor: Actor, finding: Finding, people: dict[str, str], case: str, today: date, lang: str,
    replies: tuple[ReplyView, ...] = (), *, withheld: bool = False,
) -> FindingView:  # fmt: skip
    """`withheld`: the reader owes the commission of the case an answer, and reads no word of it before that."""
    state = State(finding.state)
    late = overdue(state, finding.due_on, today)
    level, shape = ("late", "cross") if late else SHAPES[state]
    text = translate(lang, OWES) if withheld else _opened(
        session, finding, f"finding.text:{finding.id}", finding.text_sealed, lang)  # fmt: skip
    line = text.split("\n")[0]
    return FindingView(
        reference=finding.reference, href=finding.path, short=f"{line[:SHORT]}…" if len(line) > SHORT else line,
        text=text, severity=translate(lang, SEVERITY_LABELS[Severity(finding.severity)]),
        owner=people.get(finding.owner_id, ""), due=day_in_words(finding.due_on, lang),
        state=translate(lang, OVERDUE if late else STATE_LABELS[state]), level=level, shape=shape,
        written_by=people.get(finding.written_by, ""), written_at=finding.written_at, case=case,
        entry=finding.entry_seq, replies=replies,
        may_answer=state is State.OPEN and finding.owner_id == actor.id and not withheld,
        may_settle=state is State.ANSWERED and actor.may(Operation.WRITE_FINDING) and not withheld,
    )  # fmt: skip


def day_in_words(day: date, lang: str) -> str:
    return f"{day.day} {MONTHS[lang][day.month - 1]} {day.year}"


def _reply(session: Session, finding: Finding, reply: FindingReply, people: dict[str, str], lang: str) -> ReplyView:
    text = _opened(session, finding, f"finding_reply.text:{reply.id}", reply.text_sealed, lang)
    return ReplyView(translate(lang, KINDS[reply.kind]), people.get(reply.by_id, ""), reply.at, text)


def _opened(session: Session, finding: Finding, place: str, sealed: str, lang: str) -> str:
    try:
        return unseal(session, finding.case_id, place, sealed)
    except CannotOpen:
        return translate(lang, ERASED)
