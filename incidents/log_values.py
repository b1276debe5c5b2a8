"""The values that an entry of the log committed to, as people say them. What nobody has words for stays as it is, and
what a person wrote stays word for word; a value is held against its commitment before it is said, never after."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from core.i18n import absolute, catalogue, day_only, translate
from core.territories import country_name
from incidents.causes.known import Catalogue
from incidents.commission import POSITION_LABELS
from incidents.log_codes import CODES, DAYS, MOMENTS, NAMED, PARTS
from incidents.log_fields import ANSWERS, RETENTION, question_of
from incidents.retention import RULES
from incidents.severity_facts import FACTS, fact_in_words
from notifications.authorities import AUTHORITIES
from notifications.edpb.answers import Answer, Knowledge
from notifications.edpb.questions import Kind
from notifications.edpb.wording import STATE_LABELS, in_words, promise_words
from notifications.letters.languages import LANGUAGES
from risk.controls.cards import CONTROLS
from risk.heartbeats.view import interval_words

ID = re.compile(r"\b[0-9a-f]{32}\b")
EVERY = re.compile(r"(\d+) s")
STATED, PROPOSED = "severity:stated", "countersign:proposed"


@dataclass(frozen=True, slots=True)
class Saying:
    """With what a value is said: `called` are the names of people and things by their ids, `titles` those of the
    company's own controls, both for this reader."""

    lang: str
    zone: str
    causes: Catalogue
    called: Mapping[str, str]
    titles: Mapping[str, str]

    def word(self, words: Mapping[Any, str], code: str) -> str:
        return translate(self.lang, words.get(code, code))

    def moment(self, text: str) -> str:
        at = datetime.fromisoformat(text)
        return absolute(at, self.lang, self.zone) if at.tzinfo else text


def ids_in(action: str, field: str, text: str) -> set[str]:
    """Who and what a value names by id; an id in what somebody wrote is part of the text."""
    holds = action in {ANSWERS, PROPOSED} or _of(action, field) in NAMED
    return set(ID.findall(text)) if holds else set()


def controls_of(field: str, text: str) -> set[str]:
    """The codes of controls that a value names."""
    return set(text.split(", ")) if field == "controls" else set()


def value_in_words(action: str, field: str, text: str, say: Saying) -> str:
    """One value as people say it."""
    try:
        return WHOLE[action](field, text, say) if action in WHOLE else _plain(action, field, text, say)
    except (ValueError, LookupError, TypeError, AttributeError):  # no value of such a field as we write them
        return text


def _plain(action: str, field: str, text: str, say: Saying) -> str:
    place = _of(action, field)
    if field in DAYS:
        return day_only(date.fromisoformat(text), say.lang)
    if field in MOMENTS:
        return say.moment(text)
    if place in NAMED:
        return _named(place, text, say)
    if place == "heartbeat.schedule" and (found := EVERY.fullmatch(text)):
        return interval_words(int(found[1]), say.lang)
    words = CODES.get(place) or CODES.get(field)
    if words is not None:
        return ", ".join(say.word(words, code) for code in text.split(", "))
    if place in CARDS or field in CARDS:
        card = CARDS.get(place) or CARDS[field]
        return ", ".join(card(code, say) for code in text.split(", "))
    return text


def _named(place: str, text: str, say: Saying) -> str:
    if place == "panel.seats":
        seats = (seat.partition(":") for seat in text.split())
        return "\n".join(f"{say.word(POSITION_LABELS, seat)}: {say.called.get(who, who)}" for seat, _, who in seats)
    return ", ".join(say.called.get(one, one) for one in text.split(", "))


def _answer(field: str, text: str, say: Saying) -> str:
    """An answer of a notice, or that it is not known yet and who has promised it for when; nothing before the first."""
    question = question_of(field)
    if question is None:
        return text
    state, *promise = text.split(" ")
    if text == Knowledge.KNOWN:
        return ""
    if state in set(Knowledge) and question.choice(text) is None and all(map(_promises, promise)):
        days = [date.fromisoformat(one) for one in promise if not ID.fullmatch(one)]
        who = next((one for one in promise if ID.fullmatch(one)), "")
        told = Answer(state=Knowledge(state), promised=next(iter(days), None), promised_by=who)
        words = translate(say.lang, STATE_LABELS[told.state]), promise_words(told, say.called, date.min, say.lang)
        return "\n".join(filter(None, words))
    if question.per is None and question.kind in {Kind.TEXT, Kind.LONG_TEXT, Kind.NUMBER}:
        return text
    return in_words(question, Answer(tuple(text.split("\n"))), say.lang, say.zone)


def _promises(word: str) -> bool:
    return bool(ID.fullmatch(word) or re.fullmatch(r"\d{4}-\d\d-\d\d", word))


def _fact(field: str, text: str, say: Saying) -> str:
    return fact_in_words(field, json.loads(text), say.lang) if field in FACTS else text


def _step(_field: str, text: str, say: Saying) -> str:
    """What waits for a second signature, a line for each part of it."""
    return "\n".join(f"{say.word(PARTS, part)}: {_part(part, one, say)}" for part, one in json.loads(text).items())


def _part(name: str, text: str, say: Saying) -> str:
    if name == "aware_at":
        return say.moment(text)
    return say.called.get(text, text) if name == "user" else text or "–"


def _kept(field: str, text: str, say: Saying) -> str:
    if field not in RULES:
        return text
    months = catalogue(say.lang).ngettext("{number} month", "{number} months", int(text))
    return months.format(number=text)


def _of(action: str, field: str) -> str:
    return f"{action.partition(':')[0]}.{field}"


def _cause(code: str, say: Saying) -> str:
    cause = say.causes.get(code)
    return cause.label.in_(say.lang) if cause else code


def _control(code: str, say: Saying) -> str:
    return CONTROLS[code].title.in_(say.lang) if code in CONTROLS else say.titles.get(code, code)


def _country(code: str, say: Saying) -> str:
    return country_name(code, say.lang)


def _language(code: str, say: Saying) -> str:
    return LANGUAGES[code].title.in_(say.lang)


WHOLE: dict[str, Callable[[str, str, Saying], str]] = {
    ANSWERS: _answer,
    PROPOSED: _step,
    RETENTION: _kept,
    STATED: _fact,
}
CARDS: dict[str, Callable[[str, Saying], str]] = {
    "cause_code": _cause,
    "controls": _control,
    "countries": _country,
    "country": _country,
    "further_causes": _cause,
    "identity.language": _language,
    "settings.authority": lambda code, say: AUTHORITIES[code].title.in_(say.lang),
    "settings.language": _language,
    "transfers": _country,
}
