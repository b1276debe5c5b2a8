"""Which fields of the log hold codes, days, moments or people; those that mean one thing in one place only are named
by the first word of the action, too."""

from collections.abc import Mapping
from typing import Any

from core.errors import N_
from incidents.activities.words import BASIS_LABELS, ROLE_LABELS, TRANSFER_LABELS, UNIT_LABELS
from incidents.classification import BREACH_LABELS, CLASS_LABELS, DATA_LABELS, GROUP_LABELS
from incidents.commission import VOTE_LABELS
from incidents.questions import BANDS
from risk.controls.cards import GROUP_LABELS as CONTROL_GROUPS
from risk.register.matrix import IMPACTS, LIKELIHOODS
from risk.register.rules import TREATMENT_LABELS

YES_NO = {"True": N_("yes"), "False": N_("no")}
LIKELY = {str(figure): word for figure, word in LIKELIHOODS.items()}
BAD = {str(figure): word for figure, word in IMPACTS.items()}
CODES: dict[str, Mapping[Any, str]] = {
    "activity.role": ROLE_LABELS,
    "breach_types": BREACH_LABELS,
    "cause_class": CLASS_LABELS,
    "commission.outcome": VOTE_LABELS,
    "control.group": CONTROL_GROUPS,
    "data_categories": DATA_LABELS,
    "heartbeat.answers": YES_NO,
    "identity.theme": {"auto": N_("As the device"), "light": N_("Light"), "dark": N_("Dark")},
    "legal_bases": BASIS_LABELS,
    "people_band": BANDS,
    "retention_unit": UNIT_LABELS,
    "risk.impact": BAD,
    "risk.inherent_impact": BAD,
    "risk.inherent_likelihood": LIKELY,
    "risk.likelihood": LIKELY,
    "risk.target_impact": BAD,
    "risk.target_likelihood": LIKELY,
    "risk.treatment": TREATMENT_LABELS,
    "subject_groups": GROUP_LABELS,
    "transfer_basis": TRANSFER_LABELS,
}
DAYS = frozenset({"accept_until", "agreement_ends_on", "agreement_on", "review_on"})
MOMENTS = frozenset({"aware_at", "detected_at", "ended_at", "occurred_at"})
NAMED = frozenset({
    "activity.owner", "activity.processors", "control.deputy", "control.owner", "incident.person",
    "incident.proposed_by", "panel.seats", "panel.secretary", "risk.owner_id", "settings.holder",
})  # fmt: skip
PARTS = {
    "aware_at": N_("Moment of awareness"),
    "decision": N_("Decision (identifier)"),
    "reason": N_("Reason"),
    "user": N_("Person"),
}  # of a step that waits for a second signature
