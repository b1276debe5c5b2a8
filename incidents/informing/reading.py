"""Which languages the people of a list read, and which of their list's words somebody must put into them."""

import json
from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.keys import seal, unseal
from core.organisation import organisation
from notifications.letters.data import unknown
from notifications.letters.duplicates import Entry
from notifications.letters.languages import LANGUAGES
from notifications.letters.manuscript import Manuscript
from notifications.letters.models import Mailing, Recipient


def readers(session: Session, mailing: Mailing | None) -> dict[str, int]:
    """Language -> how many people of the list read it, in our order."""
    if mailing is None:
        return {}
    query = select(Recipient.language, func.count().label("number"))
    query = query.where(Recipient.mailing_id == mailing.id, Recipient.state != "merged").group_by(Recipient.language)
    found = {row.language: row.number for row in session.execute(query)}
    return {lang: found[lang] for lang in LANGUAGES if lang in found}


def needed(session: Session, mailing: Mailing | None) -> list[str]:
    """The languages the letter must be written in; the company's own as long as there is no list."""
    return list(readers(session, mailing)) or [organisation(session).language]


def keep_list_words(session: Session, mailing: Mailing, entries: Iterable[Entry]) -> None:
    """Remember what the list calls data in words of its own, by the language of whoever has it on their row."""
    found: dict[str, dict[str, None]] = {}
    for entry in entries:
        if entry.same_as is None or entry.doubt:
            found.setdefault(entry.person.language, {}).update(dict.fromkeys(unknown(entry.person.data)))
    seal_list_words(session, mailing, {lang: list(each) for lang, each in found.items() if each})


def copy_list_words(session: Session, last: Mailing, mailing: Mailing) -> None:
    """The same people bring the same words."""
    seal_list_words(session, mailing, list_words(session, last))


def seal_list_words(session: Session, mailing: Mailing, words: Mapping[str, list[str]]) -> None:
    mailing.list_words_sealed = seal(session, mailing.incident_id, _place(mailing), _dumped(words)) if words else ""


def list_words(session: Session, mailing: Mailing | None) -> dict[str, list[str]]:
    """Language -> the words to be put into it."""
    if mailing is None or not mailing.list_words_sealed:
        return {}
    found: dict[str, list[str]] = json.loads(
        unseal(session, mailing.incident_id, _place(mailing), mailing.list_words_sealed)
    )
    return found


def unwritten(session: Session, mailing: Mailing, words: Manuscript) -> list[str]:
    """Languages that somebody on the list reads and the letter does not speak, or not about the words of the list."""
    left = list_words(session, mailing)

    def lacks(lang: str) -> bool:
        version = words.versions.get(lang)
        return version is None or bool(untranslated(left.get(lang, []), version.list_words))

    return [lang for lang in needed(session, mailing) if lacks(lang)]


def untranslated(words: Collection[str], given: Mapping[str, str]) -> list[str]:
    """The words of a list that nobody has put into a language yet."""
    return [word for word in words if not given.get(word, "").strip()]


def _dumped(words: Mapping[str, list[str]]) -> str:
    return json.dumps(words, ensure_ascii=False, sort_keys=True)


def _place(mailing: Mailing) -> str:
    return f"mailing.list_words:{mailing.id}"
