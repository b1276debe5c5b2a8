"""How far the log is held outside: what pages, `vaka log verify`, `/metrics`, `vaka check` and each PDF say of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit.anchors import HELD, KINDS, newest_anchors, newest_checkpoint, newest_held
from core.audit.models import AuditHead
from core.audit.proof_models import AuditCheckpoint
from core.errors import N_
from core.i18n import absolute, grouped, translate

LINE = N_("Audit log: {size} entries, root {root}, signed {at}")


@dataclass(frozen=True)
class Held:
    """What one kind of anchor holds. `fault` is the code of what is wrong with its newest try."""

    kind: str
    checkpoint_id: int = 0
    size: int = 0
    root: str = ""
    at: datetime | None = None
    fault: str = ""


@dataclass(frozen=True)
class Standing:
    """`size` entries are written. `signed_*` is the newest checkpoint, `anchored_*` the newest that is held outside,
    `kinds` those that hold it, `unanchored` the entries after it. `by_kind` has every kind that was ever tried."""

    size: int = 0
    signed_size: int = 0
    signed_at: datetime | None = None
    anchored_size: int = 0
    anchored_at: datetime | None = None
    anchored_root: str = ""
    kinds: tuple[str, ...] = ()
    by_kind: tuple[Held, ...] = ()

    @property
    def unanchored(self) -> int:
        return max(0, self.size - self.anchored_size)


def standing(session: Session, without: Collection[str] = ()) -> Standing:
    """Read from a few rows, whatever the size of the log; kinds `without` proof are left out."""
    size = session.scalar(select(AuditHead.size)) or 0
    signed = newest_checkpoint(session)
    found = tuple(held for kind in KINDS if kind not in without and (held := _held(session, kind)))
    best = max(found, key=lambda one: one.checkpoint_id, default=Held(""))
    return Standing(
        size=size,
        signed_size=signed.size if signed else 0,
        signed_at=signed.at if signed else None,
        anchored_size=best.size,
        anchored_at=best.at,
        anchored_root=best.root,
        kinds=tuple(one.kind for one in found if one.at and one.checkpoint_id == best.checkpoint_id),
        by_kind=found,
    )


def _held(session: Session, kind: str) -> Held | None:
    newest = newest_anchors(session, kind)
    if not newest:
        return None
    fault = next((one.fault for one in newest if one.state != HELD and one.fault), "")
    held = newest_held(session, kind)
    return Held(kind, held.id, held.size, held.root, held.at, fault) if held else Held(kind, fault=fault)


def signed_at(session: Session, at: datetime) -> AuditCheckpoint | None:
    """The newest checkpoint of the moment `at`, for the foot of a document.

    Whoever holds the document holds the whole root with it, so each copy outside is an anchor. It goes by the moment of
    the document and not by the hour it is made again, so that the same document has the same bytes.
    """
    query = select(AuditCheckpoint).where(AuditCheckpoint.at <= at)
    return session.scalar(query.order_by(AuditCheckpoint.at.desc(), AuditCheckpoint.id.desc()).limit(1))


def log_line(session: Session, at: datetime, lang: str, zone: str) -> str:
    """That checkpoint in one line; empty before the first one."""
    point = signed_at(session, at)
    if point is None:
        return ""
    return translate(lang, LINE, size=grouped(point.size), root=point.root, at=absolute(point.at, lang, zone))
