"""The PDF of a notice says every answer, in both languages: long texts, several lines, and letters of other tongues."""

import re
from collections.abc import Mapping

import pytest
from sqlalchemy import select

from core.access import Role
from core.i18n import LANGUAGES
from core.organisation import organisation
from core.pdf import render
from incidents import notifying
from incidents.notice_document import notice_document
from incidents.notice_items import Reading, items_of
from incidents.notifying.reckoning import reckoned
from notifications.edpb.answers import Answer, known
from notifications.edpb.card import template
from notifications.edpb.conditions import YES
from notifications.edpb.faults import LONGEST
from notifications.edpb.questions import Kind, Question
from notifications.filings import write_answers
from notifications.notice_models import Notice
from tests.fixtures.pdf_text import pdf_text
from tests.fixtures.world import World
from tests.incidents.cases import Case

SENTENCE = (
    "Žydrūnė Łęcka i Á Coruña, Øystein på Ærø och Čáhcesuolu: “#let x = $1$” *ej fet* _ej kursiv_ <ej> @ej -- å. "
)
CHOSEN = {
    "told": {3: ("new",), 97: ("yes",), 102: ("not_all",), 113: ("yes",), 15: ("other",), 33: ("other",)},
    "planned": {3: ("follow_up",), 97: ("planned_date",), 113: ("yes",), 38: ("yes",)},
    "exempt": {3: ("follow_up",), 4: ("withdraw",), 97: ("art34_3",), 113: ("no",), 38: ("no",)},
}
NEVER = {18, 19, 120, 121, 122, 123, 25, 26}  # of a controller outside the EEA, and of no authority that has a card


def answer(question: Question, chosen: Mapping[int, tuple[str, ...]]) -> Answer:
    """Something in every field; of a choice what leads on. Every fifth text is as long as one may be."""
    if question.number in chosen:
        return known(*chosen[question.number])
    if question.per is not None:
        return known("SE:1200", "NO:3")
    codes = [one.code for one in question.choices if one.code != question.open_value and one.only_if is None]
    match question.kind:
        case Kind.CHOICE:
            return known(YES if YES in codes else "other" if "other" in codes else codes[0])
        case Kind.CHOICES:
            return known(*(["SE", "NO"] if "SE" in codes else codes))
        case Kind.BOOLEAN:
            return known(YES)
        case Kind.NUMBER:
            return known("1214")
        case Kind.DATE:
            return known("2026-11-23")
        case Kind.DATETIME:
            return known("2026-11-18T23:30:00+01:00")
    text = f"{question.number}: {SENTENCE}"
    if question.repeated:
        return known(text, f"{text} (2)")
    long = question.kind is Kind.LONG_TEXT and question.number % 5 == 0
    return known(f"{text}\n\n1. {SENTENCE}\n2. {SENTENCE}\n".ljust(LONGEST - 1, "å") + "!" if long else text)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_answer_of_a_full_notice_stands_in_its_pdf(small_world: World, lang: str) -> None:
    case = Case(small_world).take().classify()
    case.do(lambda s, actor, incident, now: notifying.draft(s, actor, incident, "imy", now), Role.MANAGER)
    small_world.later(hours=80)
    seen: set[int] = set()
    for chosen in CHOSEN.values():
        answers = {number: answer(question, chosen) for number, question in template().questions.items()}
        with small_world.change() as session:
            incident, notice = case.row(session), session.scalars(select(Notice)).one()
            organisation(session).number = "556000-0000"
            write_answers(session, notice, answers)
            notice.edited_at = small_world.now
            told = reckoned(session, incident, answers, small_world.now)
            assert told.faults() == {}
            items = items_of(told, Reading(lang, lang, organisation(session).zone))
            written = pdf_text(render(notice_document(session, incident, notice, lang)))
        for item in items:
            assert bare(f"{item.number} {item.label}") in written, item.number
            assert bare(item.words) in written, item.number
        seen |= {item.number for item in items}
    assert set(template().questions) - seen == NEVER


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)
