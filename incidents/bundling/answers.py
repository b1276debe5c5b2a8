"""The joint notice on the template: facts of all cases where it has a field for them, a paragraph where it has none."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from core.organisation import organisation
from incidents.bundling.lateness import late_ones
from incidents.bundling.together import together
from incidents.bundling.wording import delay, when, which, with_paragraph
from incidents.models import Incident
from notifications.edpb.answers import Answer, Answers, Source, known

REASONS, COURSE, WHAT = 49, 53, 62
TEXTS = frozenset({REASONS, COURSE, WHAT})
FACTS = frozenset({44, 46, 47, 48, 55, 63, 65, 66, 67, 68, 70, 71, 72, 73})  # time, kind, place, people, data
NOTHING = known(source=Source.CASE)


def jointly(session: Session, lead: Incident, answers: Answers, lang: str, now: datetime) -> dict[int, Answer]:
    """The texts that name the other cases; without others, what they said of them is gone."""
    cases, zone = together(session, lead), organisation(session).zone
    told = _paragraphs(cases, lang, zone, now) if len(cases) > 1 else dict.fromkeys(TEXTS, "")
    texts = {number: with_paragraph(answers.get(number, NOTHING).text, told[number]) for number in TEXTS}
    return {
        number: known(text, source=answers.get(number, NOTHING).source)
        for number, text in texts.items()
        if text != answers.get(number, NOTHING).text
    }


def _paragraphs(cases: Sequence[Incident], lang: str, zone: str, now: datetime) -> dict[int, str]:
    late = [(one.case.reference, one.due_at) for one in late_ones(cases, now)]
    return {WHAT: which(cases, lang), COURSE: when(cases, lang, zone), REASONS: delay(late, lang, zone)}
