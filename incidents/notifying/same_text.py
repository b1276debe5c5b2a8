"""Several controllers are told the same: it is written once. Which data and people are whose stays each one's own, and
each keeps a notice, a release and a filing of its own."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Actor
from core.errors import N_, Conflict
from incidents.notifying.addressee import Addressee
from incidents.notifying.drafting import begin, save
from incidents.notifying.numbers import OURS
from incidents.notifying.reckoning import reckoned
from incidents.notifying.releasing import ask_release, release
from incidents.notifying.to_other import TheOther
from incidents.states import AuthorityTrack
from notifications.edpb.answers import Answer, Answers
from notifications.edpb.card import template
from notifications.filings import answers_of, notices
from notifications.notice_models import Notice
from notifications.others import Kind, recipients

Text = dict[int, tuple[object, ...]]
UNSENT = frozenset({AuthorityTrack.DRAFT, AuthorityTrack.IN_REVIEW, AuthorityTrack.APPROVED})


@dataclass(frozen=True, slots=True)
class Twin:
    """A notice to another controller that says the same but for what is each one's own."""

    to: TheOther
    notice: Notice


def others_like(to: Addressee) -> list[TheOther]:
    """The other controllers on the list; nobody else is told the same as another."""
    if to.code != Kind.CONTROLLER:
        return []
    rows = recipients(to.session, to.incident.id)
    return [TheOther(to.session, to.incident, row) for row in rows if row.kind == to.code and row.id != to.id]


def behind(to: Addressee, notice: Notice) -> list[TheOther]:
    """The other controllers of the same language who have not been sent this phase, and do not have this text yet."""
    text = shared_text(notice, answers_of(to.session, notice))
    return [one for one in others_like(to) if one.language == notice.language and _lacks(one, notice, text)]


def spread(session: Session, actor: Actor, to: Addressee, notice: Notice, now: datetime) -> list[Notice]:
    """Give the others the same text. Where this one has been handed over, those that lack nothing are too.

    Raises:
        Conflict: there is nobody to give it to.
    """
    reached = behind(to, notice)
    if not reached:
        raise Conflict(N_("Everybody else on the list has this text already."))
    return [_give(session, actor, one, notice, now) for one in reached]


def twins(to: Addressee, notice: Notice) -> list[Twin]:
    """The notices to other controllers that wait for release with the same text."""
    text = shared_text(notice, answers_of(to.session, notice))
    latest = [(one, found[-1]) for one in others_like(to) if (found := notices(to.session, to.incident.id, one.id))]
    return [
        Twin(one, other)
        for one, other in latest
        if AuthorityTrack(other.state) is AuthorityTrack.IN_REVIEW and other.language == notice.language
        and shared_text(other, answers_of(to.session, other)) == text
    ]  # fmt: skip


def release_together(
    session: Session, actor: Actor, to: Addressee, notice: Notice, version: int, also: Iterable[tuple[str, int]],
    now: datetime,
) -> None:  # fmt: skip
    """One reading for several notices with the same text; each is released by itself, bound to what was read.

    Raises:
        Conflict: one of them does not say the same any more, or may not be released by this person.
    """
    same = {twin.notice.id: twin.notice for twin in twins(to, notice)}
    chosen = list(also)
    if not {notice_id for notice_id, _ in chosen} <= set(same):
        raise Conflict(N_("One of the messages no longer says the same. Read them again, then release them."))
    release(session, actor, to.incident, notice, version, now)
    for notice_id, read in chosen:
        release(session, actor, to.incident, same[notice_id], read, now)


def shared_text(notice: Notice, answers: Answers) -> Text:
    """What every one of them is told alike."""
    questions = template(notice.card).questions
    alike = (number for number in answers if number not in OURS and not questions[number].own)
    return {number: (answers[number].values, answers[number].state) for number in alike if answers[number].values}


def _lacks(one: TheOther, notice: Notice, text: Text) -> bool:
    phases = notices(one.session, one.incident.id, one.id)
    if sum(phase.state not in UNSENT for phase in phases) >= notice.phase:
        return False
    if not phases or phases[-1].state not in UNSENT:
        return True
    as_far = phases[-1].state != AuthorityTrack.DRAFT or notice.state == AuthorityTrack.DRAFT
    return not as_far or shared_text(phases[-1], answers_of(one.session, phases[-1])) != text


def _give(session: Session, actor: Actor, to: TheOther, notice: Notice, now: datetime) -> Notice:
    phases = notices(session, to.incident.id, to.id)
    mine = phases[-1] if phases and phases[-1].state in UNSENT else begin(session, actor, to, now)
    session.flush()
    save(session, actor, to.incident, mine, _alike(notice, answers_of(session, notice)), now)
    session.flush()
    told = reckoned(session, to.incident, answers_of(session, mine), now, mine)
    ready = not told.blocking() and not told.faults()
    if ready and mine.state == AuthorityTrack.DRAFT and notice.state != AuthorityTrack.DRAFT:
        ask_release(session, actor, to.incident, mine, now)
    return mine


def _alike(notice: Notice, answers: Answers) -> dict[int, Answer]:
    questions = template(notice.card).questions
    return {number: answer for number, answer in answers.items() if number not in OURS and not questions[number].own}
