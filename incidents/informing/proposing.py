"""The letter that is proposed: a reviewed template, filled in with what the case knows, in every language we write."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from core.organisation import organisation
from identity.people import person
from incidents.classification import DataCategory
from incidents.informing.mailings import mailing_of
from incidents.informing.reading import list_words
from incidents.models import Incident
from notifications.letters.actions import MOST, actions_for, advice
from notifications.letters.consequences import consequences
from notifications.letters.data import WORDS, known
from notifications.letters.languages import LANGUAGES
from notifications.letters.manuscript import Manuscript
from notifications.letters.models import Mailing
from notifications.letters.templates import TEMPLATES, offered, suggested
from notifications.letters.wording import MOST_WORDS, words

READ_AS_TEXT = ("text", "when", "data", "consequences", "advice")
ROOM = 90  # words kept free for what happened and was done, for names, hours, addresses and the next message
OFFICE_HOURS = {"hours_days": "weekdays", "hours_from": "09:00", "hours_to": "16:00"}
FOLLOWING = "correction"


def proposed(session: Session, incident: Incident, template: str = "") -> dict[str, str]:
    """The fields of an empty form, with as much advice as fits."""
    drafts = (_draft(session, incident, template, most) for most in range(MOST, 0, -1))
    return next((draft for draft in drafts if _has_room(draft)), _draft(session, incident, template, 1))


def _has_room(fields: Mapping[str, str]) -> bool:
    lengths = (sum(len(words(fields[f"{name}_{lang}"])) for name in READ_AS_TEXT) for lang in LANGUAGES)
    return max(lengths) <= MOST_WORDS - ROOM


def _draft(session: Session, incident: Incident, template: str, most: int) -> dict[str, str]:
    company, kinds = organisation(session), incident.data_categories or incident.data_kinds
    mailing, owner = mailing_of(session, incident), person(session, incident.owner_id)
    code = template if template in templates_for(mailing) else first_template(incident, mailing)
    at = incident.occurred_at or incident.detected_at or incident.reported_at
    fields = {"template": code, "contact_name": owner.name if owner else company.name, "contact_phone": company.phone}
    fields |= OFFICE_HOURS | {"next_on": "", "sure": "know", "sure_1": "know", "sure_2": "know"}
    left = list_words(session, mailing)
    for lang, language in LANGUAGES.items():
        card = TEMPLATES[code].letter[lang]
        fields |= {
            f"subject_{lang}": card.subject,
            f"text_{lang}": card.body(lang),
            f"when_{lang}": language.happened(at, company.zone),
            f"what_happened_{lang}": "",
            f"more_1_{lang}": "",
            f"more_2_{lang}": "",
            f"data_{lang}": "\n".join(data_words(kinds, lang)),
            f"consequences_{lang}": consequences(kinds, lang, most),
            f"measures_{lang}": "",
            f"advice_{lang}": advice(actions_for(kinds, most), lang),
            f"list_words_{lang}": to_put_in(left.get(lang, []), company.language == lang),
        }
    return fields


def templates_for(mailing: Mailing | None) -> list[str]:
    return offered(follows=mailing is not None and mailing.number > 1)


def first_template(incident: Incident, mailing: Mailing | None) -> str:
    """The one for the kind of incident; whoever has had a letter gets one that says what is new."""
    return FOLLOWING if FOLLOWING in templates_for(mailing) else suggested(incident.kind)


def to_put_in(words: list[str], ours: bool) -> str:
    """A line for each word of the list, to be completed; a list is most often written in the company's language."""
    return "\n".join(f"{word} = {word if ours else ''}".rstrip(" ") for word in words)


def data_words(kinds: list[str], lang: str) -> list[str]:
    """What the breach touched, in words. "Other data" and "don't know" tell a person nothing: somebody says what."""
    return [WORDS[kind].say[lang] for kind in kinds if kind in WORDS]


def absent_choices(incident: Incident, lang: str) -> list[tuple[str, str]]:
    """Kinds of data that the case does not hold, to be named as not involved."""
    held = set(incident.data_categories or incident.data_kinds)
    return [(code, word.say[lang]) for code, word in WORDS.items() if code == word.kind and code not in held]


def names_other_data(incident: Incident) -> bool:
    """Whether the case holds data that only a person can put into words."""
    return DataCategory.OTHER in (incident.data_categories or incident.data_kinds)


def fields_of(letter: Manuscript, fields: Mapping[str, str]) -> dict[str, str]:
    """A written letter as the fields of its form; languages it does not speak keep the proposal."""
    written = dict(fields) | {"template": letter.template} | dict(letter.choices)
    for lang, version in letter.versions.items():
        written |= {f"{name}_{lang}": text for name, text in version.said.items()}
        left = [word for word in fields.get(f"list_words_{lang}", "").splitlines()
                if word.partition(" =")[0] not in version.list_words]  # fmt: skip
        written[f"list_words_{lang}"] = "\n".join(filter(None, [version.said.get("list_words", "").strip(), *left]))
    return written


def absent_of(letter: Manuscript) -> list[str]:
    """The codes ticked as not involved."""
    return [one for version in letter.versions.values() for one in version.absent if known(one)][: len(WORDS)]
