"""The signed agreements as files: sealed, with a keyed digest, the newest first. An earlier one stays readable."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from core.audit.entries import Fact
from core.errors import NotFound
from core.files import StoredFile, file_name, store
from core.keys import INSTANCE
from incidents.suppliers.models import Supplier

PURPOSE = "agreement:"


@dataclass(frozen=True, slots=True)
class AgreementFile:
    href: str
    name: str
    size: int
    at: datetime


def keep_agreement(
    session: Session, actor: Actor, supplier: Supplier, name: str, content: bytes, now: datetime
) -> StoredFile:
    """
    Raises:
        Invalid: the kind of file is not allowed, it is empty, or its content is not what its name says.
        TooLarge: more than 20 MB.
    """
    file = store(session, INSTANCE, f"{PURPOSE}{supplier.id}", name, content, actor.id, now)
    facts: dict[str, Fact] = {"file": file.id, "size": file.size, "digest": file.digest}
    record(session, actor, "supplier:agreement_added", supplier.id, now, facts=facts, changes={"value": (None, name)})
    return file


def agreement_files(session: Session, supplier: Supplier) -> list[AgreementFile]:
    return [
        AgreementFile(f"{supplier.path}/agreement/{file.id}", file_name(session, file), file.size, file.uploaded_at)
        for file in _of(session, supplier)
    ]


def with_files(session: Session, ids: Iterable[str]) -> set[str]:
    """Those among these suppliers whose agreement is kept here."""
    query = select(func.distinct(StoredFile.purpose)).where(
        StoredFile.case_id == INSTANCE, StoredFile.purpose.in_([f"{PURPOSE}{one}" for one in ids])
    )
    return {purpose.removeprefix(PURPOSE) for purpose in session.scalars(query)}


def find_agreement(session: Session, actor: Actor, supplier: Supplier, file_id: str, now: datetime) -> StoredFile:
    """The file, to be taken along; the log says who took it.

    Raises:
        NotFound: this supplier has no such file.
    """
    file = session.get(StoredFile, file_id)
    if file is None or file.case_id != INSTANCE or file.purpose != f"{PURPOSE}{supplier.id}":
        raise NotFound()
    record(session, actor, "supplier:agreement_read", supplier.id, now, facts={"file": file.id})
    return file


def _of(session: Session, supplier: Supplier) -> Sequence[StoredFile]:
    query = select(StoredFile).where(StoredFile.case_id == INSTANCE, StoredFile.purpose == f"{PURPOSE}{supplier.id}")
    return session.scalars(query.order_by(StoredFile.uploaded_at.desc(), StoredFile.id)).all()
