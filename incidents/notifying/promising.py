"""Who will know what is not known yet, and by when (Art. 33(4)): one of us who may read the notice, never somebody who
is involved in the case."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from core.access import POLICY, Operation, Role
from core.errors import N_
from identity.models import User
from incidents.alerts import people_for
from incidents.models import Incident
from notifications.edpb.answers import Answer, Answers, Notice

READERS = tuple(role for role in POLICY[Operation.READ_NOTICE].grants if role is not Role.AUDITOR)
NOT_ONE_OF_US = N_("Choose somebody who may read this notice.")


def who_can_know(session: Session, incident: Incident) -> list[User]:
    """Everybody who may be named. An auditor reads the notice too, but has no part in the work."""
    return people_for(session, incident, *READERS)


def impossible_promises(session: Session, incident: Incident, answers: Answers) -> dict[str, str]:
    """Promises in the name of somebody who may not read this notice, or is involved in the case: field -> sentence."""
    named = {number: answer.promised_by for number, answer in answers.items() if answer.promised_by}
    able = {user.id for user in who_can_know(session, incident)} if named else set()
    return {f"q{number}_by": NOT_ONE_OF_US for number, who in named.items() if who not in able}


def promises(notice: Notice) -> Mapping[int, Answer]:
    """The open answers that somebody has promised; what is not asked any more is not waited for."""
    return {
        question.number: answer
        for question in notice.open()
        if (answer := notice.answers.get(question.number)) is not None and (answer.promised or answer.promised_by)
    }
