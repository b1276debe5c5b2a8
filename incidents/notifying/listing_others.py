"""The list of others who are told of a case: somebody is added, taken off it, brought back. What was sent stays."""

from datetime import datetime

from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from core.db import new_id
from core.errors import N_, Conflict, Invalid, NotFound
from core.i18n import LANGUAGES
from incidents.clock_choices import HAS_ENDED
from incidents.contract_hours import REGIMES_OF_A_LIST
from incidents.models import Incident
from incidents.notifying.to_other import TheOther
from incidents.regime_choice import marked_by_hand
from incidents.regimes import REGIMES
from incidents.shared_duties import follow_list
from incidents.states import ENDED
from notifications.filings import filings
from notifications.notice_models import NoticeRecipient
from notifications.others import BY_CONTRACT, BY_LAW, Kind, recipient, write_name

TO_SOMEBODY_ELSE = frozenset({"promise", "rights"})  # customers, and the person who asked: not told by a notice


class OtherForm(BaseModel):
    """Who is to be told. A law only where it tells a supervisor, hours only where there is a contract."""

    kind: Kind
    name: str = Field(min_length=1, max_length=200)
    contact: str = Field(default="", max_length=400)
    language: str = Field(default="", max_length=2)
    regime: str = Field(default="", max_length=40)
    hours: int | None = Field(default=None, ge=1, le=2000)


def add(session: Session, actor: Actor, incident: Incident, form: OtherForm, now: datetime) -> NoticeRecipient:
    """Put somebody on the list. A controller on it says that we are its processor: the clocks of that law run.

    Raises:
        Invalid: a law whose clocks do not run in this case, or a language nobody here writes.
        Conflict: the case has ended.
    """
    _require_open(incident)
    regime = form.regime if form.kind in BY_LAW else ""
    if regime and regime not in laws(incident):
        raise Invalid({"regime": N_("This law has no clock in the case. Start it under Clocks first.")})
    if form.language not in LANGUAGES:
        raise Invalid({"language": N_("Choose one of the answers.")})
    row = NoticeRecipient(
        id=new_id(), incident_id=incident.id, kind=form.kind, language=form.language, regime=regime, added_by=actor.id,
        added_at=now, contract_hours=form.hours if form.kind in BY_CONTRACT else None,
    )  # fmt: skip
    write_name(session, row, form.name.strip(), form.contact.strip())
    session.add(row)
    session.flush()
    hours = {"hours": row.contract_hours} if row.contract_hours else {}
    record(session, actor, "recipient:added", incident.reference, now, case=incident.id,
           facts={"recipient": row.kind, "recipient_id": row.id, **({"regime": regime} if regime else {}), **hours},
           changes={"name": (None, form.name.strip()), "contact": (None, form.contact.strip() or None)})  # fmt: skip
    follow_list(session, actor, incident, row.kind, now)
    return row


def remove(session: Session, actor: Actor, to: TheOther, now: datetime) -> None:
    """Take somebody off the list who has been sent nothing. What was written for them is kept.

    Raises:
        Conflict: something has been sent, or the case has ended.
    """
    _require_open(to.incident)
    if filings(session, to.incident.id, to.id):
        raise Conflict(N_("Something has been sent already, so this one stays on the list."))
    to.row.removed_at = now
    session.flush()
    record(session, actor, "recipient:removed", to.incident.reference, now, case=to.incident.id, facts=to.facts)
    follow_list(session, actor, to.incident, to.code, now)


def bring_back(session: Session, actor: Actor, incident: Incident, recipient_id: str, now: datetime) -> TheOther:
    """Somebody who was taken off the list is told after all; what was written is there again.

    Raises:
        NotFound: nobody with this id was taken off it.
        Conflict: the case has ended.
    """
    row = recipient(session, incident.id, recipient_id)
    if row is None or row.removed_at is None:
        raise NotFound()
    _require_open(incident)
    row.removed_at = None
    session.flush()
    to = TheOther(session, incident, row)
    record(session, actor, "recipient:brought_back", incident.reference, now, case=incident.id, facts=to.facts)
    follow_list(session, actor, incident, row.kind, now)
    return to


def laws(incident: Incident) -> list[str]:
    """The laws with a clock in this case whose duties are done by telling one recipient, stage by stage."""
    elsewhere = REGIMES_OF_A_LIST | TO_SOMEBODY_ELSE
    told = {clock.regime for clock in incident.clocks if marked_by_hand(clock.duty)} - elsewhere
    return [code for code in REGIMES if code in told]


def _require_open(incident: Incident) -> None:
    if incident.state in ENDED:
        raise Conflict(HAS_ENDED)
