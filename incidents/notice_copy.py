"""The copy desk: the authority's own questions in its own order, each with our answer ready to copy."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Actor
from core.i18n import translate
from core.organisation import organisation
from identity.people import names
from incidents.models import Incident
from incidents.notice_items import Item, Reading, items_of
from incidents.notice_promises import here
from incidents.notice_sealed import withheld
from incidents.notifying.reckoning import OURS, reckoned
from notifications.authorities import AUTHORITIES
from notifications.edpb.answers import Knowledge
from notifications.edpb.wording import STATE_LABELS
from notifications.filings import answers_of, notices


@dataclass(frozen=True, slots=True)
class CopyRow:
    """One question of the authority's form, and our answer joined from the template's questions behind it."""

    number: str
    label: str
    text: str
    level: str
    word: str
    promises: tuple[str, ...]
    new: bool


def copy_rows(
    session: Session, actor: Actor, incident: Incident, now: datetime, lang: str
) -> tuple[list[CopyRow], list[CopyRow]]:
    """What the form asks, and what is answered but stands under none of its questions that have been seen."""
    phases = notices(session, incident.id)
    if not phases:
        return [], []
    notice = phases[-1]
    before = answers_of(session, phases[-2]) if len(phases) > 1 else None
    told = reckoned(session, incident, answers_of(session, notice), notice.edited_at)
    people = names(session, [answer.promised_by for answer in told.answers.values()])
    how = Reading(lang, notice.language, organisation(session).zone, people, here(session, now))
    hidden = withheld(session, actor, incident, told.answers)
    found = {item.number: item for item in items_of(told, before, how) if item.number not in hidden}
    card, rows = AUTHORITIES[notice.authority], []
    for question in card.question:
        items = [found[number] for number in question.fields if number in found]
        if shown := [item for item in items if item.required or item.values]:
            rows.append(_row(question.number, question.label.in_(lang), shown, lang))
    asked = {number for question in card.question for number in question.fields} | OURS
    beside = [item for number, item in found.items() if number not in asked and item.values]
    return rows, [_row("", item.label, [item], lang) for item in beside]


def _row(number: str, label: str, items: list[Item], lang: str) -> CopyRow:
    """Of several answers in one box each carries its own label."""
    texts = [item.words if len(items) == 1 else _labelled(item) for item in items]
    worst = next((item for item in items if item.level == "soon"), items[0])
    state = Knowledge.NOT_KNOWN_YET if worst.level == "soon" else Knowledge(worst.state)
    promises = tuple(dict.fromkeys(item.promise for item in items if item.promise))
    return CopyRow(number, label, "\n".join(texts), worst.level, translate(lang, STATE_LABELS[state]), promises,
                   any(item.new for item in items))  # fmt: skip


def _labelled(item: Item) -> str:
    return f"{item.label} {item.words}" if item.label.endswith("?") else f"{item.label}: {item.words}"
