"""The countries of a case have changed: a notice that has not been sent says so at once, as after any other edit."""

from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Actor
from incidents.models import Incident
from incidents.notifying.crossing import TOLD, WHETHER, crossing, following
from incidents.notifying.drafting import save
from incidents.states import AuthorityTrack
from notifications.edpb.answers import Answer, Answers, Source
from notifications.filings import answers_of, notices

NOTHING = Answer(source=Source.CASE)


def follow_countries(session: Session, actor: Actor, incident: Incident, now: datetime) -> None:
    """Bring the notice up to date. It voids what was released."""
    notice = next(reversed(notices(session, incident.id)), None)
    if notice is None or AuthorityTrack(notice.state) is AuthorityTrack.FILED:
        return
    before = answers_of(session, notice)
    save(session, actor, incident, notice, changed_countries(session, incident, before), now)


def changed_countries(session: Session, incident: Incident, before: Answers) -> Answers:
    """What a person may choose and has typed stays: who else is told, and without countries whether it crosses."""
    free = {TOLD, *WHETHER} - following(session, incident)
    typed = {number for number in free if before.get(number, NOTHING).source is Source.TYPED}
    return {
        number: answer
        for number, answer in crossing(session, incident).items()
        if number not in typed and (answer.values or before.get(number, NOTHING).values)
    }
