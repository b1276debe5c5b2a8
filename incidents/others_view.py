"""The others who are told of a case as the pages show them: how far each has come, until when, and what is next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.errors import N_
from core.i18n import translate
from core.organisation import organisation
from incidents.case_view import ClockView, duty_title
from incidents.models import Incident
from incidents.notice_view import Sending, latest_notice, sendings
from incidents.notifying.same_text import behind, twins
from incidents.notifying.to_other import TheOther
from incidents.others_clock import clock_of
from incidents.regimes import REGIMES
from incidents.states import AUTHORITY_LABELS, AuthorityTrack
from notifications.edpb.card import template
from notifications.edpb.wording import in_words
from notifications.filings import answers_of
from notifications.others import KIND_LABELS, SETTLED, contact_of, name_of, recipients

LOOKS: Mapping[AuthorityTrack, tuple[str, str]] = {
    AuthorityTrack.NONE_YET: ("none", "ring"),
    AuthorityTrack.DRAFT: ("calm", "half"),
    AuthorityTrack.IN_REVIEW: ("calm", "half"),
    AuthorityTrack.APPROVED: ("soon", "triangle"),
    AuthorityTrack.SUPPLEMENT_EXPECTED: ("calm", "half"),
    AuthorityTrack.COMPLETE: ("ok", "check"),
    AuthorityTrack.WITHDRAWN: ("none", "cross"),
}
NEXT: Mapping[AuthorityTrack, str] = {
    AuthorityTrack.NONE_YET: N_("Begin the message"),
    AuthorityTrack.DRAFT: N_("Write on"),
    AuthorityTrack.IN_REVIEW: N_("Read it and release it"),
    AuthorityTrack.APPROVED: N_("Send it now"),
    AuthorityTrack.SUPPLEMENT_EXPECTED: N_("Add what is new"),
    AuthorityTrack.COMPLETE: N_("Look"),
    AuthorityTrack.WITHDRAWN: N_("Look"),
}


@dataclass(frozen=True, slots=True)
class OtherRow:
    """One on the list. `clock` is of what is to be sent next, or how the last was; `sent` the proof of each phase."""

    id: str
    href: str
    name: str
    kind: str
    contact: str
    law: str
    hours: int | None
    word: str
    level: str
    shape: str
    clock: ClockView
    action: str
    sent: list[Sending]


@dataclass(frozen=True, slots=True)
class OtherView:
    """One of them on the own page. `duties` are those of its law that a new phase can fulfil, the next one first."""

    row: OtherRow
    duties: list[tuple[str, str]]
    duty: str


@dataclass(frozen=True, slots=True)
class Alike:
    """Controllers who can be given the same text, and those whose message waits for release with the same text: which
    notice was read in which version, the name, and what is each one's own."""

    behind: list[str]
    twins: list[tuple[str, str, list[tuple[str, str]]]]


def other_rows(session: Session, incident: Incident, now: datetime, lang: str) -> list[OtherRow]:
    return [_row(TheOther(session, incident, row), now, lang) for row in recipients(session, incident.id)]


def removed_rows(session: Session, incident: Incident, lang: str) -> list[tuple[str, str, str]]:
    """Who was taken off the list: id, name and kind."""
    rows = recipients(session, incident.id, removed=True)
    return [(row.id, name_of(session, row), translate(lang, KIND_LABELS[row.kind])) for row in rows]


def other_view(session: Session, to: TheOther, now: datetime, lang: str) -> OtherView:
    notice = latest_notice(session, to.incident, to.id)
    clock = to.clock(notice) if notice is not None else None
    duties = [(f"{one.regime}.{one.duty}", duty_title(one, lang)) for one in to.open_clocks()]
    return OtherView(_row(to, now, lang), duties, duty_title(clock, lang) if clock is not None else "")


def alike_view(to: TheOther, lang: str) -> Alike | None:
    notice = latest_notice(to.session, to.incident, to.id)
    if notice is None:
        return None
    others = [one.name(lang) for one in behind(to, notice)]
    same = [
        (f"{twin.notice.id}:{twin.notice.version}", twin.to.name(lang), _own(twin.to, lang))
        for twin in twins(to, notice)
    ]
    return Alike(others, same)


def unfinished(session: Session, incident: Incident) -> list[tuple[str, str]]:
    """Who on the list has not been told all they are to be told: name and address of the page."""
    rows = [row for row in recipients(session, incident.id) if row.track not in SETTLED]
    return [(name_of(session, row), f"{incident.path}/others/{row.id}") for row in rows]


def _row(to: TheOther, now: datetime, lang: str) -> OtherRow:
    level, shape = LOOKS[to.track]
    regime = REGIMES.get(to.row.regime)
    sent = sendings(to.session, to.incident, lang, to)
    action = to.track is AuthorityTrack.DRAFT and bool(sent)
    return OtherRow(
        id=to.id,
        href=to.incident.path + to.path,
        name=to.name(lang),
        kind=translate(lang, KIND_LABELS[to.code]),
        contact=contact_of(to.session, to.row),
        law=translate(lang, regime.title) if regime else "",
        hours=to.row.contract_hours,
        word=translate(lang, AUTHORITY_LABELS[to.track]),
        level=level,
        shape=shape,
        clock=clock_of(to, now, lang),
        action=translate(lang, NEXT[AuthorityTrack.DRAFT if action else to.track]),
        sent=sent,
    )


def _own(to: TheOther, lang: str) -> list[tuple[str, str]]:
    """Which data and people are this one's, so that whoever releases reads that too."""
    notice = latest_notice(to.session, to.incident, to.id)
    if notice is None:
        return []
    zone = organisation(to.session).zone
    answers, questions = answers_of(to.session, notice), template(notice.card).questions
    return [
        (questions[number].label.in_(lang), in_words(questions[number], answer, notice.language, zone))
        for number, answer in sorted(answers.items())
        if questions[number].own and answer.values
    ]
