"""The suppliers of the company: who they are, whom to write to there, and what was agreed. Names, addresses and texts
are sealed under the installation's own key."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from core.audit.entries import Change, Fact
from core.db import new_id
from core.errors import N_, Conflict, Invalid, NotFound
from core.keys import INSTANCE, seal, unseal
from core.territories import is_country, read_countries
from identity.forms import Address, Line
from incidents.attachments import SUPPLIER
from incidents.suppliers.models import Supplier
from incidents.suppliers.sub_processors import NO_COUNTRY, Rows, SubProcessor, as_text, from_text, in_words

FIELDS = ("name", "email", "note", "contact")
LOGGED = (*FIELDS, "country", "agreement_on", "agreement_ends_on", "breach_hours", "sub_processors")
BACKWARDS = N_("The agreement cannot end before it begins. Check both days.")
NO_BEGINNING = N_("Write from when the agreement is in force.")


class SupplierForm(BaseModel):
    """`sub_processors` are read row by row and put in afterwards."""

    name: Line
    email: Address
    language: Literal["sv", "en"]
    note: Annotated[str, Field(max_length=1000)] = ""
    contact: Annotated[str, Field(max_length=300)] = ""
    country: Annotated[str, Field(max_length=60)] = ""
    agreement_on: date | None = None
    agreement_ends_on: date | None = None
    breach_hours: Annotated[int | None, Field(ge=1, le=720)] = None
    sub_processors: tuple[SubProcessor, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """A supplier, opened."""

    id: str
    name: str
    email: str
    note: str
    language: str
    contact: str
    country: str
    agreement_on: date | None
    agreement_ends_on: date | None
    breach_hours: int | None
    sub_processors: Rows
    archived: bool


def add(session: Session, actor: Actor, form: SupplierForm, now: datetime) -> Supplier:
    """One more supplier. It has no link yet.

    Raises:
        Invalid: an agreement that ends before it begins, or a country that is none.
    """
    check(form)
    supplier = Supplier(id=new_id(), created_by=actor.id, created_at=now)
    _put(session, supplier, form)
    session.add(supplier)
    record(session, actor, "supplier:added", supplier.id, now, facts=_facts(supplier),
           changes=_changed({}, _logged(card(session, supplier))))  # fmt: skip
    return supplier


def change(session: Session, actor: Actor, supplier: Supplier, form: SupplierForm, now: datetime) -> None:
    """Other particulars; the links stay as they are.

    Raises:
        Invalid: as for a new one.
    """
    check(form)
    before, language = _logged(card(session, supplier)), supplier.language
    _put(session, supplier, form)
    changes = _changed(before, _logged(card(session, supplier)))
    if changes or form.language != language:
        record(session, actor, "supplier:changed", supplier.id, now, facts=_facts(supplier), changes=changes)


def archive(session: Session, actor: Actor, supplier: Supplier, now: datetime) -> None:
    """It works for us no more: it is asked for nothing and its agreement is no risk. What it told stays.

    Raises:
        Conflict: it is archived already.
    """
    if supplier.archived_at is not None:
        raise Conflict(N_("It is archived already."))
    supplier.archived_at = now
    record(session, actor, "supplier:archived", supplier.id, now)


def bring_back(session: Session, actor: Actor, supplier: Supplier, now: datetime) -> None:
    """
    Raises:
        Conflict: it is not archived.
    """
    if supplier.archived_at is None:
        raise Conflict(N_("It is not archived."))
    supplier.archived_at = None
    record(session, actor, "supplier:brought_back", supplier.id, now)


def check(form: SupplierForm) -> None:
    """Refuse what cannot be, each fault at its field.

    Raises:
        Invalid: see there.
    """
    wrong = {}
    if form.agreement_ends_on and not form.agreement_on:
        wrong["agreement_on"] = NO_BEGINNING
    elif form.agreement_ends_on and form.agreement_on and form.agreement_ends_on < form.agreement_on:
        wrong["agreement_ends_on"] = BACKWARDS
    if form.country and [is_country(code) for code in read_countries(form.country)] != [True]:
        wrong["country"] = NO_COUNTRY
    if wrong:
        raise Invalid(wrong)


def find_supplier(session: Session, supplier_id: str) -> Supplier:
    """
    Raises:
        NotFound: there is no such supplier.
    """
    supplier = session.get(Supplier, supplier_id)
    if supplier is None:
        raise NotFound()
    return supplier


def card(session: Session, supplier: Supplier) -> Card:
    opened = {field: _open(session, supplier, field) for field in FIELDS}
    return Card(
        supplier.id,
        language=supplier.language,
        country=supplier.country,
        agreement_on=supplier.agreement_on,
        agreement_ends_on=supplier.agreement_ends_on,
        breach_hours=supplier.breach_hours,
        sub_processors=from_text(_open(session, supplier, "sub_processors")),
        archived=supplier.archived_at is not None,
        **opened,
    )


def name_of(session: Session, supplier_id: str, sealed: str) -> str:
    """The name alone, for whoever needs nothing else of many suppliers."""
    return unseal(session, INSTANCE, _place(supplier_id, "name"), sealed)


def cards(session: Session, ids: Iterable[str] | None = None, *, at_work: bool = False) -> list[Card]:
    """Every supplier, or those among `ids`, by name; `at_work` leaves out those that are archived."""
    query = select(Supplier) if ids is None else select(Supplier).where(Supplier.id.in_(set(ids)))
    if at_work:
        query = query.where(Supplier.archived_at.is_(None))
    return sorted((card(session, one) for one in session.scalars(query)), key=lambda one: (one.name.casefold(), one.id))


def supplier_names(session: Session, by: Iterable[str]) -> dict[str, str]:
    """Who sent a file -> the supplier's name, for those files that came from one."""
    ids = [one.removeprefix(SUPPLIER) for one in by if one.startswith(SUPPLIER)]
    return {f"{SUPPLIER}{one.id}": one.name for one in cards(session, ids)} if ids else {}


def _put(session: Session, supplier: Supplier, form: SupplierForm) -> None:
    supplier.language = form.language
    supplier.country = next(iter(read_countries(form.country)), "")
    supplier.agreement_on, supplier.agreement_ends_on = form.agreement_on, form.agreement_ends_on
    supplier.breach_hours = form.breach_hours
    texts = {field: getattr(form, field) for field in FIELDS} | {"sub_processors": as_text(form.sub_processors)}
    for field, text in texts.items():
        setattr(supplier, f"{field}_sealed", seal(session, INSTANCE, _place(supplier.id, field), text) if text else "")


def _logged(shown: Card) -> dict[str, str | None]:
    """The particulars as text, for the log."""
    told = {name: getattr(shown, name) for name in LOGGED} | {"sub_processors": in_words(shown.sub_processors, "en")}
    return {name: str(value) if value else None for name, value in told.items()}


def _changed(before: dict[str, str | None], after: dict[str, str | None]) -> dict[str, Change]:
    return {name: (before.get(name), after[name]) for name in LOGGED if before.get(name) != after[name]}


def _facts(supplier: Supplier) -> dict[str, Fact]:
    """That there is an agreement, and until when, names nobody."""
    named = {"agreement_on": supplier.agreement_on, "agreement_ends_on": supplier.agreement_ends_on}
    return {name: day.isoformat() for name, day in named.items() if day}


def _open(session: Session, supplier: Supplier, field: str) -> str:
    return unseal(session, INSTANCE, _place(supplier.id, field), getattr(supplier, f"{field}_sealed"))


def _place(supplier_id: str, field: str) -> str:
    return f"supplier.{field}:{supplier_id}"
