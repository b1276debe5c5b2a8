"""What the pages of the rules show, computed here so that templates only show it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor
from core.i18n import translate
from identity.models import User
from identity.people import names
from identity.rules.changes import Part, changes
from identity.rules.keeping import name_of, reason_of, text_hash
from identity.rules.models import RulesVersion
from identity.rules.sight import Person, everybody_signing, in_force, stand_of, versions
from identity.rules.standing import OWING, STANDING_LABELS, Standing
from identity.service import person

SHAPES = {
    Standing.SIGNED: ("ok", "check"),
    Standing.NEVER: ("soon", "ring"),
    Standing.CHANGED: ("soon", "triangle"),
    Standing.AGAIN: ("soon", "half"),
    Standing.REFUSED: ("crit", "cross"),
}
SHOWN = {
    "all": frozenset(Standing),
    "unsigned": OWING,
    "refused": frozenset({Standing.REFUSED}),
    "signed": frozenset({Standing.SIGNED}),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """The version in force as one reader meets it. `since_last`: what changed since the version they signed."""

    version: RulesVersion
    text: str
    language: str
    standing: Standing
    word: str
    level: str
    shape: str
    since: datetime
    owes: bool
    before: int
    since_last: list[Part]
    signature: str
    name: str


@dataclass(frozen=True, slots=True)
class Row:
    """One person in the list of signatures."""

    name: str
    standing: Standing
    word: str
    level: str
    shape: str
    since: datetime
    version: int | None
    reason: str


def reading(session: Session, actor: Actor, version: RulesVersion, now: datetime, lang: str) -> Reading:
    user = person(session, actor.id)
    one = stand_of(session, user, version, now)
    stands = one.stand
    before = _compared_with(session, version, one)
    level, shape = SHAPES[stands.standing]
    return Reading(
        version=version,
        text=version.text(lang),
        language=version.language_for(lang),
        standing=stands.standing,
        word=translate(lang, STANDING_LABELS[stands.standing]),
        level=level,
        shape=shape,
        since=stands.since,
        owes=stands.owes or stands.standing is Standing.REFUSED,
        before=before.number if before else 0,
        since_last=_difference(before, version, lang),
        signature=name_of(session, one.answer) if one.answer and stands.standing is Standing.SIGNED else "",
        name=user.name,
    )


def my_line(session: Session, user: User, now: datetime, lang: str) -> tuple[str, str, str] | None:
    """How I stand to the rules in force, for my own page: word, level and shape."""
    version = in_force(session)
    if version is None:
        return None
    standing = stand_of(session, user, version, now).stand.standing
    return translate(lang, STANDING_LABELS[standing]), *SHAPES[standing]


def rows(session: Session, version: RulesVersion, now: datetime, lang: str, *, reasons: bool) -> list[Row]:
    """Everybody who has to sign, those who have not first. Reasons only for who is to talk with them."""
    found = [_row(session, one, lang, reasons) for one in everybody_signing(session, version, now)]
    order = [Standing.REFUSED, Standing.NEVER, Standing.CHANGED, Standing.AGAIN, Standing.SIGNED]
    return sorted(found, key=lambda row: (order.index(row.standing), row.name.casefold()))


def version_facts(session: Session, version: RulesVersion, lang: str) -> dict[str, Any]:
    """One version on a page of its own, with what it changed in the one before."""
    earlier = session.get(RulesVersion, version.number - 1)
    return {
        "version": version,
        "text": version.text(lang),
        "language": version.language_for(lang),
        "summary": version.summary(lang),
        "by": names(session, [version.published_by]).get(version.published_by, ""),
        "hashes": [(code, text_hash(version.text(code))) for code in version.languages],
        "before": earlier.number if earlier else 0,
        "parts": _difference(earlier, version, lang),
    }


def earlier_versions(session: Session, current: RulesVersion) -> list[RulesVersion]:
    return [one for one in versions(session) if one.number != current.number]


def _compared_with(session: Session, version: RulesVersion, one: Person) -> RulesVersion | None:
    """The version that this person signed last, when it is an earlier one; else the one before."""
    if one.answer and one.answer.version < version.number:
        return session.get(RulesVersion, one.answer.version)
    earlier = select(RulesVersion).where(RulesVersion.number < version.number).order_by(RulesVersion.number.desc())
    return session.scalar(earlier.limit(1))


def _difference(before: RulesVersion | None, after: RulesVersion, lang: str) -> list[Part]:
    """In one language; a text that is there in this language for the first time is compared with nothing."""
    if before is None or after.language_for(lang) not in before.languages:
        return []
    return changes(before.text(after.language_for(lang)), after.text(lang))


def _row(session: Session, one: Person, lang: str, reasons: bool) -> Row:
    standing = one.stand.standing
    level, shape = SHAPES[standing]
    refused = standing is Standing.REFUSED and reasons and one.answer is not None
    return Row(
        name=one.user.name,
        standing=standing,
        word=translate(lang, STANDING_LABELS[standing]),
        level=level,
        shape=shape,
        since=one.stand.since,
        version=one.answer.version if one.answer else None,
        reason=reason_of(session, one.answer) if refused and one.answer else "",
    )
