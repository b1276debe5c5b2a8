"""Publishing, signing and refusing the rules; each is one transaction that the caller commits."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from core.access import Actor, Role
from core.audit import record
from core.db import new_id
from core.errors import N_, Invalid
from core.keys import INSTANCE, seal, unseal
from identity.models import User
from identity.people import holders
from identity.rules.models import RulesAnswer, RulesVersion
from identity.rules.sight import in_force
from identity.rules.standing import names_match
from identity.service import person
from notifications.outbox import enqueue

LONGEST = 100_000
LARGEST = 200_000  # bytes of a file
LANGUAGES = ("sv", "en")
NO_TEXT = N_("Write the rules in at least one language, or choose a file.")
WHAT_CHANGED = N_("Say in a sentence what is new. It stands in the mail to everybody.")
NOTHING_NEW = N_("The text is the same as in the version in force.")
NO_PLAIN_TEXT = N_("The file is not plain text (UTF-8). Save it as a text file and choose it again.")
FILE_TOO_LARGE = N_("A file of rules may be at most 200 kB.")
NOT_YOUR_NAME = N_("Write your name as it stands in your profile.")
SAY_WHY = N_("Say why, in a sentence or two. It goes to the person responsible.")
NEWER = N_("A new version was published while you were reading. Read it, then answer.")
Text = Annotated[str, Field(max_length=LONGEST)]
Summary = Annotated[str, Field(max_length=500)]


class RulesForm(BaseModel):
    """A new version as it was typed."""

    text_sv: Text = ""
    text_en: Text = ""
    summary_sv: Summary = ""
    summary_en: Summary = ""


class AnswerForm(BaseModel):
    """`version` is the one that was on the page. A name signs, a reason refuses."""

    version: int = 0
    name: Annotated[str, Field(max_length=200)] = ""
    reason: Annotated[str, Field(max_length=2000)] = ""


def plain_text(content: bytes, field: str) -> str:
    """What a file of rules says.

    Raises:
        Invalid: too large, or no plain text.
    """
    if len(content) > LARGEST:
        raise Invalid({field: FILE_TOO_LARGE})
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid({field: NO_PLAIN_TEXT}) from None
    if "\0" in text:
        raise Invalid({field: NO_PLAIN_TEXT})
    return _one_kind_of_line_end(text)


def publish(session: Session, actor: Actor, form: RulesForm, now: datetime) -> RulesVersion:
    """Put a new version in force. From now on everybody owes a signature; the worker tells them.

    Raises:
        Invalid: no text, nothing new, or nothing said about what is new.
    """
    last = in_force(session)
    texts = {lang: _one_kind_of_line_end(getattr(form, f"text_{lang}")) for lang in LANGUAGES}
    _require_news(form, texts, last)
    version = RulesVersion(
        number=last.number + 1 if last else 1, text_sv=texts["sv"], text_en=texts["en"],
        summary_sv=form.summary_sv, summary_en=form.summary_en, published_at=now, published_by=actor.id,
    )  # fmt: skip
    session.add(version)
    session.flush()
    hashes = [text_hash(text) for text in texts.values() if text]
    record(session, actor, "rules:published", str(version.number), now,
           facts={"rules_version": version.number, "languages": " ".join(version.languages), "text_hash": hashes},
           changes={"text": (None, form.summary_sv or form.summary_en or None)})  # fmt: skip
    return version


def sign(session: Session, actor: Actor, form: AnswerForm, lang: str, now: datetime) -> RulesAnswer:
    """Type the name under the version in force (12.2: whoever has signed counts as introduced).

    Raises:
        Invalid: another version is in force, or the name is not this person's.
    """
    version = _the_one_that_was_read(session, form)
    user = person(session, actor.id)
    if not names_match(form.name, user.name):
        raise Invalid({"name": NOT_YOUR_NAME})
    answer = _answer(session, user, version, lang, now)
    answer.name_sealed = seal(session, INSTANCE, f"rules_answer.name:{answer.id}", form.name)
    record(session, actor, "rules:signed", user.id, now,
           facts={"rules_version": version.number, "text_hash": answer.text_hash})  # fmt: skip
    return answer


def refuse_rules(session: Session, actor: Actor, form: AnswerForm, lang: str, now: datetime) -> RulesAnswer:
    """Somebody does not sign and says why; the one responsible hears of it at once and talks with them.

    Raises:
        Invalid: another version is in force, or no reason.
    """
    version = _the_one_that_was_read(session, form)
    if len(form.reason) < 3:
        raise Invalid({"reason": SAY_WHY})
    user = person(session, actor.id)
    answer = _answer(session, user, version, lang, now, refused=True)
    answer.reason_sealed = seal(session, INSTANCE, f"rules_answer.reason:{answer.id}", form.reason)
    record(session, actor, "rules:refused", user.id, now, facts={"rules_version": version.number},
           changes={"reason": (None, form.reason)})  # fmt: skip
    for other in _responsible(session, actor):
        enqueue(session, "rules_refused", to=other.email, language=other.language, now=now, recipient_id=other.id,
                once=f"rules_refused:{answer.id}:{other.id}",
                facts={"version": version.number, "path": "/rules/people?show=refused"})  # fmt: skip
    return answer


def reason_of(session: Session, answer: RulesAnswer) -> str:
    return unseal(session, INSTANCE, f"rules_answer.reason:{answer.id}", answer.reason_sealed)


def name_of(session: Session, answer: RulesAnswer) -> str:
    """The signature as it was typed."""
    return unseal(session, INSTANCE, f"rules_answer.name:{answer.id}", answer.name_sealed)


def text_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _answer(
    session: Session, user: User, version: RulesVersion, lang: str, now: datetime, *, refused: bool = False
) -> RulesAnswer:
    read = version.language_for(lang)
    answer = RulesAnswer(id=new_id(), user_id=user.id, version=version.number, language=read, refused=refused, at=now,
                         text_hash=text_hash(version.text(read)))  # fmt: skip
    session.add(answer)
    return answer


def _the_one_that_was_read(session: Session, form: AnswerForm) -> RulesVersion:
    version = in_force(session)
    if version is None or version.number != form.version:
        raise Invalid({"form": NEWER})
    return version


def _require_news(form: RulesForm, texts: Mapping[str, str], last: RulesVersion | None) -> None:
    if not any(texts.values()):
        raise Invalid({"text_sv": NO_TEXT})
    if last is None:
        return
    if texts == {"sv": last.text_sv, "en": last.text_en}:
        raise Invalid({"form": NOTHING_NEW})
    silent = [f"summary_{lang}" for lang in LANGUAGES if texts[lang] and not getattr(form, f"summary_{lang}")]
    if silent:
        raise Invalid(dict.fromkeys(silent, WHAT_CHANGED))


def _responsible(session: Session, actor: Actor) -> list[User]:
    """Who hears of a refusal; never the one who refused."""
    return holders(session, Role.MANAGER, without=[actor.id]) or holders(
        session, Role.HEAD, Role.DEPUTY, without=[actor.id]
    )


def _one_kind_of_line_end(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
