"""The record of processing as rows: what each column holds, out of it and into a form."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import N_, Invalid
from core.tables import Cell
from identity.models import User
from incidents.activities.form import ActivityForm
from incidents.activities.keeping import Line, add, lines
from incidents.activities.words import BAND_LABELS, BASIS_LABELS, ROLE_LABELS, TRANSFER_LABELS, UNIT_LABELS
from incidents.classification import DATA_LABELS, GROUP_LABELS
from incidents.registers.cells import coded, joined
from incidents.suppliers.keeping import cards

COLUMNS: Mapping[str, str] = {
    "name": N_("Name"),
    "role": N_("Role"),
    "purpose": N_("Purpose"),
    "on_behalf_of": N_("On behalf of"),
    "legal_bases": N_("Legal basis"),
    "data_categories": N_("Kinds of data"),
    "subject_groups": N_("Kinds of people"),
    "people_band": N_("How many people"),
    "countries": N_("Where they live"),
    "recipients": N_("Recipients"),
    "transfers": N_("Outside the EU and the EEA"),
    "transfer_basis": N_("The transfer rests on"),
    "retention_number": N_("Kept for"),
    "retention_unit": N_("Days, months or years"),
    "retention_trigger": N_("From when"),
    "processors": N_("Suppliers that process it for us"),
    "systems": N_("Systems"),
    "security": N_("How it is protected"),
    "owner": N_("Owner"),
    "review_on": N_("Review by"),
}
MANY: Mapping[str, Mapping[Any, str]] = {
    "legal_bases": BASIS_LABELS,
    "data_categories": DATA_LABELS,
    "subject_groups": GROUP_LABELS,
}
ONE: Mapping[str, Mapping[Any, str]] = {
    "role": ROLE_LABELS,
    "people_band": BAND_LABELS,
    "transfer_basis": TRANSFER_LABELS,
    "retention_unit": UNIT_LABELS,
}
NO_SUPPLIER = N_("It names a supplier that is not in the register. Import the suppliers first.")
NO_OWNER = N_("Nobody here has this e-mail address.")
Reader = Callable[[Mapping[str, Any]], ActivityForm]


def records(session: Session) -> list[dict[str, Cell]]:
    """Everything we do."""
    suppliers = {one.id: one.name for one in cards(session)}
    people = {row.id: row.email for row in session.execute(select(User.id, User.email))}
    return [_record(one, suppliers, people) for one in lines(session)]


def names(session: Session) -> set[str]:
    return {one.name.casefold() for one in lines(session, archived=None)}


def form(session: Session, cells: Mapping[str, str], read: Reader) -> ActivityForm:
    """One row.

    Raises:
        Invalid: a fault at a column.
    """
    told: dict[str, Any] = dict(cells)
    told |= {name: coded(cells.get(name, ""), labels) for name, labels in MANY.items()}
    told |= {name: next(iter(coded(cells.get(name, ""), labels)), "") for name, labels in ONE.items()}
    told["processors"] = _suppliers(session, cells.get("processors", ""))
    told["owner"] = _owner(session, cells.get("owner", "").strip())
    found = read(told)
    found.check()
    return found


take = add


def _record(one: Line, suppliers: Mapping[str, str], people: Mapping[str, str]) -> dict[str, Cell]:
    known = {
        **{name: joined(getattr(one, name)) for name in MANY},
        **{name: ", ".join(getattr(one, name)) for name in ("countries", "transfers")},
        "processors": "\n".join(sorted(suppliers[key] for key in one.processors)),
        "owner": people.get(one.owner, ""),
        "review_on": one.review_on.isoformat() if one.review_on else "",
    }
    return {name: known[name] if name in known else getattr(one, name) for name in COLUMNS}


def _suppliers(session: Session, cell: str) -> list[str]:
    """Names, each on a line of its own, or with semicolons between."""
    known = {one.name.casefold(): one.id for one in cards(session)}
    found: list[str] = []
    for line in filter(None, map(str.strip, cell.splitlines())):
        told = [line] if line.casefold() in known else [part.strip() for part in line.split(";") if part.strip()]
        if any(one.casefold() not in known for one in told):
            raise Invalid({"processors": NO_SUPPLIER})
        found += [known[one.casefold()] for one in told]
    return found


def _owner(session: Session, email: str) -> str:
    if not email:
        return ""
    found = session.scalar(select(User.id).where(User.email == email.lower(), User.disabled_at.is_(None)))
    if found is None:
        raise Invalid({"owner": NO_OWNER})
    return found
