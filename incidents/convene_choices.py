"""What can be chosen before a commission is called, as links: the panel, and in small cases the procedure."""

from dataclasses import dataclass
from urllib.parse import urlencode

from core.i18n import translate
from incidents.assessing.proposing import Procedure, Proposal
from incidents.commission_models import Panel
from incidents.models import Incident
from incidents.order_document import PROCEDURES
from incidents.panels.keeping import panel_name


@dataclass(frozen=True, slots=True)
class Chip:
    label: str
    href: str
    current: bool


def panel_chips(incident: Incident, live: list[Panel], current: Panel, lang: str) -> list[Chip]:
    if len(live) < 2:
        return []
    return [Chip(panel_name(one, lang), _href(incident, one, Procedure.FULL), one.id == current.id) for one in live]


def procedure_chips(incident: Incident, panel: Panel, found: Proposal, lang: str) -> list[Chip]:
    if not found.small.allowed:
        return []
    return [
        Chip(translate(lang, label), _href(incident, panel, code), code is found.procedure)
        for code, label in PROCEDURES.items()
    ]


def _href(incident: Incident, panel: Panel, procedure: Procedure) -> str:
    asked = {"panel": panel.id} | ({"procedure": procedure.value} if procedure is Procedure.SHORT else {})
    return f"{incident.path}/commission?{urlencode(asked)}"
