"""What the pages of a notice show: the items with their answers, the stages, and the authority's own questions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time

from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.i18n import absolute, date_only, translate
from core.organisation import organisation
from identity.people import names
from incidents.models import Incident
from incidents.notifying import late_now
from incidents.states import AUTHORITY_LABELS, AUTHORITY_SETTLED, ENDED, AuthorityTrack, State
from notifications.authorities import AUTHORITIES, Authority
from notifications.filings import answers_of, comment_of, delay_reasons, filings, notices, receipt_reference
from notifications.notice_fields import (
    GROUP_LABELS,
    STATE_LABELS,
    Answer,
    Field,
    FieldState,
    Group,
    asked,
    blocking,
    stated,
)
from notifications.notice_models import Filing, Notice

STAGES = (
    AuthorityTrack.DRAFT,
    AuthorityTrack.IN_REVIEW,
    AuthorityTrack.APPROVED,
    AuthorityTrack.FILED,
    AuthorityTrack.SUPPLEMENT_EXPECTED,
    AuthorityTrack.COMPLETE,
)
BEGUN = frozenset(STAGES) - {AuthorityTrack.COMPLETE}
LEVELS = {FieldState.KNOWN: "ok", FieldState.NOT_KNOWN_YET: "soon", FieldState.NOT_APPLICABLE: "none"}


@dataclass(frozen=True, slots=True)
class Item:
    """One item of Art. 33(3) with what is written under it. `new`: it differs from the phase before."""

    code: str
    art: str
    label: str
    help: str
    value: str
    state: str
    word: str
    level: str
    expected: str
    expected_by: str
    new: bool


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the authority's form, and our answer joined from the items that belong to it."""

    number: str
    label: str
    text: str
    level: str
    word: str
    new: bool


@dataclass(frozen=True, slots=True)
class Sending:
    """One filing as the page tells it."""

    phase: int
    authority: str
    at: str
    by: str
    channel: str
    reference: str
    late: bool
    reasons: str
    receipt_id: str | None


@dataclass(frozen=True, slots=True)
class NoticeView:
    """The latest phase of a case, for one reader."""

    id: str
    version: int
    phase: int
    state: AuthorityTrack
    authority: Authority
    language: str
    sections: tuple[Section, ...]
    known: int
    total: int
    blocking: tuple[str, ...]
    stages: tuple[dict[str, str], ...]
    edited: str
    comment: str
    approver: str
    mine: bool
    may_supplement: bool
    may_release: bool


def latest_notice(session: Session, incident: Incident) -> Notice | None:
    return next(reversed(notices(session, incident.id)), None)


def notice_view(session: Session, actor: Actor, incident: Incident, now: datetime, lang: str) -> NoticeView | None:
    """The phase that is worked on, or the last one that was sent; None before the first draft."""
    phases = notices(session, incident.id)
    if not phases:
        return None
    notice = phases[-1]
    before = answers_of(session, phases[-2]) if len(phases) > 1 else None
    answers = answers_of(session, notice)
    late = late_now(incident, now) or "delay_reasons" in answers
    items = [_item(field, answers, before, lang) for field in asked(late)]
    people = names(session, [*notice.editors, notice.approved_by])
    zone = organisation(session).zone
    return NoticeView(
        id=notice.id,
        version=notice.version,
        phase=notice.phase,
        state=AuthorityTrack(notice.state),
        authority=AUTHORITIES[notice.authority],
        language=notice.language,
        sections=_sections(items, asked(late), lang),
        known=sum(item.level != "soon" for item in items),
        total=len(items),
        blocking=tuple(translate(lang, field.label) for field in blocking(answers, late)),
        stages=_stages(AuthorityTrack(incident.authority_track), len(phases) > 1, lang),
        edited=f"{', '.join(people.get(one, '') for one in notice.editors)}, {absolute(notice.edited_at, lang, zone)}",
        comment=comment_of(session, notice),
        approver=people.get(notice.approved_by or "", ""),
        mine=actor.id in notice.editors,
        may_supplement=_may_supplement(incident, notice),
        may_release=actor.may(Operation.APPROVE_NOTICE) and actor.id not in notice.editors,
    )


def questions(session: Session, incident: Incident, lang: str) -> list[Question]:
    """The authority's form in its own order, each question with our text ready to copy."""
    phases = notices(session, incident.id)
    if not phases:
        return []
    notice = phases[-1]
    before = answers_of(session, phases[-2]) if len(phases) > 1 else None
    answers = answers_of(session, notice)
    fields = {field.code: field for field in asked(late=True)}
    found = []
    for question in AUTHORITIES[notice.authority].question:
        items = [_item(fields[code], answers, before, notice.language) for code in question.fields if code in answers]
        if items:
            worst = next((item for item in items if item.level == "soon"), items[0])
            text = "\n".join(item.value or item.word for item in items)
            found.append(
                Question(
                    question.number,
                    question.label.in_(lang),
                    text,
                    worst.level,
                    translate(lang, STATE_LABELS[FieldState(worst.state)]),
                    any(item.new for item in items),
                )
            )
    return found


def sendings(session: Session, incident: Incident, lang: str) -> list[Sending]:
    """What has been sent, the first phase first."""
    sent = filings(session, incident.id)
    people = names(session, [one.recorded_by for one in sent])
    return [_sending(session, one, people, lang) for one in sent]


def _sending(session: Session, filing: Filing, people: dict[str, str], lang: str) -> Sending:
    return Sending(
        filing.phase,
        AUTHORITIES[filing.authority].title.in_(lang),
        absolute(filing.filed_at, lang, organisation(session).zone),
        people.get(filing.recorded_by, ""),
        filing.channel,
        receipt_reference(session, filing),
        filing.late,
        delay_reasons(session, filing),
        filing.receipt_file_id,
    )


def _may_supplement(incident: Incident, notice: Notice) -> bool:
    """What has been sent can be supplemented while the case is open and the notice not withdrawn."""
    withdrawn = incident.authority_track == AuthorityTrack.WITHDRAWN
    return notice.state == AuthorityTrack.FILED and not withdrawn and State(incident.state) not in ENDED


def _item(field: Field, answers: dict[str, Answer], before: dict[str, Answer] | None, lang: str) -> Item:
    kept = answers.get(field.code, stated(""))
    answer = stated(kept.value, kept.state, kept.expected_by)
    expected = ""
    if answer.expected_by:
        expected = date_only(datetime.combine(answer.expected_by, time(), UTC), lang, "UTC")
    return Item(
        field.code,
        field.art,
        translate(lang, field.label),
        translate(lang, field.help),
        answer.value,
        answer.state.value,
        translate(lang, STATE_LABELS[answer.state]),
        LEVELS[answer.state],
        expected,
        answer.expected_by.isoformat() if answer.expected_by else "",
        before is not None and before.get(field.code, stated("")) != answer,
    )


def _sections(items: Sequence[Item], fields: Sequence[Field], lang: str) -> tuple[Section, ...]:
    groups = dict.fromkeys(field.group for field in fields)
    by_group: dict[Group, list[Item]] = {group: [] for group in groups}
    for item, field in zip(items, fields, strict=True):
        by_group[field.group].append(item)
    return tuple(Section(translate(lang, GROUP_LABELS[group]), tuple(by_group[group])) for group in groups)


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
