"""What was tested, kept word for word: whoever approves sees what has changed since the test before this one."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from core.i18n import absolute
from core.keys import seal, unseal
from core.organisation import organisation
from notifications.letters.changes import Line, changed_letters
from notifications.letters.languages import LANGUAGES
from notifications.letters.list_rows import count, written_to
from notifications.letters.manuscript import Manuscript
from notifications.letters.models import Mailing


@dataclass(frozen=True, slots=True)
class Compared:
    """`mails`: how many there were, and are now."""

    tested: str
    mails: tuple[int, int]
    letters: list[tuple[str, str, list[Line]]]

    @property
    def same(self) -> bool:
        return not self.letters and self.mails[0] == self.mails[1]


def keep_tested(session: Session, mailing: Mailing, words: Manuscript, now: datetime) -> None:
    """Remember what this test said. The one before it stays to be compared with, when it said something else."""
    read = {lang: f"{version.subject}\n{version.as_read}" for lang, version in words.versions.items()}
    mails = count(session, mailing, written_to(mailing))
    before = _opened(session, mailing, mailing.tested_sealed, "tested")
    if before and (before["read"], before["mails"]) != (read, mails):
        mailing.compared_sealed = _sealed(session, mailing, json.dumps(before, ensure_ascii=False), "compared")
    kept = {"at": now.isoformat(), "mails": mails, "read": read}
    mailing.tested_sealed = _sealed(session, mailing, json.dumps(kept, ensure_ascii=False), "tested")


def compared(session: Session, mailing: Mailing, lang: str) -> Compared | None:
    """The last test beside the one before it; nothing when there was only one."""
    before = _opened(session, mailing, mailing.compared_sealed, "compared")
    after = _opened(session, mailing, mailing.tested_sealed, "tested")
    if not before or not after:
        return None
    letters = changed_letters(before["read"], after["read"])
    return Compared(
        absolute(datetime.fromisoformat(before["at"]), lang, organisation(session).zone),
        (before["mails"], after["mails"]),
        [(code, LANGUAGES[code].title.in_(lang), lines) for code, lines in letters.items()],
    )


def _opened(session: Session, mailing: Mailing, sealed: str, place: str) -> dict[str, Any] | None:
    text = unseal(session, mailing.incident_id, f"mailing.{place}:{mailing.id}", sealed)
    kept: dict[str, Any] | None = json.loads(text) if text else None
    return kept


def _sealed(session: Session, mailing: Mailing, text: str, place: str) -> str:
    return seal(session, mailing.incident_id, f"mailing.{place}:{mailing.id}", text)
