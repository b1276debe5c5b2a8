"""The list of people goes on by key, and no name stands in an address."""

import re

from sqlalchemy import insert, select

from core.access import Role
from core.db import new_id
from identity.listing import PAGE, page_of
from identity.models import User
from tests.fixtures.walking import walked
from tests.fixtures.world import World

MORE = 60


def test_everybody_is_met_once_the_closed_accounts_last(world: World) -> None:
    rows = [
        {"id": new_id(), "name": f"Person {n // 2:02}", "email": f"p{n}@nordhamn.example", "created_at": world.now,
         "disabled_at": world.now if n % 3 == 0 else None}
        for n in range(MORE)
    ]  # fmt: skip
    with world.change() as session:
        session.execute(insert(User), rows)
    pages = list(walked(world.client(Role.ADMIN), "/users"))
    found = [re.findall(r'href="/users/(\w{32})"', page) for page in pages]
    assert {len(one) for one in found[:-1]} == {PAGE}
    everybody = [one for page in found for one in page]
    with world.look() as session:
        query = select(User.id).order_by(User.disabled_at.is_not(None), User.name, User.id)
        assert everybody == list(session.scalars(query))
        assert page_of(session, "nobody") == page_of(session, "")
    assert f"{len(everybody)} personer" in pages[0]
    assert not [page for page in pages if re.search(r'href="[^"]*Person', page)]
