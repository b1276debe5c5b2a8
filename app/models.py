"""Every table, imported in one place for Alembic and for a start-up check."""

from core.audit import check_models as log_checks
from core.audit import models as audit
from core.audit import proof_models as proofs
from core.db import Base
from core.files import StoredFile
from core.keys import CaseKey, WrappingKey
from core.organisation import Organisation
from core.restored import RestoredCopy
from identity import models as identity
from identity.rules import models as rules
from identity.training import models as training
from incidents import bundle_models as bundles
from incidents import cause_models as causes
from incidents import commission_models as commission
from incidents import erasing_models as erasing
from incidents import minutes_models as minutes
from incidents import models as incidents
from incidents import readiness_models as readiness
from incidents import search_models as search
from incidents import severity_models as severity
from incidents.activities import models as activities
from incidents.failing import models as failing
from incidents.findings import models as findings
from incidents.sampling import models as sampling
from incidents.suppliers import models as suppliers
from notifications import models as notifications
from notifications import notice_mail as notice_mails
from notifications import notice_models as notices
from notifications.letters import models as letters
from notifications.letters import public_models as public
from notifications.letters import sent_models as sent_lists
from risk import models as risk
from risk.controls import models as controls
from risk.heartbeats import models as heartbeats
from risk.register import models as risk_register
from risk.tasks import models as tasks

METADATA = Base.metadata
__all__ = [
    "METADATA",
    "CaseKey",
    "Organisation",
    "RestoredCopy",
    "StoredFile",
    "WrappingKey",
    "activities",
    "audit",
    "bundles",
    "causes",
    "commission",
    "controls",
    "erasing",
    "failing",
    "findings",
    "heartbeats",
    "identity",
    "incidents",
    "letters",
    "log_checks",
    "minutes",
    "notice_mails",
    "notices",
    "notifications",
    "proofs",
    "public",
    "readiness",
    "risk",
    "risk_register",
    "rules",
    "sampling",
    "search",
    "sent_lists",
    "severity",
    "suppliers",
    "tasks",
    "training",
]
