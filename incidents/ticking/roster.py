"""Whom an alarm tells: by role, never anyone who is excluded from the case, deputies for those who are away.

Read once for all alarms of a tick, since after a week of downtime there can be thousands.
"""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import LEADERS, Role
from identity.absence import Absences
from identity.models import User
from identity.people import holders
from incidents.escalation import Audience, Audiences
from incidents.models import Exclusion, Incident
from incidents.stand_in import stand_in
from incidents.ticking.moments import Present

ROLES = {
    Audience.MANAGER: (Role.MANAGER,),
    Audience.DEPUTY: (Role.DEPUTY,),
    Audience.DPO: (Role.DPO,),
    Audience.HEAD: (Role.HEAD,),
    Audience.RELEASERS: (Role.MANAGER, Role.DEPUTY, Role.HEAD, Role.APPROVER),
}
LAST_RESORT = frozenset({Role.MANAGER, Role.DEPUTY, Role.HEAD, Role.DPO})


class Roster:
    """Everybody who can be told of these cases."""

    def __init__(self, session: Session, incidents: Collection[str], present: Present) -> None:
        self._session = session
        self._people = holders(session, *LAST_RESORT, Role.APPROVER)
        self._absences = Absences(session, present.now)
        self._excluded: defaultdict[str, set[str]] = defaultdict(set)
        for row in session.scalars(select(Exclusion).where(Exclusion.incident_id.in_(incidents))):
            self._excluded[row.incident_id].add(row.user_id)

    def told(self, incident: Incident, audiences: Audiences) -> list[User]:
        """Each once. When nobody of them exists or all are involved, everybody who could act."""
        roles = frozenset(role for group in audiences for role in ROLES[group])
        people = self._holding(incident, roles) or self._holding(incident, LAST_RESORT)
        return self._absences.without_the_absent(people, self._excluded[incident.id])

    def _holding(self, incident: Incident, roles: frozenset[Role]) -> list[User]:
        """As `alerts.people_for`: where every leader is involved, who stands in for them is among the answer."""
        left_out = self._excluded[incident.id]
        found = [user for user in self._people if user.roles & roles and user.id not in left_out]
        if not roles & set(LEADERS) or self.anybody_leads(incident):
            return found
        other = stand_in(self._session, incident)
        return found if other is None or other in found else [*found, other]

    def anybody_leads(self, incident: Incident) -> bool:
        left_out = self._excluded[incident.id]
        return any(user.roles & set(LEADERS) and user.id not in left_out for user in self._people)
