"""The register of suppliers as rows: what each column holds, out of it and into a form."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from core.errors import N_, Invalid
from core.tables import Cell
from incidents.registers.cells import coded
from incidents.suppliers.keeping import Card, SupplierForm, add, cards, check
from incidents.suppliers.sub_processors import BAR, PARTS, read_rows

COLUMNS: Mapping[str, str] = {
    "name": N_("Name"),
    "email": N_("E-mail"),
    "language": N_("Language"),
    "country": N_("Country"),
    "contact": N_("Contact person and telephone"),
    "agreement_on": N_("In force from"),
    "agreement_ends_on": N_("Ends on"),
    "breach_hours": N_("Hours to tell us of a breach"),
    "sub_processors": N_("Sub-processors"),
    "note": N_("Note"),
}
LANGUAGES = {"sv": N_("Swedish"), "en": N_("English")}
Reader = Callable[[Mapping[str, Any]], SupplierForm]


def records(session: Session) -> list[dict[str, Cell]]:
    """Everyone at work for us."""
    return [_record(one) for one in cards(session, at_work=True)]


def names(session: Session) -> set[str]:
    """Of all that are there, archived ones too."""
    return {one.name.casefold() for one in cards(session)}


def form(cells: Mapping[str, str], read: Reader, language: str) -> SupplierForm:
    """One row; without a language it is the company's.

    Raises:
        Invalid: a fault at a column.
    """
    told = {name: cell for name, cell in cells.items() if name != "sub_processors"}
    told["language"] = next(iter(coded(cells.get("language", ""), LANGUAGES)), language)
    found = read(told)
    lines = [line.split(BAR) for line in cells.get("sub_processors", "").splitlines() if line.strip()]
    try:
        subs = read_rows([dict(zip(PARTS, line, strict=False)) for line in lines])
    except Invalid as wrong:
        raise Invalid({"sub_processors": next(iter(wrong.fields.values()))}) from None
    if any(len(line) > len(PARTS) for line in lines):
        raise Invalid({"sub_processors": N_("Write each on a line of its own: name | what they do | country.")})
    check(found)
    return found.model_copy(update={"sub_processors": subs})


take = add


def _record(one: Card) -> dict[str, Cell]:
    days = {name: getattr(one, name) for name in ("agreement_on", "agreement_ends_on")}
    subs = "\n".join(f" {BAR} ".join((sub.name, sub.purpose, sub.country)) for sub in one.sub_processors)
    return {
        "name": one.name,
        "email": one.email,
        "language": one.language,
        "country": one.country,
        "contact": one.contact,
        **{name: day.isoformat() if day else "" for name, day in days.items()},
        "breach_hours": one.breach_hours,
        "sub_processors": subs,
        "note": one.note,
    }
