"""Everywhere that something of a case lies, table by table, and what erasing does there.

A test walks all tables of the service: one that is not named here, or a column of a row that stays and is named
nowhere, fails it. So whoever adds a table decides what becomes of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, select

from core.audit.models import AuditEntry, AuditValue
from core.db import Base
from core.files import StoredFile
from incidents.activities.models import IncidentActivity, IncidentProcessor
from incidents.bundle_models import BundledCase
from incidents.commission_models import Assessment, Commission, CommissionSeat, Decision, Opinion
from incidents.erasing_models import LegalHold
from incidents.failing.models import FailedControl, IncidentUnit
from incidents.findings.models import Finding, FindingReply
from incidents.minutes_models import Minutes
from incidents.models import (
    CaseNote,
    ClockEvent,
    ClockLevel,
    Countersign,
    Exclusion,
    Incident,
    IncidentClock,
    LevelAlarm,
    RegimeChoice,
    ThreadMessage,
)
from incidents.severity_models import SeverityStatement
from incidents.suppliers.models import SupplierLink, SupplierTelling
from notifications.letters.models import Mailing, Recipient
from notifications.letters.public_models import PublicCommunication
from notifications.letters.sent_models import SentList, SentListPart, SentListPerson
from notifications.models import DeliveryAttempt, OutboxMessage
from notifications.notice_mail import NoticeMail
from notifications.notice_models import Filing, Notice, NoticePromise, NoticeRecipient
from risk.register.models import ControlCase, RiskCase

Condition = ColumnElement[bool]


@dataclass(frozen=True)
class Emptied:
    """A row that stays in the register: what is put in the place of what it said, and what stays and why."""

    model: type[Base]
    column: str
    instead: Mapping[str, Any] = field(default_factory=dict)
    why: str = ""

    @property
    def table(self) -> Table:
        return table_of(self.model)

    def of(self, case_id: str) -> Condition:
        found: Condition = self.table.c[self.column] == case_id
        return found


def table_of(model: type[Base]) -> Table:
    return cast("Table", model.__table__)


def deleted_at_once(case_id: str) -> list[tuple[type[Base], Condition]]:
    """Rows that go in the transaction that destroys the key, those that point to others first."""
    clocks = select(IncidentClock.id).where(IncidentClock.incident_id == case_id)
    rounds = select(Commission.id).where(Commission.incident_id == case_id)
    return [
        (LevelAlarm, LevelAlarm.clock_id.in_(clocks)),
        (ClockLevel, ClockLevel.clock_id.in_(clocks)),
        (ClockEvent, ClockEvent.incident_id == case_id),
        (RegimeChoice, RegimeChoice.incident_id == case_id),
        (Countersign, Countersign.incident_id == case_id),
        (ThreadMessage, ThreadMessage.incident_id == case_id),
        (CaseNote, CaseNote.incident_id == case_id),
        (SupplierTelling, SupplierTelling.incident_id == case_id),
        (SupplierLink, _links(case_id)),
        (IncidentActivity, IncidentActivity.incident_id == case_id),
        (IncidentProcessor, IncidentProcessor.incident_id == case_id),
        (FailedControl, FailedControl.incident_id == case_id),
        (IncidentUnit, IncidentUnit.incident_id == case_id),
        (Minutes, Minutes.incident_id == case_id),
        (Opinion, Opinion.incident_id == case_id),
        (Decision, Decision.incident_id == case_id),
        (SeverityStatement, SeverityStatement.incident_id == case_id),
        (Assessment, Assessment.commission_id.in_(rounds)),
        (CommissionSeat, CommissionSeat.commission_id.in_(rounds)),
        (Commission, Commission.incident_id == case_id),
        (NoticeMail, NoticeMail.incident_id == case_id),
        (NoticePromise, NoticePromise.incident_id == case_id),
        (Notice, Notice.incident_id == case_id),
        (NoticeRecipient, NoticeRecipient.incident_id == case_id),
        (PublicCommunication, PublicCommunication.incident_id == case_id),
        (FindingReply, FindingReply.finding_id.in_(select(Finding.id).where(Finding.case_id == case_id))),
        (RiskCase, RiskCase.case_id == case_id),
        (ControlCase, ControlCase.case_id == case_id),
        (StoredFile, StoredFile.case_id == case_id),
    ]


def _links(case_id: str) -> Condition:
    """What a supplier told by the link of a case that was merged belongs to the other case, and the row points to the
    link: it goes with whichever of the two is erased last."""
    merged = select(Incident.id).where(Incident.merged_into_id == case_id, Incident.erased_at.is_not(None))
    used = select(SupplierTelling.id).where(SupplierTelling.link_id == SupplierLink.id)
    return ((SupplierLink.incident_id == case_id) | SupplierLink.incident_id.in_(merged)) & ~used.exists()


def deleted_afterwards(case_id: str) -> list[tuple[type[Base], Condition]]:
    """Rows that may be hundreds of thousands. They go step by step when the key is gone already, so that nobody can
    read them meanwhile; whoever needs another's id goes first."""
    mine = select(OutboxMessage.id).where(OutboxMessage.case_id == case_id)
    entries = select(AuditEntry.seq).where(AuditEntry.case_id == case_id)
    lists = select(SentList.id).where(SentList.incident_id == case_id)
    mailings = select(Mailing.id).where(Mailing.incident_id == case_id)
    return [
        (DeliveryAttempt, DeliveryAttempt.outbox_id.in_(mine)),
        (OutboxMessage, OutboxMessage.case_id == case_id),
        (Recipient, Recipient.mailing_id.in_(mailings)),
        (Recipient, Recipient.mailing_id.in_(lists)),
        (SentListPerson, SentListPerson.list_id.in_(lists)),
        (SentListPart, SentListPart.list_id.in_(lists)),
        (SentList, SentList.incident_id == case_id),
        (Mailing, Mailing.incident_id == case_id),
        (AuditValue, AuditValue.seq.in_(entries)),
    ]


EMPTIED: tuple[Emptied, ...] = (
    Emptied(
        Incident,
        "id",
        {
            "owner_id": None,
            "external_id": None,
            "client_uuid": None,
            "receipt_hash": None,
            "receipt_saved_at": None,
            "reporter_id": None,
            "narrative_sealed": None,
            "extra_sealed": None,
            "contact_sealed": None,
            "imported_sealed": None,
            "title": "",
            "cause_text": "",
            "systems": "",
        },
        "the register of Art. 33(5): states, causes, kinds, countries and counts; what happened, to the day",
    ),
    Emptied(
        IncidentClock,
        "incident_id",
        {"proposed_start_at": None},
        "which deadlines there were, and whether they were kept (Art. 33(1))",
    ),
    Emptied(
        Filing,
        "incident_id",
        {
            "recorded_by": "",
            "receipt_file_id": None,
            "json_file_id": None,
            "pdf_file_id": None,
            "content_digest": "",
            "authority_reference_sealed": "",
            "delay_reasons_sealed": "",
        },
        "which authority was told, when, and whether it was late (Art. 33)",
    ),
    Emptied(
        Exclusion,
        "incident_id",
        {"by_id": "", "step_id": None, "reason_sealed": ""},
        "who was involved goes on seeing no trace of the case: neither in the register nor in the log",
    ),
    Emptied(
        BundledCase,
        "incident_id",
        {"added_by": ""},
        "which cases were told together; without it the log would show one of them to who is involved in another",
    ),
    Emptied(
        Finding,
        "case_id",
        {"text_sealed": ""},
        "that an auditor found something in the case, how serious, who had to answer, and whether it was settled",
    ),
    Emptied(
        LegalHold,
        "incident_id",
        {"reason_sealed": "", "lift_reason_sealed": "", "placed_by": "", "lift_asked_by": None, "lifted_by": None},
        "when the case was held back",
    ),
)

KEPT: Mapping[str, str] = {
    "case_key": "the wrapped key is overwritten; that it was erased, and when, stays",
    "audit_entry": "the log only grows; it holds keyed commitments, and the key to them is destroyed",
    "audit_hidden": "whom an entry is about goes on not seeing it",
    "incident_search": "the words of incident.search and their index, written anew with it by triggers",
    "sampled_case": "which cases an auditor looked at, by id",
    "erased_before": "that it had been erased when an older backup came back: the part, and when",
    "erased_part": "the proof of the erasure: rule, figures, and the ids of the two who signed",
    "erasure_item": "replaced by erased_part in the same transaction",
}
OF_NO_CASE: Mapping[str, str] = {
    "absence": "when somebody with an account is away",
    "activity": "the record of processing; which cases touched what is in incident_activity",
    "activity_processor": "which suppliers the company uses for what",
    "agreement_reminder": "which end of an agreement was told of",
    "attempt": "wrong passwords, by keyed hash",
    "audit_anchor": "where checkpoints of the log were left: hashes, times, tokens",
    "audit_checkpoint": "signed sizes and roots of the log",
    "audit_head": "one row, hashes",
    "audit_instance": "the name of this log",
    "audit_subtree": "roots of parts of the log, hashes",
    "authority_readiness": "who can file with an authority",
    "cause_catalogue": "the causes that the company uses",
    "cause_draft": "the same, not published yet",
    "channel_message": "alarms of the second channel: reference, duty, level and times, nothing of a person",
    "control": "controls of the company",
    "control_answer": "controls of the company",
    "control_check": "controls of the company",
    "control_failure": "controls of the company",
    "control_reminder": "controls of the company",
    "heartbeat": "machines that report to controls; what they are called is sealed",
    "heartbeat_alarm": "which silence or failure of a machine was told, and when",
    "heartbeat_beat": "the last words of machines, sealed",
    "event_task": "checklists for somebody who leaves or starts, or for a password that may be known",
    "event_task_step": "the steps of a checklist, and who did them",
    "invitation": "accounts",
    "log_check": "when the log was checked, and what was found: sizes and roots",
    "organisation": "the company",
    "panel": "standing commissions",
    "panel_seat": "standing commissions",
    "restored_copy": "when the service was an earlier state of itself: sizes and roots of the log, who ended it",
    "rules_answer": "who signed which rules, or refused and why",
    "rules_reminder": "when somebody was asked to sign",
    "rules_version": "the company's own rules",
    "risk": "the register of risks: what may go wrong in general; a draft's own text names no case",
    "risk_cause": "a row per cause to hold on to while like cases are counted",
    "risk_change": "what happened to a risk",
    "risk_control": "which controls a risk leans on",
    "risk_raise": "which control raised a risk, and until when",
    "sample": "by which rule and seed an auditor chose cases",
    "service_state": "what the service remembers of itself",
    "signer_refusal": "what the signer of the log would not sign: sizes and roots",
    "supplier": "the register of suppliers; what one told about a case is in supplier_telling",
    "training_course": "courses that the staff take",
    "training_record": "who took a course, and when",
    "training_reminder": "who was told that a course runs out",
    "user": "accounts",
    "user_role": "accounts",
    "user_session": "accounts",
    "wrapping_key": "ids of the keys of the key file",
}
