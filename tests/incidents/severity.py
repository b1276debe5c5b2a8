"""The facts of a severity as the form sends them, for tests."""

from typing import Any

from sqlalchemy import select

from core.access import Role
from incidents.models import Incident
from incidents.severity_form import SeverityForm
from incidents.severity_models import SeverityStatement
from incidents.stating import state
from tests.fixtures.world import World


def answers(**changes: Any) -> dict[str, Any]:
    """Account numbers on an open page: 2 x 1 + 0.5 = 2.5."""
    return {
        "version": 0, "breach_types": ["confidentiality"], "data_financial": "2",
        "why_financial": "Bara kontonummer, inga belopp.", "special_category": "no", "identifiability": "1",
        "confidentiality": "0.5", "integrity": "0", "availability": "0", "malicious": "no", "people": "40",
        "vulnerable_people": "no", "unintelligible": "no", "copy_available": "yes", "exfiltrated": "no",
        "recipient": "known", "returned_or_destroyed": "no", "enables": ["loss_of_control"],
        "essential_service_hit": "no", "subsequent_measures": "no", "disproportionate_effort": "no",
    } | changes  # fmt: skip


def stated(world: World, reference: str, key: str = Role.MANAGER, **changes: Any) -> SeverityStatement:
    """State the facts by the verb."""
    with world.change() as session:
        incident = session.scalars(select(Incident).where(Incident.reference == reference)).one()
        form = SeverityForm.model_validate(answers(**changes))
        return state(session, world.actor(key), incident, form, world.now)


def typed(**changes: Any) -> dict[str, Any]:
    """The same as a browser sends it: a choice with nothing ticked is not there."""
    return {name: value for name, value in answers(**changes).items() if value not in ("", None, [])}
