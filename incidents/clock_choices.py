"""What a manager says of the laws beside the GDPR: one applies or not, and when the moments were it counts from.

Clocks run by caution until somebody answers; a refusal needs its reason, and every answer is on record.
"""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from core.errors import N_, Conflict, Invalid, NotFound
from core.keys import seal, unseal
from incidents.clock import Regime
from incidents.clock_opening import choices_of, events_of, note_event, start_due
from incidents.clock_recount import counting_from, recount
from incidents.clock_rows import end, resume
from incidents.contract_hours import listed_lengths
from incidents.models import ClockEvent, Incident, IncidentClock, RegimeChoice
from incidents.regime_choice import by_contract, recorded_by_hand, unlikely
from incidents.regimes import REGIMES
from incidents.states import ENDED

NOT_APPLICABLE = "not_applicable"
Lengths = dict[str, dict[str, Any]]
HAS_ENDED = N_("The case has ended. Open it again first.")


class RegimeForm(BaseModel):
    """`contract` is what was agreed with the customer: nothing, a usual length, or hours of its own."""

    applies: str = Field(pattern="^(yes|no)$")
    reason: str = Field(default="", max_length=4000)
    contract: str = Field(default="", pattern="^(|24|48|own)$")
    hours: int | None = Field(default=None, ge=1, le=2000)

    @property
    def agreed_hours(self) -> int | None:
        """The hours of the contract, or none.

        Raises:
            Invalid: hours of its own are not written.
        """
        if self.contract == "own" and self.hours is None:
            raise Invalid({"hours": N_("Write how many hours the contract gives you.")})
        return self.hours if self.contract == "own" else int(self.contract) if self.contract else None


def choose(
    session: Session, actor: Actor, incident: Incident, code: str, form: RegimeForm, now: datetime
) -> RegimeChoice:
    """Confirm that a law applies to this case, or say with a reason that it does not.

    Raises:
        NotFound: there is no such law to choose.
        Invalid: a refusal without its reason.
        Conflict: the case has ended.
    """
    regime = choosable(code)
    applies, hours = form.applies == "yes", form.agreed_hours
    if incident.state in ENDED:
        raise Conflict(HAS_ENDED)
    if not applies and not form.reason.strip():
        raise Invalid({"reason": N_("Write why it does not apply. The reason stays in the register.")})
    lengths: Lengths = {stage.duty: {"hours": hours} for stage in by_contract(regime.stages)} if hours else {}
    if applies:
        lengths |= listed_lengths(session, incident.id, code)
        return confirm(session, actor, incident, code, lengths, form.reason.strip(), now)
    return _refuse(session, actor, incident, code, lengths, form.reason.strip(), now)


def confirm(
    session: Session, actor: Actor, incident: Incident, code: str, lengths: Lengths, reason: str, now: datetime
) -> RegimeChoice:
    """The law applies: its clocks run, on the lengths that somebody has given. Where a list of who is to be told gives
    them, that list counts."""
    choice = write_choice(session, actor, incident, code, True, lengths, reason, now)
    _confirmed(session, incident, code, now)
    hours = min((length["hours"] for length in lengths.values() if "hours" in length), default=None)
    record(session, actor, "clock:regime_confirmed", incident.reference, now, case=incident.id,
           facts={"regime": code, **({"hours": hours} if hours else {})},
           changes={"reason": (None, reason or None)})  # fmt: skip
    return choice


def _refuse(
    session: Session, actor: Actor, incident: Incident, code: str, lengths: Lengths, reason: str, now: datetime
) -> RegimeChoice:
    choice = write_choice(session, actor, incident, code, False, lengths, reason, now)
    _refused(session, incident, code, now)
    record(session, actor, "clock:regime_refused", incident.reference, now, case=incident.id, facts={"regime": code},
           changes={"reason": (None, reason)})  # fmt: skip
    return choice


def record_moment(
    session: Session, actor: Actor, incident: Incident, code: str, anchor: str, at: datetime, note: str, now: datetime
) -> ClockEvent:
    """Write down a moment that a law counts from. Another moment than the one known needs a reason.

    Raises:
        NotFound: the law counts from no such moment.
        Invalid: the moment cannot be true, or a change has no reason.
        Conflict: the case has ended.
    """
    regime = choosable(code)
    if anchor not in recorded_by_hand(regime.stages):
        raise NotFound()
    if incident.state in ENDED:
        raise Conflict(HAS_ENDED)
    before = events_of(session, incident).get(anchor)
    _require_plausible(incident, anchor, at, before, note, now)
    event = note_event(session, incident, anchor, at, actor.id, now)
    event.note_sealed = seal(session, incident.id, f"clock_event.note:{event.id}", note.strip()) if note.strip() else ""
    recount(session, incident, counting_from(incident, anchor), now)
    start_due(session, incident, now)
    record(session, actor, "clock:moment_recorded", incident.reference, now, case=incident.id,
           facts={"event": anchor, "at": _iso(at), "before": _iso(before) if before else None},
           changes={"note": (None, note.strip() or None)})  # fmt: skip
    return event


def choosable(code: str) -> Regime:
    """A law that somebody answers for each case; those that apply everywhere are not asked about.

    Raises:
        NotFound: it is none of these.
    """
    regime = REGIMES.get(code)
    if regime is None or regime.everywhere:
        raise NotFound()
    return regime


def reason_of(session: Session, choice: RegimeChoice) -> str:
    return unseal(session, choice.incident_id, _place(choice), choice.reason_sealed)


def write_choice(
    session: Session, actor: Actor, incident: Incident, code: str, applies: bool, given: Lengths,
    reason: str, now: datetime,
) -> RegimeChoice:  # fmt: skip
    """The latest answer stands; the earlier ones are in the log."""
    choice = choices_of(session, incident).get(code) or RegimeChoice(incident_id=incident.id, regime=code)
    choice.applies, choice.by_id, choice.at, choice.given = applies, actor.id, now, dict(given)
    choice.reason_sealed = seal(session, incident.id, _place(choice), reason) if reason else ""
    session.add(choice)
    session.flush()
    return choice


def clocks_under(incident: Incident, code: str) -> list[IncidentClock]:
    return [clock for clock in incident.clocks if clock.regime == code]


def _confirmed(session: Session, incident: Incident, code: str, now: datetime) -> None:
    for clock in clocks_under(incident, code):
        clock.confirmed = True
        if clock.stop_reason == NOT_APPLICABLE:
            resume(clock, now)
    recount(session, incident, [clock for clock in clocks_under(incident, code) if clock.stopped_at is None], now)
    start_due(session, incident, now)


def _refused(session: Session, incident: Incident, code: str, now: datetime) -> None:  # noqa: ARG001
    for clock in clocks_under(incident, code):
        if clock.stopped_at is None:
            end(clock, NOT_APPLICABLE, now)


def _require_plausible(
    incident: Incident, anchor: str, at: datetime, before: datetime | None, note: str, now: datetime
) -> None:
    sentence = unlikely(at, incident.occurred_at, now)
    if sentence:
        raise Invalid({anchor: sentence})
    if before not in {None, at} and not note.strip():
        raise Invalid({f"{anchor}_note": N_("Write why the moment changes.")})


def _place(choice: RegimeChoice) -> str:
    return f"regime_choice.reason:{choice.regime}"


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="minutes")
