"""What is done when a decision binds, or when the commission has answered one made in advance: the minutes."""

from datetime import datetime

from sqlalchemy.orm import Session

from incidents.commission_models import Commission, Decision
from incidents.models import Incident


def afterwards(session: Session, incident: Incident, commission: Commission, decision: Decision, now: datetime) -> None:
    """Minutes are made of everything that is shown of a commission, and what is shown knows the verbs that lead here.
    So they are asked for only now."""
    from incidents.assessing.minutes import write_for_the_company

    write_for_the_company(session, incident, commission, decision, now)
