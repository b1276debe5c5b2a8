"""The list of suppliers, 25 at a time: risks first, then by name, however many there are."""

import re
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Role
from incidents.suppliers import listing
from incidents.suppliers.keeping import Card, card
from incidents.suppliers.models import Supplier as Row
from incidents.suppliers.roll import PAGE, page_of, roll, tally
from tests.fixtures.walking import walked
from tests.fixtures.world import World
from tests.incidents.suppliers import Supplier

TODAY = date(2026, 11, 22)
AGREED = 20


@pytest.fixture
def many(small_world: World) -> World:
    """60 suppliers, their names in no order; each third has an agreement."""
    for n in range(60):
        Supplier(small_world, name=f"Firma {(n * 37) % 60:02}")
    with small_world.change() as session:
        for number, one in enumerate(session.scalars(select(Row).order_by(Row.id))):
            one.agreement_on = TODAY if number % 3 == 0 else None
    return small_world


def names(world: World, path: str) -> list[list[str]]:
    pages = walked(world.client(Role.MANAGER), path)
    return [re.findall(r"Firma \d\d", page.partition("<table")[2]) for page in pages]


def test_all_are_met_once_risks_first_and_then_by_name(many: World) -> None:
    pages = names(many, "/suppliers")
    assert [len(page) for page in pages] == [PAGE, PAGE, 60 - 2 * PAGE]
    every = [name for page in pages for name in page]
    assert len(set(every)) == 60
    risky, agreed = every[:-AGREED], every[-AGREED:]
    assert (risky, agreed) == (sorted(risky), sorted(agreed))
    with many.change() as session:
        for one in session.scalars(select(Row)):
            one.archived_at = many.now
    assert names(many, "/suppliers") == [[]]
    archived = names(many, "/suppliers?show=archived")
    assert [name for page in archived for name in page] == sorted(every)


def test_a_page_opens_its_own_and_counts_all_of_them(many: World, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def watched(session: Session, one: Row) -> Card:
        opened.append(one.id)
        return card(session, one)

    monkeypatch.setattr(listing, "card", watched)
    page = many.client(Role.MANAGER).get("/suppliers?lang=en").text
    assert len(opened) == PAGE
    assert "40 suppliers have no agreement." in page


def test_an_unknown_place_is_the_beginning_and_a_page_stays_where_it_was(many: World) -> None:
    with many.look() as session:
        every = roll(session, TODAY)
    assert tally(every) == {"missing": 40, "in_force": AGREED}
    first, following = page_of(every, "")
    assert page_of(every, "no-such-id") == (first, following)
    fewer = [entry for entry in every if entry.id not in {one.id for one in first[:5]}]
    assert page_of(fewer, following) == page_of(every, following)
