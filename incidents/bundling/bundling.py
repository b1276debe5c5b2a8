"""Telling like cases in one notice: put them together, take one out again. Every change takes a release away."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import SYSTEM, Actor, Operation
from core.audit import record
from core.errors import N_, Conflict, Invalid
from incidents.bundle_models import BundledCase
from incidents.bundling.answers import FACTS, NOTHING, jointly
from incidents.bundling.choosing import IN_CHARGE, MOST, is_free
from incidents.bundling.together import UNSENT, fallen_out, lead_of, members, seen_alike
from incidents.models import Incident
from incidents.notifying.drafting import save
from incidents.notifying.prefilling import prefill
from incidents.notifying.updating import changed_countries
from incidents.queries import visible
from incidents.states import AuthorityTrack
from notifications.edpb.answers import Answers, Source
from notifications.filings import answers_of, notices

PICK = N_("Choose among the cases in the list.")
SENT = N_("The notice has been sent. Add what is new in a supplement.")
TAKEN = N_("One of the cases is in another joint notice by now, or has a notice of its own. Look at the list again.")
CHANGED = N_("Somebody else has changed which cases are told together. Compare with the list, and save again.")


def bundle(
    session: Session, actor: Actor, lead: Incident, wanted: Collection[str], before: Collection[str], now: datetime
) -> list[Incident]:
    """Tell these cases, by reference, in the notice of `lead`, and no others. `before` is what the page showed.

    Raises:
        Conflict: the notice has been sent, or one of the cases has been bundled or begun a notice meanwhile.
        Invalid: a reference that is not in the list.
    """
    cases = _locked(session, actor, lead, wanted)
    _require_open(session, lead)
    if {case.reference for case in members(session, lead)} != set(before):
        raise Conflict(CHANGED)
    _require_fit(session, lead, cases)
    gone = _take_out(session, SYSTEM, lead, fallen_out(session, lead), now)
    out = _take_out(session, actor, lead, [case for case in members(session, lead) if case not in cases], now)
    added = _put_in(session, actor, lead, cases, now)
    if added or out or gone:
        record(session, actor, "notice:bundled", lead.reference, now, case=lead.id,
               facts={"cases": [case.reference for case in added], "taken_out": [case.reference for case in out],
                      "fallen_out": len(gone)})  # fmt: skip
    _write(session, actor, lead, now)
    return cases


def _locked(session: Session, actor: Actor, lead: Incident, wanted: Collection[str]) -> list[Incident]:
    """Every case concerned, held in one order until the commit, so that of two people one comes second and sees it.

    What is not for this person is answered as what does not exist.
    """
    if len(wanted) > MOST:
        raise Invalid({"cases": PICK})
    there = select(BundledCase.incident_id).where(BundledCase.lead_id == lead.id, BundledCase.left_at.is_(None))
    asked = visible(actor, Operation.FILE_NOTICE).where(Incident.reference.in_(wanted)).with_only_columns(Incident.id)
    held = select(Incident).where((Incident.id == lead.id) | Incident.id.in_(there) | Incident.id.in_(asked))
    query = held.order_by(Incident.id).with_for_update(of=Incident)
    rows = session.scalars(query, execution_options={"populate_existing": True}).all()
    found = [row for row in rows if row.reference in set(wanted) and row.id != lead.id]
    if len(found) != len(set(wanted)):
        raise Invalid({"cases": PICK})
    return found


def _require_open(session: Session, lead: Incident) -> None:
    if AuthorityTrack(lead.authority_track) not in UNSENT:
        raise Conflict(SENT)
    if lead.state not in IN_CHARGE or lead_of(session, lead) is not None:
        raise Conflict(TAKEN)


def _require_fit(session: Session, lead: Incident, cases: Iterable[Incident]) -> None:
    for case in cases:
        if case.drill != lead.drill or not seen_alike(session, [lead, case]):
            raise Invalid({"cases": PICK})
        if not is_free(session, lead, case):
            raise Conflict(TAKEN)


def _put_in(session: Session, actor: Actor, lead: Incident, cases: list[Incident], now: datetime) -> list[Incident]:
    added = [case for case in cases if case not in members(session, lead)]
    for case in added:
        _leave(session, case, now)
        row = session.get(BundledCase, (case.id, lead.id)) or BundledCase(incident_id=case.id, lead_id=lead.id)
        row.added_by, row.added_at, row.left_at = actor.id, now, None
        session.add(row)
        record(session, actor, "notice:joined", case.reference, now, case=case.id, facts={"into": lead.reference})
    session.flush()
    return added


def _take_out(session: Session, actor: Actor, lead: Incident, cases: list[Incident], now: datetime) -> list[Incident]:
    for case in cases:
        _leave(session, case, now)
        record(session, actor, "notice:left", case.reference, now, case=case.id, facts={"from": lead.reference})
    return cases


def _leave(session: Session, case: Incident, now: datetime) -> None:
    """Out of the joint notice it is in, or in which it can be no longer."""
    there = select(BundledCase).where(BundledCase.incident_id == case.id, BundledCase.left_at.is_(None))
    for row in session.scalars(there):
        row.left_at = now
    session.flush()


def _write(session: Session, actor: Actor, lead: Incident, now: datetime) -> None:
    """Bring the draft up to date, if there is one."""
    notice = next(reversed(notices(session, lead.id)), None)
    if notice is None:
        return
    before = answers_of(session, notice)
    fresh = prefill(session, actor, lead, notice.language)
    texts = jointly(session, lead, before, notice.language, now)
    changed = {**changed_countries(session, lead, before), **_facts(before, fresh), **texts}
    save(session, actor, lead, notice, changed, now)


def _facts(before: Answers, fresh: Answers) -> Answers:
    """What the cases know together; an answer that somebody has typed stays."""
    numbers = [number for number in FACTS if before.get(number, NOTHING).source is not Source.TYPED]
    found = {number: fresh.get(number, NOTHING) for number in numbers}
    return {number: answer for number, answer in found.items() if answer.values or before.get(number, NOTHING).values}
