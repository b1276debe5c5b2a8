"""What else is done when a decision binds, or when the commission has answered one made in advance.

Whoever has something to do registers it in `DONE_AFTERWARDS`, so that the verbs of the decision need not know of it.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from incidents.commission_models import Commission, Decision
from incidents.models import Incident

Afterwards = Callable[[Session, Incident, Commission, Decision, datetime], object]
DONE_AFTERWARDS: list[Afterwards] = []


def afterwards(session: Session, incident: Incident, commission: Commission, decision: Decision, now: datetime) -> None:
    for work in DONE_AFTERWARDS:
        work(session, incident, commission, decision, now)
