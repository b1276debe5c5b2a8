"""The rows of the register for a handful of cases, with as many queries as for one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.crypto import CannotOpen
from core.keys import CaseKey
from core.moment import day_of
from core.organisation import organisation
from identity.people import names
from incidents.assessing.departing import reasons_of
from incidents.case_notes import NoteKind, note_text
from incidents.commission_models import Decision
from incidents.countersigning import payload_of
from incidents.escalation import Duty
from incidents.models import CaseNote, Incident, IncidentClock
from incidents.people_told import affected
from incidents.queries import may_see
from incidents.register import entry as rows
from incidents.register.behind import Behind, gather
from incidents.sealed import sealed_among
from incidents.states import AUTHORITY_SETTLED, ENDED, AuthorityTrack, State


def entries(session: Session, actor: Actor, cases: Sequence[Incident], now: datetime) -> list[rows.Entry]:
    """One row a case, in their order. The keys of the cases are fetched together and held while their texts open."""
    ids = [one.id for one in cases]
    keys = {key.case_id: key for key in session.scalars(select(CaseKey).where(CaseKey.case_id.in_(ids)))}
    behind = gather(session, ids)
    blind = sealed_among(session, actor, ids)
    merged = _merged(session, actor, cases)
    people = names(session, behind.people)
    erased = {one.id for one in cases if one.erased_at or (one.id in keys and keys[one.id].erased_at)}
    return [
        _Reader(session, one, behind, people, now, one.id in erased)
        .entry(merged.get(one.merged_into_id or "", ""), blind=one.id in blind)
        for one in cases
    ]  # fmt: skip


def _merged(session: Session, actor: Actor, cases: Sequence[Incident]) -> dict[str, str]:
    """The references of the cases others went up in, where this reader may see them."""
    wanted = [one.merged_into_id for one in cases if one.merged_into_id]
    query = select(Incident.id, Incident.reference).where(
        Incident.id.in_(wanted), may_see(actor, Operation.READ_REGISTER)
    )
    return {row.id: row.reference for row in session.execute(query)} if wanted else {}


@dataclass
class _Reader:
    """One case on its way into a row. A text that no longer opens makes the row an erased one."""

    session: Session
    case: Incident
    behind: Behind
    people: dict[str, str]
    now: datetime
    erased: bool = False

    def entry(self, merged_into: str, *, blind: bool) -> rows.Entry:
        case, behind = self.case, self.behind
        stated = None if blind else behind.stated.get(case.id)
        decision = None if blind else self._decision()
        measures, lessons = self._notes(NoteKind.CONTAINED), self._notes(NoteKind.LESSON)
        return rows.Entry(
            reference=case.reference, title=case.title, kind=case.kind, imported=case.external_id is not None,
            state=case.state, merged_into=merged_into, erased=self.erased, withheld=blind,
            occurred_at=self._when(case.occurred_at), ended_at=self._when(case.ended_at),
            detected_at=self._when(case.detected_at),
            reported_at=case.reported_at, aware_at=case.aware_at, contained_at=case.contained_at,
            decided_at=decision.at if decision else None, closed_at=case.closed_at,
            cause_class=case.cause_class, cause_code=case.cause_code, cause_text=case.cause_text,
            further_causes=tuple(case.further_causes), breach_types=tuple(case.breach_types),
            data=tuple(case.data_categories or case.data_kinds), groups=tuple(case.subject_groups),
            systems=case.systems, countries=tuple(case.countries), records=case.records_count,
            people=self._people(), severity=stated.band if stated else "",
            score=stated.quarters / 4 if stated else None,
            consequences=() if blind else tuple(behind.consequences.get(case.id, ())),
            measures=measures, lessons=lessons, authority=self._authority(), decision=decision,
        )  # fmt: skip

    def _when(self, at: datetime | None) -> datetime | date | None:
        """Of an erased case only the day is left."""
        return day_of(at, organisation(self.session).zone) if at and self.case.erased_at else at

    def _people(self) -> rows.People:
        count, case = affected(self.case), self.case
        return rows.People(
            least=count.least, most=count.most, track=case.people_track,
            informed_at=self.behind.informed.get(case.id),
            told=self.behind.told.get(case.id) or _told(self.behind.kept.get(case.id, {})),
        )  # fmt: skip

    def _authority(self) -> rows.Authority:
        clock: IncidentClock | None = self.behind.clocks.get((self.case.id, Duty.NOTIFY_AUTHORITY))
        notified = self.behind.notified.get(self.case.id)
        track = AuthorityTrack(self.case.authority_track)
        asked_for = notified is None and track not in AUTHORITY_SETTLED and State(self.case.state) not in ENDED
        running = clock is not None and clock.stopped_at is None and clock.due_at is not None
        return rows.Authority(
            track=track,
            due_at=clock.due_at if clock else None,
            notified_at=notified,
            late_seconds=clock.late_seconds or 0 if clock and notified else None,
            overdue=bool(asked_for and running and clock and clock.ends_at < self.now),
        )

    def _decision(self) -> rows.Decision | None:
        if State(self.case.state) is State.NOT_AN_INCIDENT:
            return self._dismissal()
        decision = self.behind.decisions.get(self.case.id)
        if decision is None:
            return _kept_decision(self.behind.kept.get(self.case.id, {}))
        second = self.behind.departures.get(self.case.id) if not decision.follows_commission else None
        return rows.Decision(
            kind="decision", notify_authority=decision.notify_authority, inform_people=decision.inform_people,
            ground=decision.ground, reasons=self._reasons(decision), by=self._name(decision.signed_by),
            second=self._name(second.decided_by) if second else "", at=decision.in_force_at or decision.signed_at,
        )  # fmt: skip

    def _dismissal(self) -> rows.Decision | None:
        step = self.behind.dismissals.get(self.case.id)
        if step is None or step.decided_at is None:
            return None
        why = self._open(lambda: payload_of(self.session, step).get("reason", ""))
        return rows.Decision(
            kind="not_an_incident", reasons=(rows.Reason(why="reasons", text=why),) if why else (),
            by=self._name(step.proposed_by), second=self._name(step.decided_by), at=step.decided_at,
        )  # fmt: skip

    def _reasons(self, decision: Decision) -> tuple[rows.Reason, ...]:
        try:
            found = reasons_of(self.session, decision)
        except CannotOpen:
            self.erased = True
            return ()
        return tuple(rows.Reason(why=why, text=text) for why, text in found.items() if text.strip())

    def _notes(self, kind: NoteKind) -> tuple[str, ...]:
        found = [self._note(note) for note in self.behind.notes.get((self.case.id, kind), ())]
        return tuple(text for text in found if text)

    def _note(self, note: CaseNote) -> str:
        return self._open(lambda: note_text(self.session, note))

    def _open(self, text: Callable[[], str]) -> str:
        try:
            return text()
        except CannotOpen:
            self.erased = True
            return ""

    def _name(self, user: str | None) -> str:
        return self.people.get(user or "", "")


def _told(kept: Mapping[str, Any]) -> int:
    """People told, of a case whose letters are erased."""
    return int(kept.get("letters", 0)) + int(kept.get("told_otherwise", 0))


def _kept_decision(kept: Mapping[str, Any]) -> rows.Decision | None:
    if kept.get("notify_authority") is None:
        return None
    at = datetime.fromisoformat(kept["decided_at"]) if kept.get("decided_at") else None
    return rows.Decision(kind="decision", notify_authority=kept["notify_authority"],
                         inform_people=str(kept.get("inform_people") or ""), at=at)  # fmt: skip
