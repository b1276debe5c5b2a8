"""A supplier, its links, and what it tells, for the tests: everything goes through the verbs."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from core.access import Role
from incidents.models import Incident
from incidents.suppliers.asking import ask
from incidents.suppliers.forms import TellingForm
from incidents.suppliers.keeping import SupplierForm, add, find_supplier
from incidents.suppliers.links import give_link, link_of
from incidents.suppliers.telling import Told, tell_us
from tests.fixtures.world import World

NAME, CONTACT = "Molnlagret Norr AB", "jour@molnlagret.example"
STORY = "En lagringsyta med era kundfiler var öppen för andra."
ANSWERS: Mapping[str, Any] = {
    "what_happened_kind": "published",
    "what_happened_text": STORY,
    "still_going_on": "no",
    "began_at_date": "2026-11-20",
    "began_at_time": "16:40",
    "noticed_at_date": "2026-11-21",
    "noticed_at_time": "18:00",
    "systems": "Fillagring för kundportalen",
    "data_kinds": ["contact", "personal_number"],
    "subject_groups": ["customers"],
    "people": "1 200",
    "hits": ["confidentiality"],
    "done": "Ytan stängdes samma kväll.",
    "own_reference": "INC-4711",
    "contact_name": "Moa Jour",
    "contact_email": "moa@molnlagret.example",
}


def telling(**changes: Any) -> TellingForm:
    """The twelve answers as one supplier gives them, some of them changed; None leaves one out."""
    told = {"client_uuid": str(uuid4()), **ANSWERS, **changes}
    return TellingForm.model_validate({name: value for name, value in told.items() if value is not None})


class Supplier:
    """`supplier.link()`, `supplier.asked_about(reference)`, `supplier.tell(token)`: as people and pages do it."""

    def __init__(self, world: World, name: str = NAME, email: str = CONTACT) -> None:
        self.world = world
        with world.change() as session:
            form = SupplierForm(name=name, email=email, language="sv", note="")
            self.id = add(session, world.actor(Role.MANAGER), form, world.now).id

    def link(self, *, by_mail: bool = False) -> str:
        """The token of a fresh standing link."""
        with self.world.change() as session:
            supplier = find_supplier(session, self.id)
            return token_in(give_link(session, self.world.actor(Role.MANAGER), supplier, self.world.now,
                                      by_mail=by_mail))  # fmt: skip

    def asked_about(self, reference: str, hours: float = 24) -> str:
        """The token of a link for this case."""
        with self.world.change() as session:
            incident = session.scalars(select(Incident).where(Incident.reference == reference)).one()
            needed_by = self.world.now + timedelta(hours=hours)
            return token_in(ask(session, self.world.actor(Role.MANAGER), incident, self.id, needed_by, self.world.now))

    def tell(self, token: str, code: str = "", **changes: Any) -> Told:
        with self.world.change() as session:
            link = link_of(session, token, self.world.now)
            assert link is not None
            return tell_us(session, link, telling(**changes), self.world.now, language="sv", code=code)


def token_in(path: str) -> str:
    return path.removeprefix("/tell/").partition("?")[0]
