"""What the panel of a check shows: how far it has come, or what it found, in words."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.log_alarm import to_call
from app.log_chain_view import Chain, chain
from app.log_check import last_check, log_size, open_check
from app.log_words import KINDS_OF_DAMAGE
from app.signing import REFUSALS
from core.access import SYSTEM
from core.audit.anchoring import Standing, standing
from core.audit.check_models import LogCheck
from core.audit.checkpoints import standing_refusal
from core.audit.models import AuditEntry
from core.errors import N_
from core.i18n import translate
from identity.models import User
from identity.people import person

ROOT_PART, NOT_ASKED = 4, Standing()


@dataclass(frozen=True, slots=True)
class CheckView:
    """`state`: running, ok, bad, unread. `since` are the entries that came after a check that has ended. `held` is how
    far the log is held outside."""

    state: str
    read: int
    size: int
    who: str = ""
    at: datetime | None = None
    seconds: float = 0.0
    first: datetime | None = None
    last: datetime | None = None
    since: int = 0
    root: str = ""
    first_bad: int | None = None
    damage: str = ""
    call: tuple[User, ...] = ()
    held: Standing = NOT_ASKED
    chain: Chain | None = None

    @property
    def percent(self) -> int:
        return min(99, 100 * self.read // self.size) if self.size else 0


def check_view(session: Session, lang: str) -> CheckView | None:
    """The check under way, or else the last one; none when the log was never checked."""
    if waiting := open_check(session):
        return CheckView("running", waiting.at_seq, max(waiting.size, 1), at=waiting.asked_at)
    check = last_check(session)
    return ended(session, check, lang) if check else None


def ended(session: Session, check: LogCheck, lang: str) -> CheckView:
    """A check that has come to its end."""
    bad = check.result == "bad"
    return CheckView(
        state=check.result,
        read=check.at_seq,
        size=check.size,
        who=_who(session, check.asked_by, lang),
        at=check.ended_at,
        seconds=check.took_ms / 1000,
        first=_moment(session, 0),
        last=_moment(session, check.size - 1),
        since=max(0, log_size(session) - check.size),
        root=" ".join(check.root[place : place + ROOT_PART] for place in range(0, len(check.root), ROOT_PART)),
        first_bad=check.first_bad,
        damage=translate(lang, KINDS_OF_DAMAGE.get(check.kind or "", "")),
        call=tuple(to_call(session)) if bad else (),
        held=standing(session),
        chain=chain(session, check),
    )


@dataclass(frozen=True, slots=True)
class RefusalView:
    """What the signer found, in words."""

    title: str
    text: str
    at: datetime


def refusal_view(session: Session, lang: str) -> RefusalView | None:
    """Why nothing is signed, as long as the log does not go on from what was signed."""
    found = standing_refusal(session)
    if found is None:
        return None
    title, text = (
        translate(lang, one, signed=found.signed_size, found=found.found_size) for one in REFUSALS[found.kind]
    )
    return RefusalView(title, text, found.at)


def _who(session: Session, user_id: str, lang: str) -> str:
    if user_id == SYSTEM.id:
        return translate(lang, N_("Vaka by itself"))
    user = person(session, user_id)
    return user.name if user else user_id


def _moment(session: Session, seq: int) -> datetime | None:
    return session.scalar(select(AuditEntry.at).where(AuditEntry.seq == seq))
