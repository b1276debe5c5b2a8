"""A processing activity as it is typed."""

from typing import Any

from core.access import Role
from incidents.activities.form import ActivityForm
from incidents.activities.keeping import add
from tests.fixtures.world import World

PAY: dict[str, Any] = {
    "name": "Löner",
    "purpose": "Betala ut lön & pension",
    "role": "controller",
    "legal_bases": ["contract", "legal_obligation"],
    "data_categories": ["contact", "personal_number", "bank_card"],
    "subject_groups": ["employees"],
    "people_band": "101-1000",
    "countries": "Sverige, NO",
    "recipients": "Skatteverket",
    "transfers": "USA, IN",
    "transfer_basis": "standard_clauses",
    "retention_number": "7",
    "retention_unit": "years",
    "retention_trigger": "från räkenskapsårets slut",
    "systems": "Lönesystemet Tellus",
    "review_on": "2027-01-31",
}


def activity(world: World, **changes: Any) -> str:
    """The id of one that is there."""
    with world.change() as session:
        form = ActivityForm.model_validate(PAY | {"transfers": "US, IN"} | changes)
        return add(session, world.actor(Role.MANAGER), form, world.now).id
