"""A report as a phone sends it, for the tests of the intake."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from core.access import ANONYMOUS
from core.web import TypedForm
from incidents.forms import ReportForm
from incidents.intake import report
from tests.fixtures.world import World

CLIENT_UUID = "0f8fad5b-d9cb-469f-a165-70867728950e"
STORY = "Kundlistan gick till Åsa Öberg på fel företag."
ANSWERS: Mapping[str, Any] = {
    "client_uuid": CLIENT_UUID,
    "what_happened_kind": "sent_wrong",
    "what_happened_text": STORY,
    "noticed_at_choice": "now",
    "still_going_on": "yes",
    "data_kinds": ["contact", "unknown"],
    "people_band": "11-100",
    "contact_choice": "email",
    "contact_value": "rapportör@example.com",
}


def answers(**changes: Any) -> dict[str, Any]:
    """All seven answers, some of them changed; None leaves one out."""
    return {name: value for name, value in {**ANSWERS, **changes}.items() if value is not None}


def form(**changes: Any) -> ReportForm:
    return ReportForm.model_validate(answers(**changes))


def typed(**changes: Any) -> TypedForm:
    from starlette.datastructures import FormData

    pairs = []
    for name, value in answers(**changes).items():
        pairs += [(name, one) for one in value] if isinstance(value, list) else [(name, value)]
    return TypedForm(FormData(pairs))


def reported(world: World, **changes: Any) -> str:
    """A case from a fresh report; its reference."""
    with world.change() as session:
        return report(session, ANONYMOUS, form(client_uuid=str(uuid4()), **changes), world.now).reference
