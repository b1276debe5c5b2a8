"""What a year leaves behind: shorter times than the law's longest, a case to erase, a hold, and more that is due."""

from sqlalchemy import select

from app.demo.stage import Stage
from core.organisation import organisation
from incidents.erasing import batches, holds
from incidents.erasing.due import due
from incidents.erasing.parts import Part
from incidents.erasing_models import ErasureItem
from incidents.models import Incident
from incidents.retention import choosing, months_of
from incidents.states import State

SHORTER = {"not_an_incident": 9, "files": 6, "people": 6}
BACKUP_DAYS = 35


def settle(stage: Stage) -> None:
    """Everything is of this moment: the log tells it last. The worker erases what is signed here, as ever."""
    session, now = stage.session, stage.present
    manager, head, dpo = (stage.people[key].actor for key in ("manager", "head", "dpo"))
    company = organisation(session)
    choosing.change(session, head, company, months_of(company) | SHORTER, BACKUP_DAYS, now)
    old = session.scalars(
        select(Incident).where(Incident.state == State.CLOSED, Incident.cause_class == "intentional")
        .order_by(Incident.closed_at).limit(1)
    ).one()  # fmt: skip
    holds.place(session, dpo, old, "Försäkringsbolaget prövar skadan. Allt underlag ska finnas kvar.", now)
    for incident in session.scalars(select(Incident).where(Incident.closed_at.is_not(None))):
        for part in Part:
            found = due(session, incident, part, months_of(company), now)
            if found is not None:
                session.add(ErasureItem(incident_id=incident.id, part=part, rule=found.rule, due_at=found.due_at,
                                        noticed_at=now))  # fmt: skip
    session.flush()
    item = session.scalars(select(ErasureItem).where(ErasureItem.part == Part.CASE)).one()
    batch = batches.propose(session, manager, [item.id], now)
    batches.approve(session, head, batch, "1", stage.password, now)
