"""An answer as people read it, in the language of the authority: words for codes, a zone with every moment."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time

from core.errors import N_
from core.i18n import absolute, date_only, translate
from notifications.edpb.answers import Answer, Knowledge
from notifications.edpb.card import template
from notifications.edpb.phases import News, Told
from notifications.edpb.questions import Kind, Question

STATE_LABELS = {
    Knowledge.KNOWN: N_("We know"),
    Knowledge.NOT_KNOWN_YET: N_("Not known yet"),
    Knowledge.NOT_APPLICABLE: N_("Does not apply"),
}
YES = N_("Yes")
WORDS = {
    (True, True): N_("Known by {day}, {name}"),
    (True, False): N_("Known by {day}"),
    (False, True): N_("{name} will know"),
}
OVERDUE = {True: N_("Overdue: was to be known by {day}, {name}"), False: N_("Overdue: was to be known by {day}")}

NEWS = {News.NEW: N_("new since phase {phase}"), News.CHANGED: N_("changed since phase {phase}")}
REST = N_("the rest not known yet")


def in_words(question: Question, answer: Answer, lang: str, zone: str) -> str:
    """What is answered; what is not known yet or does not apply is said in so many words. The words of a choice may
    hold commas, so several are told apart by a semicolon. Of figures per country some may be known before the rest."""
    if answer.state is Knowledge.NOT_APPLICABLE:
        return translate(lang, STATE_LABELS[answer.state])
    words = [_value(question, value, lang, zone) for value in answer.values]
    if answer.state is Knowledge.NOT_KNOWN_YET or not words:
        if not words or question.per is None:
            return translate(lang, STATE_LABELS[Knowledge.NOT_KNOWN_YET])
        words.append(translate(lang, REST))
    return ("\n" if question.repeated else "; ").join(words)


def mark_words(told: Told | None, phase: int, lang: str) -> str:
    """What a supplement says of an answer: sent earlier, new, or changed. The first phase has nothing to tell apart."""
    if told is None or phase == 1:
        return ""
    if told.news is None:
        return translate(lang, N_("sent in phase {phase}"), phase=told.since)
    return translate(lang, NEWS[told.news], phase=phase - 1)


def promise_words(answer: Answer, people: Mapping[str, str], today: date, lang: str) -> str:
    """Nothing when nobody promised anything."""
    name = people.get(answer.promised_by, "")
    if not answer.promised and not name:
        return ""
    by = day(answer.promised, lang) if answer.promised else ""
    sentence = OVERDUE[bool(name)] if is_overdue(answer, today) else WORDS[bool(by), bool(name)]
    return translate(lang, sentence, day=by, name=name)


def is_overdue(answer: Answer, today: date) -> bool:
    """The promised day itself is still in time."""
    return answer.promised is not None and answer.promised < today


def day(at: date, lang: str) -> str:
    return date_only(datetime.combine(at, time(), UTC), lang, "UTC")


def _value(question: Question, value: str, lang: str, zone: str) -> str:
    if question.per is not None:
        place, _, number = value.partition(":")
        return f"{_choice(template().questions[question.per], place, lang)}: {number}"
    match question.kind:
        case Kind.CHOICE | Kind.CHOICES:
            return _choice(question, value, lang)
        case Kind.BOOLEAN:
            return translate(lang, YES)
        case Kind.DATE:
            return day(date.fromisoformat(value), lang)
        case Kind.DATETIME:
            return absolute(datetime.fromisoformat(value), lang, zone)
    return value


def _choice(question: Question, code: str, lang: str) -> str:
    found = question.choice(code)
    return found.label.in_(lang) if found else code
