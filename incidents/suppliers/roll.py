"""Every supplier in few columns: names are sealed, so their order is made here, before anything of a page is drawn."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import islice
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.suppliers.agreement import AT_RISK, Standing, standing
from incidents.suppliers.keeping import name_of
from incidents.suppliers.models import Supplier

PAGE = 25


class Entry(NamedTuple):
    """One supplier; `key` is its place: risks first, then by name."""

    id: str
    key: tuple[bool, str, str]
    standing: Standing


def roll(session: Session, today: date, *, archived: bool = False) -> list[Entry]:
    """Every supplier that works for us, or every one that no longer does, in order."""
    query = select(Supplier.id, Supplier.name_sealed, Supplier.agreement_on, Supplier.agreement_ends_on)
    query = query.where(Supplier.archived_at.is_not(None) if archived else Supplier.archived_at.is_(None))
    found = []
    for one, sealed, begins, ends in session.execute(query):
        stands = standing(begins, ends, today)
        at_risk = stands in AT_RISK and not archived
        found.append(Entry(one, (not at_risk, name_of(session, one, sealed).casefold(), one), stands))
    return sorted(found, key=lambda entry: entry.key)


def page_of(entries: Sequence[Entry], after: str) -> tuple[list[Entry], str]:
    """So many of them, and the id after which the next begin; an unknown id is the beginning."""
    key = next((entry.key for entry in entries if entry.id == after), None)
    found = list(islice((entry for entry in entries if key is None or entry.key > key), PAGE + 1))
    return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else ""


def tally(entries: Sequence[Entry]) -> Mapping[str, int]:
    """How many stand where, for the sentence above the list."""
    return Counter(str(entry.standing) for entry in entries)
