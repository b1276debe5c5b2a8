"""The suppliers of the company: who they are and whom to write to there. Sealed under the installation's own key."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from core.audit.entries import Change
from core.db import new_id
from core.errors import NotFound
from core.keys import INSTANCE, seal, unseal
from identity.forms import Address, Line
from incidents.attachments import SUPPLIER
from incidents.suppliers.models import Supplier

FIELDS = ("name", "email", "note")


class SupplierForm(BaseModel):
    name: Line
    email: Address
    language: Literal["sv", "en"]
    note: Annotated[str, Field(max_length=1000)] = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A supplier, opened."""

    id: str
    name: str
    email: str
    note: str
    language: str


def add(session: Session, actor: Actor, form: SupplierForm, now: datetime) -> Supplier:
    """One more supplier. It has no link yet."""
    supplier = Supplier(id=new_id(), language=form.language, created_by=actor.id, created_at=now)
    _seal(session, supplier, form)
    session.add(supplier)
    record(session, actor, "supplier:added", supplier.id, now,
           changes={field: (None, getattr(form, field) or None) for field in FIELDS})  # fmt: skip
    return supplier


def change(session: Session, actor: Actor, supplier: Supplier, form: SupplierForm, now: datetime) -> None:
    """Another name, contact, language or note; the links stay as they are."""
    before = card(session, supplier)
    changes: dict[str, Change] = {
        field: (getattr(before, field) or None, getattr(form, field) or None)
        for field in FIELDS
        if getattr(before, field) != getattr(form, field)
    }
    if not changes and form.language == supplier.language:
        return
    supplier.language = form.language
    _seal(session, supplier, form)
    record(session, actor, "supplier:changed", supplier.id, now, changes=changes)


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
    return Card(supplier.id, language=supplier.language, **opened)


def cards(session: Session, ids: Iterable[str] | None = None) -> list[Card]:
    """Every supplier, or those among `ids`, by name."""
    query = select(Supplier) if ids is None else select(Supplier).where(Supplier.id.in_(set(ids)))
    return sorted((card(session, one) for one in session.scalars(query)), key=lambda one: (one.name.casefold(), one.id))


def supplier_names(session: Session, by: Iterable[str]) -> dict[str, str]:
    """Who sent a file -> the supplier's name, for those files that came from one."""
    ids = [one.removeprefix(SUPPLIER) for one in by if one.startswith(SUPPLIER)]
    return {f"{SUPPLIER}{one.id}": one.name for one in cards(session, ids)} if ids else {}


def _seal(session: Session, supplier: Supplier, form: SupplierForm) -> None:
    for field in FIELDS:
        text = getattr(form, field)
        setattr(supplier, f"{field}_sealed", seal(session, INSTANCE, _place(supplier, field), text) if text else "")


def _open(session: Session, supplier: Supplier, field: str) -> str:
    return unseal(session, INSTANCE, _place(supplier, field), getattr(supplier, f"{field}_sealed"))


def _place(supplier: Supplier, field: str) -> str:
    return f"supplier.{field}:{supplier.id}"
