"""Others than the supervisory authority who are told of a case: what kinds there are, and their rows with the sealed
names."""

from collections.abc import Collection, Mapping
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import N_
from core.keys import seal, unseal
from notifications.edpb.card import CARDS, CONTROLLER, OTHER, template
from notifications.notice_models import NoticeRecipient


class Kind(StrEnum):
    CSIRT = "csirt"
    SUPERVISOR = "supervisor"
    POLICE = "police"
    INSURER = "insurer"
    BANK = "bank"
    CONTROLLER = "controller"


KIND_LABELS: Mapping[str, str] = {
    Kind.CSIRT: N_("CSIRT"),
    Kind.SUPERVISOR: N_("Sector supervisor"),
    Kind.POLICE: N_("Police"),
    Kind.INSURER: N_("Insurer"),
    Kind.BANK: N_("Bank or card issuer"),
    Kind.CONTROLLER: N_("Controller"),
}
BY_LAW = frozenset({Kind.CSIRT, Kind.SUPERVISOR})  # a law may set when they are told, stage by stage
BY_CONTRACT = frozenset({Kind.INSURER, Kind.BANK, Kind.CONTROLLER})
SETTLED = ("complete", "withdrawn")  # tracks of those who are owed nothing more

FORMS = {card: template(card) for card in CARDS}  # read here, so that a slip in one stops the start


def card_of(kind: str) -> str:
    """The form that this kind is told on."""
    return CONTROLLER if kind == Kind.CONTROLLER else OTHER


def recipients(session: Session, incident_id: str, *, removed: bool = False) -> list[NoticeRecipient]:
    """The others on the list of a case, in the order they were added; or those taken off it."""
    rows = select(NoticeRecipient).where(NoticeRecipient.incident_id == incident_id)
    rows = rows.where(NoticeRecipient.removed_at.is_not(None) if removed else NoticeRecipient.removed_at.is_(None))
    return list(session.scalars(rows.order_by(NoticeRecipient.added_at, NoticeRecipient.id)))


def recipient(session: Session, incident_id: str, recipient_id: str) -> NoticeRecipient | None:
    row = session.get(NoticeRecipient, recipient_id)
    return row if row is not None and row.incident_id == incident_id else None


def waiting_others(session: Session, incident_ids: Collection[str]) -> set[str]:
    """The cases with somebody on their list who has not been told all they are to be told."""
    rows = select(NoticeRecipient.incident_id).where(
        NoticeRecipient.incident_id.in_(incident_ids),
        NoticeRecipient.removed_at.is_(None),
        NoticeRecipient.track.not_in(SETTLED),
    )
    return set(session.scalars(rows)) if incident_ids else set()


def name_of(session: Session, row: NoticeRecipient) -> str:
    return unseal(session, row.incident_id, f"notice_recipient.name:{row.id}", row.name_sealed)


def contact_of(session: Session, row: NoticeRecipient) -> str:
    return unseal(session, row.incident_id, f"notice_recipient.contact:{row.id}", row.contact_sealed)


def write_name(session: Session, row: NoticeRecipient, name: str, contact: str) -> None:
    row.name_sealed = seal(session, row.incident_id, f"notice_recipient.name:{row.id}", name)
    row.contact_sealed = seal(session, row.incident_id, f"notice_recipient.contact:{row.id}", contact)
