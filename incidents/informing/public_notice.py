"""The public copy of a letter, `/notice/{reference}`: the same text without anybody's name, open to who has the words.

It is published when the letter is approved, before the first mail leaves: whoever doubts the mail finds it there.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import whatever_happens
from core.errors import N_, Invalid
from core.keys import seal, unseal
from identity import throttle
from incidents.models import Incident
from notifications.letters.manuscript import Manuscript
from notifications.letters.models import Mailing
from notifications.letters.phrase import opens, phrase

WRONG = N_("These words open no letter. Write the words of your letter exactly as they stand there.")
PER_LETTER = throttle.Limit(tries=300, free=300)
PER_ADDRESS = throttle.Limit(tries=30, free=10)
NAME = re.compile(r"[ \t]*\{\{[ \t]*name[ \t]*\}\}")


def publish(session: Session, mailing: Mailing, words: Manuscript, now: datetime) -> None:
    """Keep the general text, sealed, in each language."""
    general = {lang: version_without_name(words, lang) for lang in words.versions}
    mailing.public_sealed = seal(session, mailing.incident_id, _place(mailing), json.dumps(general, ensure_ascii=False))
    mailing.published_at = now


def withdraw(mailing: Mailing) -> None:
    mailing.published_at = None


def version_without_name(words: Manuscript, lang: str) -> list[str]:
    """Subject and text for everybody: the greeting loses the name, the data is what most people lost."""
    version = words.versions[lang]
    nameless = replace(version, subject=NAME.sub("", version.subject), text=NAME.sub("", version.text))
    return list(nameless.filled(""))


@dataclass(frozen=True, slots=True)
class Notice:
    """The public copy in the language whose words were typed."""

    lang: str
    subject: str
    text: str


def read_notice(session: Session, reference: str, words: str, address: str, lang: str, now: datetime) -> Notice:
    """The published letter whose words were typed; `lang` decides when they are the same in two languages. Wrong words
    and no letter look alike.

    Raises:
        Invalid: the words open nothing.
        Throttled: too many wrong words.
    """
    keys = {f"notice:{reference.upper()}": PER_LETTER, f"notice-from:{address}": PER_ADDRESS}
    for key, limit in keys.items():
        throttle.check(session, key, now, limit)
    found = next(filter(None, (_opened(session, one, words, lang) for one in _published(session, reference))), None)
    if found is None:
        whatever_happens(session, lambda later: _count(later, keys, now))
        raise Invalid({"words": WRONG})
    return found


def _opened(session: Session, mailing: Mailing, words: str, lang: str) -> Notice | None:
    fitting = opens(session.info["keyring"], mailing.id, words)
    if not fitting:
        return None
    general: dict[str, list[str]] = json.loads(
        unseal(session, mailing.incident_id, _place(mailing), mailing.public_sealed)
    )
    read = next((one for one in sorted(fitting, key=lambda one: one != lang) if one in general), None)
    return Notice(read, *general[read]) if read else None


def _count(session: Session, keys: Iterable[str], now: datetime) -> None:
    for key in keys:
        throttle.note(session, key, now)


def words_of(session: Session, mailing: Mailing, lang: str) -> str:
    """The check phrase, for whoever answers the telephone."""
    return phrase(session.info["keyring"], mailing.id, lang)


def _published(session: Session, reference: str) -> list[Mailing]:
    query = (
        select(Mailing)
        .join(Incident, Incident.id == Mailing.incident_id)
        .where(Incident.reference == reference.upper(), Mailing.published_at.is_not(None))
    )
    return list(session.scalars(query.order_by(Mailing.number.desc())))


def _place(mailing: Mailing) -> str:
    return f"mailing.public:{mailing.id}"
