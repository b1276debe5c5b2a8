"""The copy desk: the authority's own questions in its own order, each with our answer ready to copy."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from sqlalchemy.orm import Session

from core.access import Actor
from core.i18n import translate
from core.organisation import organisation
from identity.people import names
from incidents.notice_items import Item, Reading, items_of
from incidents.notice_promises import here
from incidents.notice_sealed import not_for, withheld
from incidents.notifying.addressee import Addressee
from incidents.notifying.numbers import OURS
from incidents.notifying.reckoning import reckoned
from notifications.authorities import AUTHORITIES, Authority
from notifications.edpb.answers import Knowledge
from notifications.edpb.wording import STATE_LABELS
from notifications.filings import answers_of, notices, told_by

Labels = Mapping[int, str]
NO_LABELS: Labels = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class CopyRow:
    """One question of the authority's form in the reader's language, and our answer, joined from the questions of
    the template behind it. The answer is in the language of the notice: it is what the authority reads."""

    number: str
    label: str
    text: str
    level: str
    word: str
    promises: tuple[str, ...]
    marks: tuple[str, ...]


def copy_rows(
    session: Session, actor: Actor, to: Addressee, now: datetime, lang: str, *, only_news: bool = False
) -> tuple[list[CopyRow], list[CopyRow]]:
    """What the form asks, and what is answered but stands under none of its questions that have been seen; of a
    supplement, if wanted, only what the phase before did not say. Somebody who has no form of their own gets the
    answers in the order of ours."""
    incident = to.incident
    phases = notices(session, incident.id, to.id)
    if not phases:
        return [], []
    notice = phases[-1]
    told = reckoned(session, incident, answers_of(session, notice), notice.edited_at, notice)
    people = names(session, [answer.promised_by for answer in told.answers.values()])
    zone, told_in = organisation(session).zone, told_by(session, notice)
    how = Reading(lang, notice.language, zone, people, here(session, now), told_in, notice.phase)
    hidden = withheld(session, actor, incident, told.answers) | not_for(session, actor, incident)
    items = [item for item in items_of(told, how) if item.number not in hidden]
    if to.id:
        return _in_our_order(items, lang, only_news), []
    labels = {number: one.label.in_(notice.language) for number, one in told.template.questions.items()}
    return _in_order_of(AUTHORITIES[notice.authority], items, labels, lang, only_news)


def _in_our_order(items: list[Item], lang: str, only_news: bool) -> list[CopyRow]:
    shown = [item for item in items if item.number not in OURS and (item.required or item.values)]
    rows = [(item, _row(str(place), item.label, [item], lang)) for place, item in enumerate(shown, 1)]
    return [row for item, row in rows if item.news or not only_news]


def _in_order_of(
    card: Authority, items: list[Item], labels: Labels, lang: str, only_news: bool
) -> tuple[list[CopyRow], list[CopyRow]]:
    """`labels` are those of the template in the language of the notice, for what is copied."""
    found, rows = {item.number: item for item in items}, []
    for question in card.question:
        behind = [found[number] for number in question.fields if number in found]
        shown = [item for item in behind if item.required or item.values]
        if left := [item for item in shown if item.news or not only_news]:
            own = labels if len(shown) > 1 else {}
            rows.append(_row(question.number, question.label.in_(lang), left, lang, own))
    asked = {number for question in card.question for number in question.fields} | OURS
    others = [item for number, item in found.items() if number not in asked and item.values]
    beside = [item for item in others if item.news or not only_news]
    return rows, [_row("", item.label, [item], lang) for item in beside]


def _row(number: str, label: str, items: list[Item], lang: str, labels: Labels = NO_LABELS) -> CopyRow:
    """Of several answers in one box each carries its own label."""
    texts = [_labelled(labels[item.number], item.words) if labels else item.words for item in items]
    worst = next((item for item in items if item.level == "soon"), items[0])
    state = Knowledge.NOT_KNOWN_YET if worst.level == "soon" else Knowledge(worst.state)
    promises = tuple(dict.fromkeys(item.promise for item in items if item.promise))
    marks = tuple(dict.fromkeys(item.mark for item in items if item.mark))
    word = translate(lang, STATE_LABELS[state])
    return CopyRow(number, label, "\n".join(texts), worst.level, word, promises, marks)


def _labelled(label: str, words: str) -> str:
    return f"{label} {words}" if label.endswith("?") else f"{label}: {words}"
