"""What the pages of a notice show: its questions with their answers, the stages, and what has been sent."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from core.access import SYSTEM, Actor, Operation
from core.files import StoredFile
from core.i18n import absolute, span, translate
from core.organisation import organisation
from identity.people import names
from incidents.models import Incident
from incidents.notice_awareness import Mismatch, mismatch
from incidents.notice_items import Reading, Section, items_of, sections_of
from incidents.notice_promises import PromiseView, here, promise_views
from incidents.notice_sealed import not_for, withheld
from incidents.notice_warnings import warnings
from incidents.notifying.addressee import Addressee
from incidents.notifying.crossing import following
from incidents.notifying.numbers import OURS
from incidents.notifying.reckoning import standing
from incidents.states import AUTHORITY_LABELS, AUTHORITY_SETTLED, ENDED, AuthorityTrack, State
from notifications.authorities import AUTHORITIES, Authority
from notifications.edpb.exchange import digest
from notifications.filings import answers_of, comment_of, delay_reasons, filings, notices, receipt_reference, told_by
from notifications.notice_models import Filing, Notice

STAGES = (
    AuthorityTrack.DRAFT,
    AuthorityTrack.IN_REVIEW,
    AuthorityTrack.APPROVED,
    AuthorityTrack.FILED,
    AuthorityTrack.SUPPLEMENT_EXPECTED,
    AuthorityTrack.COMPLETE,
)
UNSENT = frozenset({AuthorityTrack.DRAFT, AuthorityTrack.IN_REVIEW, AuthorityTrack.APPROVED})
BEGUN = frozenset(STAGES) - {AuthorityTrack.COMPLETE}


@dataclass(frozen=True, slots=True)
class Sending:
    """One filing as the page tells it; `late_by` is empty when it was in time."""

    phase: int
    authority: str
    at: str
    by: str
    channel: str
    reference: str
    late_by: str
    reasons: str
    receipt_id: str | None
    digest: str
    files: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True, slots=True)
class NoticeView:
    """The latest phase of telling one recipient, for one reader. `withheld`: some of it is not for this reader yet.
    `following`: the questions that are answered under "Countries and people".

    `to` is its short name, `href` the address of its pages; only the supervisory authority has a card of its own.
    """

    id: str
    version: int
    phase: int
    state: AuthorityTrack
    track: AuthorityTrack
    to: str
    href: str
    authority: Authority | None
    language: str
    sections: tuple[Section, ...]
    warnings: dict[str, list[str]]
    news: int
    known: int
    total: int
    blocking: tuple[tuple[str, str], ...]
    promises: tuple[PromiseView, ...]
    mismatch: Mismatch | None
    stages: tuple[dict[str, str], ...]
    edited: str
    comment: str
    approver: str
    mine: bool
    may_supplement: bool
    may_release: bool
    withheld: bool
    following: frozenset[int]


def latest_notice(session: Session, incident: Incident, recipient_id: str = "") -> Notice | None:
    return next(reversed(notices(session, incident.id, recipient_id)), None)


def notice_view(
    session: Session, actor: Actor, incident: Incident, now: datetime, lang: str, to: Addressee
) -> NoticeView | None:
    """The phase that is worked on, or the last one that was sent; None before the first draft."""
    phases = notices(session, incident.id, to.id)
    if not phases:
        return None
    notice = phases[-1]
    told = standing(session, incident, notice, now)
    zone = organisation(session).zone
    owed = withheld(session, actor, incident, told.answers)
    hidden = owed | not_for(session, actor, incident)
    people = names(session, [*notice.editors, notice.approved_by, *(one.promised_by for one in told.answers.values())])
    how = Reading(lang, notice.language, zone, people, here(session, now), told_by(session, notice), notice.phase)
    items = [item for item in items_of(told, how) if item.number not in OURS | hidden]
    shown = {number: answer for number, answer in told.answers.items() if number not in hidden}
    needed, left = told.needed(), told.open()
    return NoticeView(
        id=notice.id,
        version=notice.version,
        phase=notice.phase,
        state=AuthorityTrack(notice.state),
        track=to.track,
        to=to.short(lang),
        href=incident.path + to.path,
        authority=None if to.id else AUTHORITIES[notice.authority],
        language=notice.language,
        sections=sections_of(items, told, lang),
        warnings=warnings(session, incident, shown, lang, notice.card) if notice.state in UNSENT else {},
        news=sum(item.news for item in items),
        known=len(needed) - len(left),
        total=len(needed),
        blocking=tuple((f"q{question.number}", question.label.in_(lang)) for question in told.blocking()),
        promises=tuple(promise_views(session, actor, incident, notice, now, lang)),
        mismatch=mismatch(session, to, notice, lang),
        stages=_stages(to.track, len(phases) > 1, lang),
        edited=f"{', '.join(people.get(one, '') for one in notice.editors)}, {absolute(notice.edited_at, lang, zone)}",
        comment=comment_of(session, notice),
        approver=people.get(notice.approved_by or "", ""),
        mine=actor.id in notice.editors,
        may_supplement=_may_supplement(to, notice),
        may_release=actor.may(Operation.APPROVE_NOTICE) and actor.id not in notice.editors and not hidden,
        withheld=bool(owed),
        following=frozenset() if to.id else following(session, incident),
    )


def with_news(view: NoticeView) -> NoticeView:
    """Only the questions whose answers the phase before did not give."""
    sections = (replace(one, items=tuple(item for item in one.items if item.news)) for one in view.sections)
    return replace(view, sections=tuple(one for one in sections if one.items))


def sendings(session: Session, incident: Incident, lang: str, to: Addressee) -> list[Sending]:
    """What has been sent, the first phase first."""
    sent = filings(session, incident.id, to.id)
    people = names(session, [one.recorded_by for one in sent])
    return [_sending(session, one, to, people, lang) for one in sent]


def _sending(session: Session, filing: Filing, to: Addressee, people: dict[str, str], lang: str) -> Sending:
    return Sending(
        filing.phase,
        to.name(lang) if to.id else AUTHORITIES[filing.authority].title.in_(lang),
        absolute(filing.filed_at, lang, organisation(session).zone),
        people.get(filing.recorded_by, SYSTEM.name),
        filing.channel,
        receipt_reference(session, filing),
        span(filing.filed_at - filing.due_at) if filing.late and filing.due_at else "",
        delay_reasons(session, filing),
        filing.receipt_file_id,
        digest(answers_of(session, session.get_one(Notice, filing.notice_id))),
        tuple(_kept(session, filing)),
    )


def _kept(session: Session, filing: Filing) -> Iterator[tuple[str, str, int]]:
    """What was sent, to the byte: the kind of file, its id, how many bytes."""
    for kind, file_id in (("PDF", filing.pdf_file_id), ("JSON", filing.json_file_id)):
        if file_id:
            yield kind, file_id, session.get_one(StoredFile, file_id).size


def _may_supplement(to: Addressee, notice: Notice) -> bool:
    """What has been sent can be supplemented while the case is open and the notice not withdrawn."""
    withdrawn = to.track is AuthorityTrack.WITHDRAWN
    return notice.state == AuthorityTrack.FILED and not withdrawn and State(to.incident.state) not in ENDED


def _stages(track: AuthorityTrack, supplemented: bool, lang: str) -> tuple[dict[str, str], ...]:
    way = _way(track, supplemented)
    here = way.index(track)
    end = "reached" if track in AUTHORITY_SETTLED else "now"
    states = ["done" if place < here else end if place == here else "left" for place in range(len(way))]
    return tuple(
        {"word": translate(lang, AUTHORITY_LABELS[stage]), "state": word}
        for stage, word in zip(way, states, strict=True)
    )


def _way(track: AuthorityTrack, supplemented: bool) -> tuple[AuthorityTrack, ...]:
    """The stages that this notice passes; one that it skipped is not shown as done."""
    if track in BEGUN:
        return STAGES
    if track in {AuthorityTrack.NONE_YET, AuthorityTrack.NOT_REQUIRED}:
        return (AuthorityTrack.DRAFT, track)
    sent = tuple(stage for stage in STAGES if supplemented or stage is not AuthorityTrack.SUPPLEMENT_EXPECTED)
    return (*sent[:-1], track) if track is AuthorityTrack.WITHDRAWN else sent
