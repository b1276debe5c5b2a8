"""From a notice, or an address of the pages, to whom it is for."""

from sqlalchemy.orm import Session

from core.errors import NotFound
from core.organisation import organisation
from incidents.models import Incident
from incidents.notifying.addressee import Addressee
from incidents.notifying.to_authority import TheAuthority
from incidents.notifying.to_other import TheOther
from notifications.filings import notices
from notifications.notice_models import Notice
from notifications.others import recipient


def addressee_of(session: Session, incident: Incident, notice: Notice | None) -> Addressee:
    """Without a notice: the supervisory authority of the company."""
    if notice is None:
        return TheAuthority(session, incident, organisation(session).authority)
    if not notice.recipient_id:
        return TheAuthority(session, incident, notice.authority)
    return other(session, incident, notice.recipient_id)


def addressee(session: Session, incident: Incident, recipient_id: str) -> Addressee:
    """The authority that was chosen for this case (no id), or one of the others on its list.

    Raises:
        NotFound: nobody has this id on the list of this case.
    """
    if recipient_id:
        return other(session, incident, recipient_id)
    return addressee_of(session, incident, next(reversed(notices(session, incident.id)), None))


def other(session: Session, incident: Incident, recipient_id: str) -> TheOther:
    """One of the others.

    Raises:
        NotFound: nobody has this id on the list of this case.
    """
    row = recipient(session, incident.id, recipient_id)
    if row is None or row.removed_at is not None:
        raise NotFound()
    return TheOther(session, incident, row)
