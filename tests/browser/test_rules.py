"""Shows 3 of the rules: read what is new and sign it, on a phone, with and without scripts."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from core.access import Role
from identity.rules.models import RulesAnswer
from identity.sessions import open_session
from tests.fixtures.browser import PHONE, Visits, axe_findings
from tests.fixtures.rules import SECOND, publish_rules
from tests.fixtures.serving import Serve
from tests.fixtures.world import World

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("javascript", [True, False])
def test_the_rules_are_read_and_signed_on_a_phone(
    small_world: World, visit: Visits, serve: Serve, javascript: bool
) -> None:
    publish_rules(small_world)
    employee = small_world.users[Role.EMPLOYEE]
    small_world.client(Role.EMPLOYEE).post("/rules/sign", data={"version": "1", "name": employee.name})
    small_world.later(days=1)
    publish_rules(small_world, SECOND)
    address = serve(small_world.app)
    with small_world.change() as session:
        token = open_session(session, employee, small_world.now)
    phone = visit(PHONE, javascript=javascript)
    phone.context.add_cookies([{"name": "vaka", "value": token, "url": address}])
    phone.goto(f"{address}/rules")
    expect(phone.get_by_role("heading", name="Reglerna har ändrats: läs och skriv under igen")).to_be_visible()
    expect(phone.locator("ins", has_text="byt det varje år.")).to_be_visible()
    phone.get_by_label("Ditt namn").fill("Någon Annan")
    phone.get_by_role("button", name="Skriv under reglerna").click()
    expect(phone.get_by_role("heading", name="Något behöver rättas")).to_be_visible()
    assert phone.get_by_label("Ditt namn").input_value() == "Någon Annan"
    phone.get_by_label("Ditt namn").fill(employee.name)
    phone.get_by_role("button", name="Skriv under reglerna").click()
    expect(phone.get_by_role("heading", name="Tack. Du har skrivit under reglerna")).to_be_visible()
    if javascript:
        assert axe_findings(phone) == []
        assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE
    with small_world.look() as session:
        signed = session.scalars(select(RulesAnswer.version).order_by(RulesAnswer.version)).all()
    assert signed == [1, 2]
