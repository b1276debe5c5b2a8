"""The log is signed while the worker knocks; a log that does not go on from what was signed is an alarm everywhere."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Role
from core.audit.checkpoints import note_refusal
from core.audit.growth import DIFFERENT, SMALLER, UNREADABLE, Refused
from core.audit.kept_roots import keep_roots
from core.audit.proof_models import AuditCheckpoint
from core.audit.signer import CannotSign, Signer
from core.db import Database
from core.errors import N_
from core.i18n import translate
from core.logs import log
from identity.people import holders
from incidents.restoring import Found, begin
from notifications.channels import announce
from notifications.outbox import Fact, enqueue

REST = 60.0  # seconds until a worker that could not sign looks again
REFUSALS = {
    SMALLER: (
        N_("The log is shorter than what was signed"),
        N_("{signed} entries were signed, {found} were found. The database is an old copy, or somebody has cut it. "
           "Change nothing and call whoever runs the server."),
    ),
    DIFFERENT: (
        N_("The log is not the one that was signed"),
        N_("{signed} entries were signed, and this log does not go on from them. The database is another copy, or "
           "somebody has rewritten it. Change nothing and call whoever runs the server."),
    ),
    UNREADABLE: (
        N_("The log is no longer signed"),
        N_("Somebody has altered the head of the log or the signer's own files. Change nothing and call whoever runs "
           "the server."),
    ),
}  # fmt: skip


@dataclass
class Signing:
    """One worker's part in signing. `rests_until` is counted in the steady seconds of the machine; `said` is why it
    does not sign, so that its log says it once; `behind`: signed entries may lack roots for proofs of them."""

    signer: Signer
    rests_until: float = 0.0
    said: str = ""
    behind: bool = True

    def knock(self, now: datetime, steady: float) -> None:
        """Look whether it is time; after a refusal, or without a key, only once in a while."""
        if steady < self.rests_until:
            return
        try:
            signed = sign_now(self.signer, now)
        except CannotSign as why:
            if self.said != str(why):
                log.warning("log_not_signed", reason=str(why))
            self.said = str(why)
        except Refused:
            pass
        else:
            if signed or self.behind:
                self.behind = keep_roots(self.signer.database)
            return
        self.rests_until = steady + REST


def sign_now(signer: Signer, now: datetime, why: str = "") -> AuditCheckpoint | None:
    """Look, and raise the alarm when the log does not fit.

    Raises:
        Refused: it does not; everybody has been told.
        CannotSign: this host has no part in it.
    """
    try:
        return signer.look(now, why)
    except Refused as refused:
        log.error("log_refused", kind=refused.kind, known=refused.signed_size, size=refused.found_size)
        tell_refusal(signer.database, refused, now)
        raise


def said(refused: Refused, lang: str = "en") -> str:
    """What was found, as the pages say it."""
    sizes = {"signed": refused.signed_size, "found": refused.found_size}
    return ". ".join(translate(lang, sentence, **sizes) for sentence in REFUSALS[refused.kind])


def tell_refusal(database: Database, refused: Refused, now: datetime) -> bool:
    """Log, page, mail and second channel, in one transaction and once for each refusal. What may be an earlier state
    of the service sends no mail from the same moment on, until a person has settled what left since."""
    with database.transaction() as session:
        if (row := note_refusal(session, refused, now)) is None:
            return False
        once = f"log_refused:{refused.kind}:{refused.signed_size}:{now.isoformat()}"
        sizes = {"signed": row.signed_size, "found": row.found_size}
        announce(session, "service.log_refused", {"kind": row.kind, "path": "/log", **sizes}, once, now)
        _mail(session, row.kind, sizes, once, now)
        if row.kind in {SMALLER, DIFFERENT}:
            begin(session, Found("signer", seen_size=row.signed_size), now)
    return True


def _mail(session: Session, kind: str, sizes: dict[str, int], once: str, now: datetime) -> None:
    for user in holders(session, Role.AUDITOR, Role.DPO, Role.ADMIN):
        facts: dict[str, Fact] = {"kind": kind, "path": "/log", **sizes}
        enqueue(session, "log_refused", to=user.email, language=user.language, once=f"{once}:{user.id}", now=now,
                priority=1, recipient_id=user.id, facts=facts)  # fmt: skip
